"""An analysis as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pandas as pd

from ..analysis.records import Analysis
from ..settings import to_json
from .table import PROVENANCE, _rounded, table


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
