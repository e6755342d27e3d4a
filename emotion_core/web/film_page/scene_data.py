"""A film's scenes as JSON types, for the views of its page. Texts are plain, never HTML.

The document has `labels` and their `colours` (hex), `settings` (the numbers that decide certainty), and `scenes`, each
a dict as `_scene` makes it. Shares, intervals and coverage are from 0 to 1; None is missing, never zero.
"""

from __future__ import annotations

from typing import Any

from ...analysis import Analysis, SceneEmotion, certainty_of, runner_up, samples_by_scene
from ...labels import colour
from ...observations import Sample
from ...report import wording
from ...report.table import round_share


def scenes_document(analysis: Analysis) -> dict[str, Any]:
    """The document of all scenes, ascending."""
    settings = analysis.report_settings
    rows = zip(analysis.scenes, samples_by_scene(analysis), strict=True)
    return {
        "labels": list(analysis.labels),
        "colours": [colour(label, analysis.labels) for label in analysis.labels],
        "settings": {
            "confidence": settings.confidence,
            "coverage_floor": settings.coverage_floor,
            "mixed_floor": settings.mixed_floor,
        },
        "scenes": [_scene(analysis, row, samples) for row, samples in rows],
    }


def _scene(analysis: Analysis, row: SceneEmotion, samples: tuple[Sample, ...]) -> dict[str, Any]:
    scene = row.scene
    tc_in, tc_out, _ = wording.scene_timecodes(analysis, row)
    return {
        "number": scene.number,
        "id": scene.id,
        "name": scene.name,
        "kind": scene.kind,
        "counts": scene.counts,  # whether it is part of the film
        "shots": len(scene.shots),
        "frame_in": scene.frame_in,
        "frame_out": scene.frame_out,  # exclusive
        "start": float(scene.span.start),  # seconds, as `end`
        "end": float(scene.span.end),
        "tc_in": tc_in,
        "tc_out": tc_out,
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


def _middle_picture(samples: tuple[Sample, ...]) -> int | None:
    """The sampled frame whose small picture stands for the scene; None where no picture is kept."""
    kept = [sample.frame for sample in samples if sample.thumbnail is not None]
    return kept[len(kept) // 2] if kept else None
