"""Analysis -> per-scene table, CSV, JSON. Column names live here and nowhere else."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pandas as pd

from .media import timecode_at
from .settings import to_json
from .summary import Analysis, SceneEmotion
from .timecode import frame_at, to_timecode

BEFORE_LABELS = (
    "scene", "name", "kind", "tc_in", "tc_out", "tc_duration", "frame_in", "frame_out", "frames", "shots",
    "seconds_in", "seconds_out", "seconds", "dominant", "interval_low", "interval_high",
)  # fmt: skip
PROVENANCE = ("model", "model_hash", "engine", "temperature", "calibration")
"""What said so: the same in every row."""
AFTER_LABELS = ("intensity", "faces", "people", "frames_sampled", "coverage", *PROVENANCE)

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def columns(labels: tuple[str, ...]) -> list[str]:
    """The CSV's columns for a checkpoint with these labels."""
    return [*BEFORE_LABELS, *labels, *AFTER_LABELS]


def timecodes(analysis: Analysis, row: SceneEmotion) -> tuple[str, str, str]:
    """A scene's in, out (exclusive) and duration.

    Frames of timecode are counted from the file's start timecode by the media clock, so that in material of variable
    frame rate timecode stays true to time; at a constant rate this is the frame index.
    """
    media, span = analysis.observations.media, row.scene.span
    first, last = (frame_at(t, media.rate) for t in (span.start, span.end))
    duration = to_timecode(last - first, media.rate, drop_frame=media.drop_frame)
    return timecode_at(media, span.start), timecode_at(media, span.end), duration


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


def csv(frame: pd.DataFrame) -> bytes:
    """A table as a CSV file that spreadsheets open rightly: UTF-8 with BOM, CRLF, text cells never a formula."""
    safe = frame.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].map(_no_formula)
    safe.columns = pd.Index([_no_formula(name) for name in safe.columns])
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def to_document(analysis: Analysis) -> dict[str, Any]:
    """Everything of the report as JSON types: the table's cells, every label's interval, and what they came from."""
    seen, calibration = analysis.observations, analysis.temperature.calibration
    scenes = []
    for record, row in zip(table(analysis).to_dict("records"), analysis.scenes, strict=True):
        cells = {str(k): None if pd.isna(v) else v for k, v in record.items() if k not in PROVENANCE}
        intervals = row.intervals
        cells["intervals"] = (
            None
            if intervals is None
            else {
                label: [_rounded(low), _rounded(high)]
                for label, (low, high) in zip(analysis.labels, intervals, strict=True)
            }
        )
        cells["frames_with_faces"] = row.frames_with_faces
        cells["faces_left_out"] = asdict(row.left_out)
        cells["shot_frames"] = [[shot.frame_in, shot.frame_out] for shot in row.scene.shots]
        scenes.append(cells)
    return {
        "media": seen.media.to_json(),
        "damaged": None if analysis.damage is None else analysis.damage.to_json(),
        "model": asdict(seen.checkpoint),
        "engine": asdict(seen.engine),
        "temperature": {
            "value": analysis.temperature.value,
            "source": analysis.temperature.source,
            "calibration": None if calibration is None else asdict(calibration),
        },
        "scan_settings": to_json(seen.scan_settings),
        "report_settings": to_json(analysis.report_settings),
        "labels": list(analysis.labels),
        "faces": dict(zip(("found", "taken_over"), analysis.read_once, strict=True)),
        "faces_left_out": asdict(analysis.left_out),
        "notes": list(analysis.notes),
        "scenes": scenes,
    }


def to_json_bytes(analysis: Analysis) -> bytes:
    return (json.dumps(to_document(analysis), indent=1, ensure_ascii=False) + "\n").encode()


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _no_formula(cell: Any) -> Any:
    """Text that a spreadsheet would run is led by an apostrophe (OWASP, CSV injection); numbers are left alone."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
