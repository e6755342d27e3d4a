"""The notes of a film on its page."""

from __future__ import annotations

from emotion_core.analysis import Analysis, placed_notes
from emotion_core.library import Film
from emotion_core.scenes import annotating

from ...components import note_list
from ...services import error_messages, report_edits


def show(film: Film, analysis: Analysis) -> None:
    """Show the list, with the error of the change before this run."""
    error_messages.show_deferred()
    note_list.show(film, analysis, lambda act: _do(film.id, analysis, act))


def _do(film_id: str, analysis: Analysis, act: note_list.Act) -> None:
    """Change notes as the editor asks, on top of the list that was shown."""
    match act.does:
        case "add":
            report_edits.add_note(film_id, act.note.frame, act.text)
        case "add of scene":
            scenes = (row.scene for row in analysis.scenes)
            scene = next((each for each in scenes if each.frame_in <= act.note.frame < each.frame_out), None)
            if scene is not None:
                operation = annotating.add_scene_note(scene, act.text)
                report_edits.annotate(film_id, operation, f"note on scene {scene.number}")
        case "change":
            report_edits.annotate(film_id, annotating.change_note(act.note, act.text), "another text of a note")
        case "remove":
            number = next((n for n, each in enumerate(placed_notes(analysis), 1) if each.note == act.note), 0)
            report_edits.annotate(film_id, annotating.remove_note(act.note), f"removal of note {number}")
