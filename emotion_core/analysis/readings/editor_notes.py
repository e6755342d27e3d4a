"""An editor's notes on the scenes of an analysis: which scene each lies in, and at which of its frames."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from ...annotations import Note
from ..records import Analysis, SceneEmotion


@dataclass(frozen=True, slots=True)
class PlacedNote:
    """A note, and its place in the present scenes."""

    note: Note
    row: SceneEmotion
    """The scene that it is about, or in which its frame lies."""
    frame: int
    """Of a scene's note the first frame of the scene."""
    of_scene: bool
    """Whether it is about the whole scene; False where that scene is not there now."""


def placed_notes(analysis: Analysis) -> tuple[PlacedNote, ...]:
    """The notes, ascending by frame. One past the film's end, which no page writes, lies at its last frame."""
    rows, by_id = analysis.scenes, {row.scene.id: row for row in analysis.scenes}
    firsts = [row.scene.frame_in for row in rows]
    placed = []
    for note in analysis.report_settings.annotations.notes:
        own = by_id.get(note.frame) if note.of_scene else None
        if own is not None:
            placed.append(PlacedNote(note, own, own.scene.frame_in, of_scene=True))
            continue
        frame = min(note.frame, rows[-1].scene.frame_out - 1)
        placed.append(PlacedNote(note, rows[bisect_right(firsts, frame) - 1], frame, of_scene=False))
    return tuple(sorted(placed, key=lambda each: (each.frame, not each.of_scene)))
