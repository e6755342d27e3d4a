"""A report as markers: one a scene, with what is on its faces."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .. import wording
from ..errors import SettingsError
from ..observations import CheckpointIdentity
from ..summary import Analysis, SceneEmotion
from . import timebase
from .marker_list import Marker, MarkerList, one_line

LEAST_SHARE = 0.01
"""Smaller shares are not told in a note; the CSV has them."""


@dataclass(frozen=True, slots=True)
class MarkerSettings:
    """Which scenes get a marker, and how the timeline counts that they are for."""

    changes_only: bool = False
    """Only scenes whose dominant expression is another than that of the last scene that had one."""
    expressions: tuple[str, ...] | None = None
    """Only scenes with one of these labels as dominant expression; None: with any."""
    without_expression: bool = False
    """Scenes without enough faces, and what is not film, too."""
    as_long_as_scenes: bool = True
    """Else a marker is one frame long, the scene's first."""
    rate: Fraction | None = None
    """See timebase.of; so for starts_at."""
    starts_at: str | None = None


def scene_markers(analysis: Analysis, film: str, settings: MarkerSettings | None = None) -> MarkerList:
    """The scenes of a film called `film`, those that `settings` ask for as markers.

    Raises SettingsError for a label that the checkpoint does not have, and for a start timecode that there is not.
    """
    settings = settings or MarkerSettings()
    _check(settings, analysis.labels)
    count = timebase.of(analysis.observations.media, settings.rate, settings.starts_at)
    scenes = tuple(_marker(analysis, row, count) for row in analysis.scenes)
    wanted = _wanted(analysis, settings)
    chosen = [scene for scene, row in zip(scenes, analysis.scenes, strict=True) if row.scene.number in wanted]
    return marker_list(analysis, film, count, scenes, chosen, as_long_as_scenes=settings.as_long_as_scenes)


def marker_list(
    analysis: Analysis,
    film: str,
    count: timebase.Timebase,
    scenes: tuple[Marker, ...],
    chosen: list[Marker],
    *,
    as_long_as_scenes: bool,
) -> MarkerList:
    """These scenes and markers of a film, as formats take them."""
    seen = analysis.observations
    markers: dict[int, Marker] = {}
    for marker in chosen:
        # At a lower rate than the film's, scenes of a frame may fall on one: the first is told.
        shown = marker if as_long_as_scenes else Marker(marker.start, 1, marker.name, marker.note, marker.emotion)
        markers.setdefault(marker.start, shown)
    end = max(count.frame(seen.media.duration), scenes[-1].end if scenes else 1)
    return MarkerList(
        film=one_line(film),
        timebase=count,
        frames=end,
        width=seen.media.display_width,
        height=seen.media.display_height,
        labels=analysis.labels,
        source=one_line(wording.read_by(seen.checkpoint, seen.engine, analysis.temperature)),
        scenes=scenes,
        markers=tuple(markers[start] for start in sorted(markers)),
    )


def place(row: SceneEmotion, count: timebase.Timebase) -> tuple[int, int]:
    """A scene's first frame in the timeline, and its length in frames, 1 or more."""
    first, last = (count.frame(seconds) for seconds in (row.scene.span.start, row.scene.span.end))
    return first, max(1, last - first)


def shares(labels: tuple[str, ...], row: SceneEmotion) -> str:
    """“sad 62 % (51–70 %), neutral 20 % (11–31 %)”: the largest first; empty without any."""
    if row.shares is None:
        return ""
    order = sorted(range(len(labels)), key=lambda k: -row.shares[k] if row.shares else 0.0)
    told = [f"{labels[k]} {wording.share(row, k)}" for k in order if row.shares[k] >= LEAST_SHARE]
    return one_line(", ".join(told))


def read_by(checkpoint: CheckpointIdentity) -> str:
    """“apparent expression, read by embedded (e64cb515)”."""
    return f"apparent expression, read by {checkpoint.name} ({checkpoint.hash[:8]})"


def dominant(analysis: Analysis, row: SceneEmotion) -> str:
    """“sad 62 %”, or “not enough faces”, or “black”."""
    if row.dominant is None or row.shares is None:
        return wording.dominant(row)
    return one_line(f"{row.dominant} {wording.percent(row.shares[analysis.labels.index(row.dominant)])}")


def _marker(analysis: Analysis, row: SceneEmotion, count: timebase.Timebase) -> Marker:
    start, frames = place(row, count)
    said = [row.scene.name, shares(analysis.labels, row) if row.dominant is not None else ""]
    if row.dominant is not None and row.intensity is not None:
        said.append(f"intensity {row.intensity:.2f}")
    if row.scene.counts:
        said += [wording.evidence(row), read_by(analysis.observations.checkpoint)]
    note = one_line("; ".join(part for part in said if part))
    return Marker(start, frames, f"{row.scene.number} {dominant(analysis, row)}", note, row.dominant)


def _wanted(analysis: Analysis, settings: MarkerSettings) -> set[int]:
    """The numbers of the scenes that get a marker."""
    wanted = set()
    last: str | None = None
    for row in analysis.scenes:
        if row.dominant is None:
            if settings.without_expression:
                wanted.add(row.scene.number)
            continue
        asked = settings.expressions is None or row.dominant in settings.expressions
        if asked and not (settings.changes_only and row.dominant == last):
            wanted.add(row.scene.number)
        last = row.dominant
    return wanted


def _check(settings: MarkerSettings, labels: tuple[str, ...]) -> None:
    for label in settings.expressions or ():
        if label not in labels:
            raise SettingsError(f"The model has no label “{label}”.", f"It has {', '.join(labels)}.")
