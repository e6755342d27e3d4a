"""A report as markers: one a scene, with the expression on its faces, and the editor's notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .. import formatting
from ..analysis import Analysis, Deviation, SceneEmotion, certainty_of, deviations, runner_up
from ..errors import SettingsError
from ..report import provenance, wording
from ..report.annotation_wording import deviation_text, target_text
from .marker_list import MIXED, Marker, MarkerList, one_line
from .note_markers import note_markers, with_notes
from .timebase import timebase_of

MIN_SHARE = 0.01
"""Smallest share that a note mentions; the CSV has all."""


@dataclass(frozen=True, slots=True)
class MarkerSettings:
    """Which scenes get a marker, and how the timeline for them counts."""

    changes_only: bool = False
    """Only scenes whose dominant expression differs from that of the last scene that had one."""
    expressions: tuple[str, ...] | None = None
    """Only scenes with one of these labels as dominant expression; None for any."""
    without_expression: bool = False
    """Also scenes without enough faces, and scenes that are not film."""
    off_target_only: bool = False
    """Only scenes that do not meet their target; their names say it."""
    scenes: bool = True
    """If False, no scene: notes alone."""
    notes: bool = True
    """Also the editor's notes, at their frames; not of a re-cut's changes."""
    as_long_as_scenes: bool = True
    """If False, a marker is one frame long: the scene's first."""
    rate: Fraction | None = None
    """See timebase_of."""
    starts_at: str | None = None
    """See timebase_of."""


def mark_scenes(analysis: Analysis, film: str, settings: MarkerSettings | None = None) -> MarkerList:
    """The scenes of the film in the file called `film`, with markers for those that `settings` choose.

    Raises SettingsError for a label that the checkpoint does not have, a rate that no timeline has, a start timecode
    that does not exist, and a film of more than 24 hours.
    """
    settings = settings or MarkerSettings()
    check_expressions(settings, analysis.labels)
    targets = {each.row.scene.id: each for each in deviations(analysis)}
    texts = [_texts(analysis, row, targets.get(row.scene.id), settings) for row in analysis.scenes]
    marked = _marked_scenes(analysis, settings) if settings.scenes else set()
    if settings.off_target_only:
        marked &= {each.row.scene.number for each in targets.values() if each.is_off}
    laid = lay_out(analysis, film, settings, texts, marked)
    notes = note_markers(analysis, laid.timebase, laid.frames) if settings.notes else ()
    return replace(laid, notes=notes, markers=with_notes(laid.markers, notes))


def lay_out(
    analysis: Analysis,
    film: str,
    settings: MarkerSettings,
    texts: Sequence[tuple[str, str]],
    marked: set[int],
    colours: Sequence[str | None] | None = None,
) -> MarkerList:
    """Lay the scenes on a timeline; `texts` are their names and notes, `marked` the numbers of those with a marker.

    `colours` are the labels whose colours they have, see Marker.emotion; None for the film's dominant expressions.

    At a lower rate than the film's a scene may have no frame. It then makes no clip, and of the markers at one frame
    only the first is kept.
    """
    observations, own = analysis.observations, timebase_of(analysis.observations.media)
    timebase = timebase_of(observations.media, settings.rate, settings.starts_at)
    edges = [timebase.frame(row.scene.span.start) for row in analysis.scenes]
    edges.append(max(1, timebase.frame(analysis.scenes[-1].scene.span.end)))
    timebase.check(edges[-1])
    scenes: list[Marker] = []
    markers: dict[int, Marker] = {}
    colours = colours or [_colour_of(analysis, row) for row in analysis.scenes]
    for row, (name, note), colour, start, end in zip(analysis.scenes, texts, colours, edges, edges[1:], strict=False):
        marker = Marker(start, max(1, end - start), one_line(name), one_line(note), colour)
        if end > start:
            scenes.append(marker)
        if row.scene.number in marked:
            markers.setdefault(start, marker if settings.as_long_as_scenes else replace(marker, frames=1))
    return MarkerList(
        file=film,
        timebase=timebase,
        frames=edges[-1],
        own=own,
        own_frames=own.frame(analysis.scenes[-1].scene.span.end),
        width=observations.media.display_width,
        height=observations.media.display_height,
        labels=analysis.labels,
        source=one_line(
            provenance.reading_description(observations.checkpoint, observations.engine, analysis.temperature)
        ),
        scenes=tuple(scenes),
        markers=tuple(markers.values()),
    )


def shares_text(labels: tuple[str, ...], row: SceneEmotion) -> str:
    """“sad 62 % (51–70 %), neutral 20 % (11–31 %)”, largest first; empty without a dominant expression."""
    if row.shares is None or row.dominant is None:
        return ""
    shares = [
        (share, f"{label} {wording.share_text(row, k)}")
        for k, (label, share) in enumerate(zip(labels, row.shares, strict=True))
        if share >= MIN_SHARE
    ]
    text = ", ".join(words for _, words in sorted(shares, key=lambda entry: -entry[0]))
    return text if row.intervals is not None else f"{text} (too few frames for intervals)"


def reader_text(analysis: Analysis) -> str:
    """“apparent expression, read by embedded (e64cb515) on ipex fp32, temperature 1.07 (calibrated)”."""
    checkpoint, engine = analysis.observations.checkpoint, analysis.observations.engine
    return (
        f"apparent expression, read by {checkpoint.name} ({checkpoint.hash[:8]}) on {engine.name} {engine.precision}, "
        f"{provenance.temperature_description(analysis.temperature)}"
    )


def dominant_text(analysis: Analysis, row: SceneEmotion) -> str:
    """“sad 62 %”, “mixed: sad 26 %, neutral 24 %”, “not enough faces”, or “black”."""
    if row.dominant is None or row.shares is None:
        return wording.dominant_or_reason(analysis, row)
    is_mixed = certainty_of(analysis, row) == "mixed"
    labels = [row.dominant, *([runner_up(analysis, row) or ""] if is_mixed else [])]
    shares = [f"{label} {formatting.percent(row.shares[analysis.labels.index(label)])}" for label in labels]
    return ("mixed: " if is_mixed else "") + ", ".join(shares)


def _colour_of(analysis: Analysis, row: SceneEmotion) -> str | None:
    """The label, or MIXED, whose colour a scene's marker has; None without a dominant expression."""
    return MIXED if certainty_of(analysis, row) == "mixed" else row.dominant


def _texts(
    analysis: Analysis, row: SceneEmotion, target: Deviation | None, settings: MarkerSettings
) -> tuple[str, str]:
    """Name and note of a scene's marker."""
    off = f"off target {target_text(target.target)}: " if settings.off_target_only and target is not None else ""
    return f"{row.scene.number} {off}{dominant_text(analysis, row)}", _note(analysis, row, target)


def _note(analysis: Analysis, row: SceneEmotion, target: Deviation | None) -> str:
    mixed = wording.certainty_text(analysis, row) if certainty_of(analysis, row) == "mixed" else ""
    parts = [row.scene.name, mixed, shares_text(analysis.labels, row)]
    if row.dominant is not None and row.intensity is not None:
        parts.append(f"intensity {row.intensity:.2f}")
    if target is not None:
        parts.append(f"target {target_text(target.target)}: {deviation_text(analysis, target)}")
    if row.scene.counts:
        parts += [wording.evidence_text(row), reader_text(analysis)]
    return "; ".join(part for part in parts if part)


def _marked_scenes(analysis: Analysis, settings: MarkerSettings) -> set[int]:
    """Numbers of the scenes that get a marker."""
    marked = set()
    last: str | None = None
    for row in analysis.scenes:
        if row.dominant is None:
            if settings.without_expression:
                marked.add(row.scene.number)
            continue
        is_chosen = settings.expressions is None or row.dominant in settings.expressions
        if is_chosen and not (settings.changes_only and row.dominant == last):
            marked.add(row.scene.number)
        last = row.dominant
    return marked


def check_expressions(settings: MarkerSettings, labels: tuple[str, ...]) -> None:
    """Raise SettingsError for a chosen expression that is not among `labels`."""
    for label in settings.expressions or ():
        if label not in labels:
            raise SettingsError(f"The model has no label “{label}”.", f"It has {', '.join(labels)}.")
