"""A film's scenes as JSON types, for the views of its page. Texts are plain, never HTML.

The document has `labels` and their `colours` (hex), `settings` (the numbers that decide certainty), and `scenes`, each
a dict as `_scene` makes it; and `notes`, the editor's, a dict each as `_note` makes it. Shares, intervals, coverage and
deviations are from 0 to 1; None is missing, never zero.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from ...analysis import (
    Analysis,
    Deviation,
    PlacedNote,
    SceneEmotion,
    certainty_of,
    deviations,
    placed_notes,
    runner_up,
    samples_by_scene,
)
from ...formatting import hms
from ...labels import colour
from ...media import Media, timecode_at
from ...observations import Sample
from ...report import annotation_wording, wording
from ...report.table import round_share


def scenes_document(analysis: Analysis) -> dict[str, Any]:
    """The document of all scenes, ascending."""
    settings, notes = analysis.report_settings, placed_notes(analysis)
    noted = Counter(note.row.scene.id for note in notes)
    off = {each.row.scene.id: each for each in deviations(analysis)}
    times = _Timecodes(analysis.observations.media)
    rows = zip(analysis.scenes, samples_by_scene(analysis), strict=True)
    return {
        "labels": list(analysis.labels),
        "colours": [colour(label, analysis.labels) for label in analysis.labels],
        "settings": {
            "confidence": settings.confidence,
            "coverage_floor": settings.coverage_floor,
            "mixed_floor": settings.mixed_floor,
        },
        "scenes": [
            _scene(analysis, row, samples, times)
            | {"notes": noted[row.scene.id], **_target(analysis, off.get(row.scene.id))}  # `notes`: how many
            for row, samples in rows
        ],
        "notes": [_note(analysis, note) for note in notes],
    }


def _scene(analysis: Analysis, row: SceneEmotion, samples: tuple[Sample, ...], times: _Timecodes) -> dict[str, Any]:
    scene, span = row.scene, row.scene.span
    return {
        "number": scene.number,
        "id": scene.id,
        "name": scene.name,
        "kind": scene.kind,
        "counts": scene.counts,  # whether it is part of the film
        "shots": len(scene.shots),
        "frame_in": scene.frame_in,
        "frame_out": scene.frame_out,  # exclusive
        "start": float(span.start),  # seconds, as `end`
        "end": float(span.end),
        "length": hms(span.seconds),  # “4.5 s”, “1:02”
        "tc_in": times.at(span.start),
        "tc_out": times.at(span.end),
        "leading": wording.dominant_or_reason(analysis, row),  # “sad”, “mixed: sad, neutral”, “not enough faces”
        "leading_shares": wording.leading_shares(analysis, row),
        "dominant": row.dominant,
        "runner_up": runner_up(analysis, row),
        "certainty": certainty_of(analysis, row),
        "why": wording.certainty_text(analysis, row),
        "shares": None if row.shares is None else [round_share(share) for share in row.shares],
        "intervals": None
        if row.intervals is None
        else [[round_share(low), round_share(high)] for low, high in row.intervals],
        "intensity": None if row.intensity is None else round_share(row.intensity),
        "faces": row.faces,
        "frames_sampled": row.frames_sampled,
        "coverage": None if row.coverage is None else round_share(row.coverage),
        "evidence": wording.evidence_text(row),
        "left_out": wording.left_out_text(row.left_out),
        "picture": _middle_picture(samples),
    }


class _Timecodes:
    """Timecodes at the bounds of scenes, each counted once: a scene ends where the next begins."""

    def __init__(self, media: Media) -> None:
        self._media = media
        self._latest: tuple[Fraction | None, str] = None, ""

    def at(self, seconds: Fraction) -> str:
        if self._latest[0] != seconds:
            self._latest = seconds, timecode_at(self._media, seconds)
        return self._latest[1]


_NO_TARGET: dict[str, Any] = dict.fromkeys(
    ("target", "target_expression", "target_intensity", "deviation", "target_result", "off", "target_reading")
)


def _target(analysis: Analysis, deviation: Deviation | None) -> dict[str, Any]:
    """The target of a scene and its distance from it; None each without a target."""
    if deviation is None:
        return _NO_TARGET
    return {
        "target": annotation_wording.target_text(deviation.target),  # “sad, intensity 0.60”
        "target_expression": deviation.target.expression,
        "target_intensity": deviation.target.intensity,
        "deviation": round_share(deviation.value),
        "target_result": deviation.result,  # “met”, “within reach”, “missed”, “few frames”
        "off": annotation_wording.deviation_text(analysis, deviation),  # “missed, off by 88 points (80–95)”
        "target_reading": annotation_wording.reading_text(deviation, analysis.labels),  # “angry leads, sad 12 %”
    }


def _note(analysis: Analysis, note: PlacedNote) -> dict[str, Any]:
    return {
        "frame": note.frame,
        "tc": annotation_wording.note_timecode(analysis, note),
        "text": note.note.text,
        "scene": note.row.scene.number,
        "of_scene": note.of_scene,  # whether it is about the whole scene
    }


def _middle_picture(samples: tuple[Sample, ...]) -> int | None:
    """The sampled frame whose small picture stands for the scene; None where no picture is kept."""
    kept = [sample.frame for sample in samples if sample.thumbnail is not None]
    return kept[len(kept) // 2] if kept else None
