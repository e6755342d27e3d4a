"""Texts about an editor's notes and targets, shared by tables, markers, exports and pages."""

from __future__ import annotations

from ..analysis import NOT_ENOUGH, Analysis, Deviation, PlacedNote, waiting_targets
from ..annotations import Target
from ..formatting import count, in_one_line, percent
from ..media import timecode_at


def note_timecode(analysis: Analysis, note: PlacedNote) -> str:
    """The timecode of a note's frame."""
    return frame_timecode(analysis, note.frame)


def frame_timecode(analysis: Analysis, frame: int) -> str:
    """A frame's timecode, by its own time stamp."""
    observations = analysis.observations
    return timecode_at(observations.media, observations.seconds_at(frame))


def note_text(analysis: Analysis, note: PlacedNote) -> str:
    """“01:00:04:12 A glance”, or only the text of a note about a whole scene; in one line."""
    text = in_one_line(note.note.text)
    return text if note.of_scene else f"{note_timecode(analysis, note)} {text}"


def target_text(target: Target) -> str:
    """“sad”, “intensity 0.60”, or “sad, intensity 0.60”."""
    intensity = None if target.intensity is None else f"intensity {target.intensity:.2f}"
    return ", ".join(part for part in (target.expression, intensity) if part is not None)


def deviation_text(analysis: Analysis, deviation: Deviation) -> str:
    """“missed, off by 88 points (80–95)”; or why there is no deviation."""
    if deviation.value is None:
        row = deviation.row
        if row.dominant is None:
            return NOT_ENOUGH if row.scene.counts else row.scene.kind
        return f"the model reads no {target_text(deviation.target)}"
    spread = ""
    if deviation.interval is not None:
        low, high = (f"{end * 100:.0f}" for end in deviation.interval)
        spread = f" ({low}–{high})"
    points = count(round(deviation.value * 100), "point")
    result = "too few frames for an interval" if deviation.result == "few frames" else deviation.result
    return f"{result}, off by {points}{spread}"


def reading_text(deviation: Deviation, labels: tuple[str, ...]) -> str:
    """“angry leads, sad 12 %; intensity 0.75”: what is read where a target says otherwise; empty without a reading."""
    row, parts = deviation.row, []
    if row.dominant is None or row.shares is None:
        return ""
    if deviation.label is not None:
        share = f"{deviation.label} {percent(row.shares[labels.index(deviation.label)])}"
        parts.append(share if deviation.label == row.dominant else f"{row.dominant} leads, {share}")
    if deviation.target.intensity is not None and row.intensity is not None:
        parts.append(f"intensity {row.intensity:.2f}")
    return "; ".join(parts)


def waiting_text(analysis: Analysis) -> str:
    """A sentence on the targets whose scene is not there now; empty without any."""
    waiting = waiting_targets(analysis)
    if not waiting:
        return ""
    listed = "; ".join(f"{target_text(t)} at {frame_timecode(analysis, t.scene)}" for t in waiting[:5])
    more = f"; and {len(waiting) - 5:,} more" if len(waiting) > 5 else ""
    number = count(len(waiting), "target waits", "targets wait")
    return f"{number} for a scene that does not begin there now: {listed}{more}."
