"""An analysis as a table with a row a scene; defines the column names of CSV and JSON."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from ..analysis import certainty_of, deviations, placed_notes, runner_up
from ..settings import RECOMMENDED, FaceLimits
from .annotation_wording import note_text
from .wording import scene_timecodes

if TYPE_CHECKING:
    import pandas as pd

    from ..analysis import Analysis, Deviation, PlacedNote, SceneEmotion

BEFORE_LABELS = (
    "scene", "name", "kind", "tc_in", "tc_out", "tc_duration", "frame_in", "frame_out", "frames", "shots",
    "seconds_in", "seconds_out", "seconds", "dominant", "interval_low", "interval_high",
)  # fmt: skip
RIVAL = ("runner_up", "runner_up_share", "certainty")
"""Columns of how sure the dominant expression is."""
PROVENANCE = ("model", "model_hash", "engine", "temperature", "calibration")
"""Columns of the model and engine; the same in every row."""
ANNOTATIONS = ("target", "target_intensity", "deviation", "deviation_low", "deviation_high", "target_result", "notes")
"""Columns of the editor's targets and notes; empty where there are none."""
AFTER_LABELS = ("intensity", "faces", "people", "frames_sampled", "coverage", *PROVENANCE, *RIVAL, *ANNOTATIONS)


LEFT_OUT = {
    "left_out_misplaced": "misplaced",
    "left_out_turned": "turned",
    "left_out_tilted": "tilted",
    "left_out_blurred": "blurred",
    "left_out_badly_lit": "badly_lit",
}
"""Columns of how many faces the limits of readable faces leave out, and the fields of LeftOut; only where a limit is
set."""


def table_columns(labels: tuple[str, ...], limits: FaceLimits = RECOMMENDED) -> list[str]:
    """The CSV's columns for a checkpoint with these labels, under a report's limits of readable faces."""
    return [*BEFORE_LABELS, *labels, *AFTER_LABELS, *(LEFT_OUT if limits else ())]


def scene_table(analysis: Analysis) -> pd.DataFrame:
    """One row a scene; numbers as numbers (shares rounded to 4 decimals, seconds to 6), missing as None/NaN."""
    import pandas as pd  # takes half a second to load, and the names of the columns do not need it

    return pd.DataFrame(
        scene_rows(analysis), columns=table_columns(analysis.labels, analysis.report_settings.face_limits)
    )


def scene_rows(analysis: Analysis) -> list[dict[str, Any]]:
    """The rows of `scene_table`, by column; missing cells are None."""
    off = {each.row.scene.id: each for each in deviations(analysis)}
    notes: dict[int, list[PlacedNote]] = defaultdict(list)
    for note in placed_notes(analysis):
        notes[note.row.scene.id].append(note)
    return [
        _row(analysis, row) | _annotations(analysis, off.get(row.scene.id), notes.get(row.scene.id, []))
        for row in analysis.scenes
    ]


def _annotations(analysis: Analysis, off: Deviation | None, notes: list[PlacedNote]) -> dict[str, Any]:
    low, high = (off.interval if off is not None else None) or (None, None)
    return {
        "target": None if off is None else off.target.expression,
        "target_intensity": None if off is None else round_share(off.target.intensity),
        "deviation": None if off is None else round_share(off.value),
        "deviation_low": round_share(low),
        "deviation_high": round_share(high),
        "target_result": None if off is None else off.result,
        "notes": " | ".join(note_text(analysis, note) for note in notes) or None,
    }


def _row(analysis: Analysis, row: SceneEmotion) -> dict[str, Any]:
    checkpoint, engine = analysis.observations.checkpoint, analysis.observations.engine
    scene = row.scene
    tc_in, tc_out, tc_duration = scene_timecodes(analysis, row)
    interval = None
    if row.dominant is not None:
        interval = row.interval_of(analysis.labels.index(row.dominant))
    low, high = interval if interval is not None else (None, None)
    rival = runner_up(analysis, row)
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
        "interval_low": round_share(low),
        "interval_high": round_share(high),
        **{label: round_share(share) for label, share in zip(analysis.labels, shares, strict=True)},
        "intensity": round_share(row.intensity),
        "faces": row.faces,
        "people": round_share(row.people),
        "frames_sampled": row.frames_sampled,
        "coverage": round_share(row.coverage),
        "model": checkpoint.name,
        "model_hash": checkpoint.hash,
        "engine": f"{engine.name} {engine.precision}",
        "temperature": round_share(analysis.temperature.value),
        "calibration": analysis.temperature.source,
        "runner_up": rival,
        "runner_up_share": round_share(None if rival is None else shares[analysis.labels.index(rival)]),
        "certainty": certainty_of(analysis, row),
        **{column: getattr(row.left_out, field) for column, field in LEFT_OUT.items()},
    }


def round_share(value: float | None) -> float | None:
    """`value` to four decimals; None stays."""
    return None if value is None else round(value, 4)
