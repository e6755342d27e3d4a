"""Analysis -> per-scene table, CSV, JSON. Column names live here and nowhere else."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..analysis.records import Analysis, SceneEmotion
from .timecodes import timecodes

BEFORE_LABELS = (
    "scene", "name", "kind", "tc_in", "tc_out", "tc_duration", "frame_in", "frame_out", "frames", "shots",
    "seconds_in", "seconds_out", "seconds", "dominant", "interval_low", "interval_high",
)  # fmt: skip
PROVENANCE = ("model", "model_hash", "engine", "temperature", "calibration")
"""What said so: the same in every row."""
AFTER_LABELS = ("intensity", "faces", "people", "frames_sampled", "coverage", *PROVENANCE)


def columns(labels: tuple[str, ...]) -> list[str]:
    """The CSV's columns for a checkpoint with these labels."""
    return [*BEFORE_LABELS, *labels, *AFTER_LABELS]


def table(analysis: Analysis) -> pd.DataFrame:
    """One row a scene; numbers as numbers (shares rounded to 4 decimals, seconds to 6), missing as None/NaN."""
    rows = [_row(analysis, row) for row in analysis.scenes]
    return pd.DataFrame(rows, columns=columns(analysis.labels))


def _row(analysis: Analysis, row: SceneEmotion) -> dict[str, Any]:
    checkpoint, engine = analysis.observations.checkpoint, analysis.observations.engine
    scene = row.scene
    tc_in, tc_out, tc_duration = timecodes(analysis, row)
    interval = None
    if row.dominant is not None:
        interval = row.interval_of(analysis.labels.index(row.dominant))
    low, high = interval if interval is not None else (None, None)
    shares = row.shares if row.shares is not None else (None,) * len(analysis.labels)
    return {
        "scene": scene.number,
        "name": scene.name,
        "kind": scene.kind,
        "tc_in": tc_in,
        "tc_out": tc_out,
        "tc_duration": tc_duration,
        "frame_in": scene.frame_in,
        "frame_out": scene.frame_out,
        "frames": scene.frames,
        "shots": len(scene.shots),
        "seconds_in": round(float(scene.span.start), 6),
        "seconds_out": round(float(scene.span.end), 6),
        "seconds": round(float(scene.span.seconds), 6),
        "dominant": row.dominant,
        "interval_low": _rounded(low),
        "interval_high": _rounded(high),
        **{label: _rounded(share) for label, share in zip(analysis.labels, shares, strict=True)},
        "intensity": _rounded(row.intensity),
        "faces": row.faces,
        "people": _rounded(row.people),
        "frames_sampled": row.frames_sampled,
        "coverage": _rounded(row.coverage),
        "model": checkpoint.name,
        "model_hash": checkpoint.hash,
        "engine": f"{engine.name} {engine.precision}",
        "temperature": _rounded(analysis.temperature.value),
        "calibration": analysis.temperature.source,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
