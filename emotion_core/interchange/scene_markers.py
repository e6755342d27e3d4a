"""A report as markers: one a scene, with what is on its faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .. import formatting
from ..analysis.records import Analysis, SceneEmotion
from ..errors import SettingsError
from ..report import provenance, wording
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
    """The scenes of the film in the file called `film`, those that `settings` ask for as markers.

    Raises SettingsError for a label that the checkpoint does not have, for a rate that no timeline has, for a start
    timecode that there is not, and for a film of more than 24 hours.
    """
    settings = settings or MarkerSettings()
    _check(settings, analysis.labels)
    told = [(f"{row.scene.number} {dominant(analysis, row)}", _note(analysis, row)) for row in analysis.scenes]
    return laid_out(analysis, film, settings, told, _wanted(analysis, settings))


def laid_out(
    analysis: Analysis, film: str, settings: MarkerSettings, told: Sequence[tuple[str, str]], wanted: set[int]
) -> MarkerList:
    """The scenes on a timeline, each with the name and note of `told`; markers for those of the numbers `wanted`.

    At a lower rate than the film's, scenes may have no frame of their own: they are no clip, and of markers at one
    frame the first is told.
    """
    seen, own = analysis.observations, timebase.of(analysis.observations.media)
    count = timebase.of(seen.media, settings.rate, settings.starts_at)
    edges = [count.frame(row.scene.span.start) for row in analysis.scenes]
    edges.append(max(1, count.frame(analysis.scenes[-1].scene.span.end)))
    count.check(edges[-1])
    scenes: list[Marker] = []
    markers: dict[int, Marker] = {}
    for row, (name, note), start, end in zip(analysis.scenes, told, edges, edges[1:], strict=False):
        marker = Marker(start, max(1, end - start), one_line(name), one_line(note), row.dominant)
        if end > start:
            scenes.append(marker)
        if row.scene.number in wanted:
            markers.setdefault(start, marker if settings.as_long_as_scenes else replace(marker, frames=1))
    return MarkerList(
        file=film,
        timebase=count,
        frames=edges[-1],
        own=own,
        own_frames=own.frame(analysis.scenes[-1].scene.span.end),
        width=seen.media.display_width,
        height=seen.media.display_height,
        labels=analysis.labels,
        source=one_line(provenance.read_by(seen.checkpoint, seen.engine, analysis.temperature)),
        scenes=tuple(scenes),
        markers=tuple(markers.values()),
    )


def shares(labels: tuple[str, ...], row: SceneEmotion) -> str:
    """“sad 62 % (51–70 %), neutral 20 % (11–31 %)”: the largest first; empty without a dominant expression."""
    if row.shares is None or row.dominant is None:
        return ""
    told = [
        (share, f"{label} {wording.share(row, k)}")
        for k, (label, share) in enumerate(zip(labels, row.shares, strict=True))
        if share >= LEAST_SHARE
    ]
    said = ", ".join(one for _, one in sorted(told, key=lambda one: -one[0]))
    return said if row.intervals is not None else f"{said} (too few frames for intervals)"


def read_by(analysis: Analysis) -> str:
    """“apparent expression, read by embedded (e64cb515) on ipex fp32, temperature 1.07 (calibrated)”."""
    checkpoint, engine = analysis.observations.checkpoint, analysis.observations.engine
    return (
        f"apparent expression, read by {checkpoint.name} ({checkpoint.hash[:8]}) on {engine.name} {engine.precision}, "
        f"{provenance.temperature(analysis.temperature)}"
    )


def dominant(analysis: Analysis, row: SceneEmotion) -> str:
    """“sad 62 %”, or “not enough faces”, or “black”."""
    if row.dominant is None or row.shares is None:
        return wording.dominant(row)
    return f"{row.dominant} {formatting.percent(row.shares[analysis.labels.index(row.dominant)])}"


def _note(analysis: Analysis, row: SceneEmotion) -> str:
    said = [row.scene.name, shares(analysis.labels, row)]
    if row.dominant is not None and row.intensity is not None:
        said.append(f"intensity {row.intensity:.2f}")
    if row.scene.counts:
        said += [wording.evidence(row), read_by(analysis)]
    return "; ".join(part for part in said if part)


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
