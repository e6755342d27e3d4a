"""A comparison as markers: on one of the two cuts, what the re-cut made of each of its scenes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

from ..analysis.records import Analysis, SceneEmotion
from ..compare import wording as compare_wording
from ..compare.changes import SceneChange
from ..compare.compatibility import read_alike
from ..errors import ComparisonError
from ..report import wording
from .marker_list import MarkerList
from .scene_markers import MarkerSettings, dominant, laid_out, read_by, shares

Side = Literal["before", "after"]


def change_markers(
    before: Analysis,
    after: Analysis,
    changes: Sequence[SceneChange],
    side: Side,
    film: str,
    settings: MarkerSettings | None = None,
) -> MarkerList:
    """A marker for each scene of the cut on `side`, called `film`, that changes.pair found changed.

    Unchanged scenes in their old place have none. Of the settings those that choose scenes say nothing here. Raises
    ComparisonError where the cuts share no footage or nothing changed, SettingsError as scene_markers does.
    """
    settings = settings or MarkerSettings()
    if all(change.kind == "by order" for change in changes):
        raise ComparisonError(
            "The films share no footage, or an analysis is too old to tell: there is no change to mark.",
            "Mark each film's own scenes, or analyse the older one again.",
        )
    of_scene: dict[int, list[SceneChange]] = defaultdict(list)
    for change in changes:
        row = change.after if side == "after" else change.before
        if row is not None:
            of_scene[row.scene.number].append(change)
    changed = {
        number for number, its in of_scene.items() if any(change.kind != "same" or change.moved for change in its)
    }
    if not changed:
        raise ComparisonError("Nothing changed between these two cuts: there is nothing to mark.")
    analysis = after if side == "after" else before
    told = [_told(before, after, row, of_scene[row.scene.number], side) for row in analysis.scenes]
    return laid_out(analysis, film, settings, told, changed)


def _told(
    before: Analysis, after: Analysis, row: SceneEmotion, changes: list[SceneChange], side: Side
) -> tuple[str, str]:
    """A scene's marker: its name, and its note with the counterparts in the other cut."""
    analysis, other = (after, before) if side == "after" else (before, after)
    fates = dict.fromkeys(compare_wording.fate(change) for change in changes)
    name = f"{row.scene.number} {', '.join(fates)}: {dominant(analysis, row)}"
    beside = [told for change in changes if (told := _counterpart(before, after, change, side))]
    said = [row.scene.name, " / ".join(beside), shares(analysis.labels, row)]
    if row.scene.counts:
        said.append(wording.evidence(row))
    said.append(read_by(analysis))
    if beside and read_by(other) != read_by(analysis):
        said.append(f"the other cut: {read_by(other)}")
    if beside and not read_alike(before, after):
        said.append("read differently: part of a difference may come of that")
    return name, "; ".join(part for part in said if part)


def _counterpart(before: Analysis, after: Analysis, change: SceneChange, side: Side) -> str:
    """“scene 4 of the first cut: angry 40 %, happy +12.0 points, −10 frames”; empty for a scene that stands alone."""
    other, analysis, which = (change.before, before, "first") if side == "after" else (change.after, after, "second")
    if other is None:
        return ""
    length = compare_wording.length_change(before, after, change)
    said = [
        f"scene {other.scene.number} of the {which} cut: {dominant(analysis, other)}",
        compare_wording.largest_change(before.labels, change, alike=read_alike(before, after)),
        None if length is None or length.startswith("0") else length,
    ]
    return ", ".join(part for part in said if part)
