"""An editor's notes as markers of their own, one frame long.

Editing tools have one marker a frame. A note at the frame of another marker, as one about a whole scene is, therefore
joins it: its text comes first in that marker's note, and its name says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..analysis import Analysis, placed_notes
from .marker_list import NOTE, Marker, one_line
from .timebase import Timebase

NAME = "Note"


def note_markers(analysis: Analysis, timebase: Timebase, frames: int) -> tuple[Marker, ...]:
    """A marker for each frame with notes on a timeline of `frames` frames, ascending."""
    markers: dict[int, Marker] = {}
    for note in placed_notes(analysis):
        at = min(timebase.frame(analysis.observations.seconds_at(note.frame)), frames - 1)
        text = one_line(note.note.text)
        text = f"Scene {note.row.scene.number}: {text}" if note.of_scene else text
        before = markers.get(at)
        markers[at] = Marker(at, 1, NAME, text if before is None else f"{before.note}; {text}", NOTE)
    return tuple(markers[at] for at in sorted(markers))


def with_notes(markers: Iterable[Marker], notes: Iterable[Marker]) -> tuple[Marker, ...]:
    """The markers of scenes with those of notes among them, ascending, no two at the same frame."""
    joined = {marker.start: marker for marker in markers}
    for note in notes:
        scene = joined.get(note.start)
        joined[note.start] = (
            note
            if scene is None
            else replace(
                scene, name=f"{scene.name} + note", note="; ".join(filter(None, (f"{NAME}: {note.note}", scene.note)))
            )
        )
    return tuple(joined[start] for start in sorted(joined))
