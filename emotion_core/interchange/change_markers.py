"""A comparison as markers: on one of the two cuts, what the re-cut made of each of its scenes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

from .. import wording
from ..comparable import read_alike
from ..compare import SceneChange
from ..errors import ComparisonError
from ..summary import Analysis, SceneEmotion
from . import timebase
from .marker_list import Marker, MarkerList, one_line
from .scene_markers import MarkerSettings, dominant, marker_list, place, read_by, shares

Side = Literal["before", "after"]


def change_markers(
    before: Analysis,
    after: Analysis,
    changes: Sequence[SceneChange],
    side: Side,
    film: str,
    settings: MarkerSettings | None = None,
) -> MarkerList:
    """A marker for each scene of the cut on `side`, called `film`, that compare.pair found changed.

    Unchanged scenes in their old place have none. Of the settings those that choose scenes say nothing here. Raises
    ComparisonError where the cuts share no footage, SettingsError for a start timecode that there is not.
    """
    settings = settings or MarkerSettings()
    if all(change.kind == "by order" for change in changes):
        raise ComparisonError(
            "The films share no footage, or an analysis is too old to tell: there is no change to mark.",
            "Mark each film's own scenes, or analyse the older one again.",
        )
    analysis = after if side == "after" else before
    count = timebase.of(analysis.observations.media, settings.rate, settings.starts_at)
    of_scene: dict[int, list[SceneChange]] = defaultdict(list)
    for change in changes:
        row = change.after if side == "after" else change.before
        if row is not None:
            of_scene[row.scene.number].append(change)
    scenes, chosen = [], []
    for row in analysis.scenes:
        marker = _marker(before, after, row, of_scene[row.scene.number], side, count)
        scenes.append(marker)
        if any(change.kind != "same" or change.moved for change in of_scene[row.scene.number]):
            chosen.append(marker)
    long = settings.as_long_as_scenes
    return marker_list(analysis, film, count, tuple(scenes), chosen, as_long_as_scenes=long)


def _marker(
    before: Analysis,
    after: Analysis,
    row: SceneEmotion,
    changes: list[SceneChange],
    side: Side,
    count: timebase.Timebase,
) -> Marker:
    analysis = after if side == "after" else before
    alike = read_alike(before, after)
    fates, said = [], [row.scene.name]
    for change in changes:
        fates.append(wording.fate(change))
        said.append(_told(before, after, change, side, alike=alike))
    if row.dominant is not None:
        said += [shares(analysis.labels, row), read_by(analysis.observations.checkpoint)]
    start, frames = place(row, count)
    name = f"{row.scene.number} {', '.join(dict.fromkeys(fates))}: {dominant(analysis, row)}"
    return Marker(start, frames, one_line(name), one_line("; ".join(part for part in said if part)), row.dominant)


def _told(before: Analysis, after: Analysis, change: SceneChange, side: Side, *, alike: bool) -> str:
    """“scene 4 of the first cut: angry 40 %; happy +12.0 points; −10 frames”: the counterpart, and what differs."""
    other, analysis, which = (change.before, before, "first") if side == "after" else (change.after, after, "second")
    if other is None:
        return ""
    length = wording.length_change(before, after, change)
    said = [
        f"scene {other.scene.number} of the {which} cut: {dominant(analysis, other)}",
        wording.largest_change(before.labels, change, alike=alike),
        None if length is None or length.startswith("0") else length,
    ]
    return "; ".join(part for part in said if part)
