"""An analysis as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..analysis import placed_notes, taken_over, waiting_targets
from ..settings import to_json
from . import annotation_wording
from .table import PROVENANCE, round_share, scene_table

if TYPE_CHECKING:
    from ..analysis import Analysis


def json_document(analysis: Analysis) -> dict[str, Any]:
    """The report as JSON types: the table's cells, the interval of every label, and the provenance."""
    import pandas as pd

    observations, calibration = analysis.observations, analysis.temperature.calibration
    scenes = []
    for record, row in zip(scene_table(analysis).to_dict("records"), analysis.scenes, strict=True):
        cells = {str(k): None if pd.isna(v) else v for k, v in record.items() if k not in PROVENANCE}
        intervals = row.intervals
        cells["intervals"] = (
            None
            if intervals is None
            else {
                label: [round_share(low), round_share(high)]
                for label, (low, high) in zip(analysis.labels, intervals, strict=True)
            }
        )
        cells["frames_with_faces"] = row.frames_with_faces
        cells["faces_left_out"] = row.left_out.to_json()
        cells["shot_frames"] = [[shot.frame_in, shot.frame_out] for shot in row.scene.shots]
        scenes.append(cells)
    return {
        "media": observations.media.to_json(),
        "damaged": None if analysis.damage is None else analysis.damage.to_json(),
        "model": asdict(observations.checkpoint),
        "engine": asdict(observations.engine),
        "temperature": {
            "value": analysis.temperature.value,
            "source": analysis.temperature.source,
            "calibration": None if calibration is None else calibration.to_fields(),
        },
        "scan_settings": to_json(observations.scan_settings),
        "report_settings": to_json(analysis.report_settings) | {"mixed_floor": analysis.report_settings.mixed_floor},
        "labels": list(analysis.labels),
        "faces": dict(zip(("found", "taken_over"), analysis.reused_faces, strict=True)),
        **({"faces_of_other_cuts": [film.to_json() for film in films]} if (films := taken_over(observations)) else {}),
        "faces_left_out": analysis.left_out.to_json(),
        "notes": list(analysis.notes),
        "editor_notes": [
            {
                "frame": note.frame,
                "timecode": annotation_wording.note_timecode(analysis, note),
                "scene": note.row.scene.number,
                "of_scene": note.of_scene,
                "text": note.note.text,
            }
            for note in placed_notes(analysis)
        ],
        "waiting_targets": [target._asdict() for target in waiting_targets(analysis)],
        "scenes": scenes,
    }


def json_bytes(analysis: Analysis) -> bytes:
    """The report as a JSON file, UTF-8."""
    return (json.dumps(json_document(analysis), indent=1, ensure_ascii=False) + "\n").encode()
