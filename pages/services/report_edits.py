"""Changes of a film's report from its page: save, add the frames that short scenes need, keep the moment."""

from __future__ import annotations

from collections.abc import Callable

from emotion_core.jobs import Backfill, report_edits, scans
from emotion_core.library import FaceOperation, Library, editing
from emotion_core.report import annotation_wording
from emotion_core.scenes import annotating, editing as scene_editing
from emotion_core.settings import ReportSettings

from . import error_messages, moment, page_cache


def save(film_id: str, shown: ReportSettings, wanted: ReportSettings, what: str) -> None:
    """Save the settings in which `wanted`, a form as it was sent, differs from `shown`, the form as it was drawn.

    The change is a step that can be undone; `what` names it. Raises EmotionError where no report can be made with the
    settings, or another window set the same ones meanwhile.
    """
    _defer_error(film_id, report_edits.save_settings(page_cache.library(), film_id, shown, wanted, what))


def add_missing_frames(film_id: str) -> None:
    """Start a job for the frames that short scenes lack; show on the next run of the page why it cannot be done."""
    _defer_error(film_id, report_edits.request_missing_frames(page_cache.library(), film_id))


def _defer_error(film_id: str, backfill: Backfill | None) -> None:
    """Show on the next run why frames could not be requested, unless the film's file is gone: its section says that."""
    if backfill is not None and backfill.error is not None and page_cache.library().original(film_id) is not None:
        with error_messages.defer():
            raise backfill.error


def continue_adding_frames(film_id: str) -> None:
    """After such a job, add the frames that were requested while it ran, unless it failed."""
    library = page_cache.library()
    scan = library.newest_scan(film_id)
    if scan is not None and not scans.why_frames_are_missing(library, scan.id):
        add_missing_frames(film_id)


def correct(film_id: str, operation: editing.Operation, what: str, frame: int) -> None:
    """Correct scenes as they were shown, then show the scene with `frame`. A widget's callback."""
    with error_messages.defer():
        revision = page_cache.library().edit_state(film_id).revision
        backfill = report_edits.correct(page_cache.library(), film_id, operation, what)
        if page_cache.library().edit_state(film_id).revision != revision:
            _defer_error(film_id, backfill)
            moment.show(film_id, frame)


def correct_faces(film_id: str, operation: FaceOperation, what: str) -> None:
    """Correct faces as they were shown. A widget's callback."""
    with error_messages.defer():
        report_edits.correct_faces(page_cache.library(), film_id, operation, what)


def split_range(film_id: str, first: int, end: int) -> None:
    """Let scenes begin at both ends of a range of frames, as one step that is undone at once. A widget's callback."""
    analysis = page_cache.analysis(film_id)
    ends = [frame for frame in (first, end) if 0 < frame < analysis.observations.frames]
    at = " and ".join(annotation_wording.frame_timecode(analysis, frame) for frame in ends)
    correct(film_id, lambda now, scenes: scene_editing.split_at_frames(now, scenes, ends), f"split at {at}", first)


def annotate(film_id: str, operation: annotating.Operation, what: str) -> None:
    """Change notes and targets as they were shown. A widget's callback."""
    with error_messages.defer():
        annotate_now(film_id, operation, what)


def annotate_now(film_id: str, operation: annotating.Operation, what: str) -> None:
    """Change notes and targets as they were shown. Raises CorrectionError."""
    report_edits.annotate(page_cache.library(), film_id, operation, what)


def add_note(film_id: str, frame: int, text: str) -> None:
    """Add an editor's note at a frame. A widget's callback."""
    with error_messages.defer():
        at = annotation_wording.frame_timecode(page_cache.analysis(film_id), max(0, frame))
        report_edits.annotate(page_cache.library(), film_id, annotating.add_note(frame, text), f"note at {at}")


def split(film_id: str, scene_id: int, frame: int) -> None:
    """Split the scene with this id, or else the one with the `frame`, at the frame. A widget's callback."""
    with error_messages.defer():
        scenes = [row.scene for row in page_cache.analysis(film_id).scenes]
        with_frame = next((s for s in scenes if s.frame_in <= frame < s.frame_out), scenes[-1])
        shown = next((s for s in scenes if s.id == scene_id), with_frame)
        correct(film_id, editing.split(shown, frame), f"split of scene {shown.number}", frame)


def undo(film_id: str, revision: int) -> None:
    """Undo the step before the `revision` that was shown. A widget's callback."""
    _step(film_id, revision, report_edits.undo)


def redo(film_id: str, revision: int) -> None:
    """Redo the step after the `revision` that was shown. A widget's callback."""
    _step(film_id, revision, report_edits.redo)


def _step(film_id: str, revision: int, step: Callable[[Library, str, int], Backfill | None]) -> None:
    with error_messages.defer():
        _defer_error(film_id, step(page_cache.library(), film_id, revision))
