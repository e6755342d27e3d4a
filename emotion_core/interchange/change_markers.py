"""A comparison as markers on one of the two cuts: what the re-cut did to each of its scenes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

from ..analysis import Analysis, SceneEmotion
from ..compare import SceneChange, have_same_readings, wording as compare_wording
from ..errors import ComparisonError
from ..report import wording
from .marker_list import MarkerList
from .scene_markers import MarkerSettings, dominant_text, lay_out, reader_text, shares_text

Side = Literal["before", "after"]


def mark_changes(
    before: Analysis,
    after: Analysis,
    changes: Sequence[SceneChange],
    side: Side,
    film: str,
    settings: MarkerSettings | None = None,
) -> MarkerList:
    """The scenes of the cut on `side`, in the file called `film`, with a marker for each changed one.

    `changes` are those of compare.pair. Unchanged scenes in their old place get no marker. Settings that choose scenes
    are ignored. Raises ComparisonError where the cuts share no footage or nothing changed, SettingsError as
    mark_scenes does.
    """
    settings = settings or MarkerSettings()
    if all(change.kind == "by order" for change in changes):
        raise ComparisonError(
            "The films share no footage, or an analysis is too old to tell: there is no change to mark.",
            "Mark each film's own scenes, or analyse the older one again.",
        )
    by_scene: dict[int, list[SceneChange]] = defaultdict(list)
    for change in changes:
        row = change.after if side == "after" else change.before
        if row is not None:
            by_scene[row.scene.number].append(change)
    changed = {
        number
        for number, of_scene in by_scene.items()
        if any(change.kind != "same" or change.moved for change in of_scene)
    }
    if not changed:
        raise ComparisonError("Nothing changed between these two cuts: there is nothing to mark.")
    analysis = after if side == "after" else before
    texts = [_texts(before, after, row, by_scene[row.scene.number], side) for row in analysis.scenes]
    return lay_out(analysis, film, settings, texts, changed)


def _texts(
    before: Analysis, after: Analysis, row: SceneEmotion, changes: list[SceneChange], side: Side
) -> tuple[str, str]:
    """Name and note of a scene's marker; the note lists the counterparts in the other cut."""
    analysis, other = (after, before) if side == "after" else (before, after)
    kinds = dict.fromkeys(compare_wording.match_kind(change) for change in changes)
    name = f"{row.scene.number} {', '.join(kinds)}: {dominant_text(analysis, row)}"
    counterparts = [text for change in changes if (text := _counterpart(before, after, change, side))]
    parts = [row.scene.name, " / ".join(counterparts), shares_text(analysis.labels, row)]
    if row.scene.counts:
        parts.append(wording.evidence_text(row))
    parts.append(reader_text(analysis))
    if counterparts and reader_text(other) != reader_text(analysis):
        parts.append(f"the other cut: {reader_text(other)}")
    if counterparts and not have_same_readings(before, after):
        parts.append("read differently: part of a difference may come of that")
    return name, "; ".join(part for part in parts if part)


def _counterpart(before: Analysis, after: Analysis, change: SceneChange, side: Side) -> str:
    """“scene 4 of the first cut: angry 40 %, happy +12.0 points, −10 frames”; empty without a counterpart."""
    other, analysis, which = (change.before, before, "first") if side == "after" else (change.after, after, "second")
    if other is None:
        return ""
    length = compare_wording.length_change(before, after, change)
    same_readings = have_same_readings(before, after)
    parts = [
        f"scene {other.scene.number} of the {which} cut: {dominant_text(analysis, other)}",
        compare_wording.largest_change(before.labels, change, same_readings=same_readings),
        None if length is None or length.startswith("0") else length,
    ]
    return ", ".join(part for part in parts if part)
