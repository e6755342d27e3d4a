"""Edits of a film's report settings: validated, stored as a step that can be undone, and followed by a backfill.

Scenes that an edit shortens may need frames that were not sampled. All edits go through this module, so that these
frames are always requested.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import EmotionError
from ..library import FaceOperation, Library, Operation, editing
from ..scenes import annotating
from ..settings import ReportSettings
from . import scans


@dataclass(frozen=True, slots=True)
class Backfill:
    """The request for the frames that the scenes of a film lack."""

    requested: bool = False
    """False where no frame is missing, a scan of the film is under way, or there is none."""
    error: EmotionError | None = None
    """Why the frames could not be requested; the settings are stored all the same."""


def save_settings(library: Library, film_id: str, shown: ReportSettings, wanted: ReportSettings, what: str) -> Backfill:
    """Store what differs between the settings that were shown and those that are wanted; `what` says so in a few words.

    Raises EmotionError where no report can be made with them, or others set the same meanwhile.
    """
    editing.save(library, film_id, shown, wanted, what)
    return request_missing_frames(library, film_id)


def correct(library: Library, film_id: str, operation: Operation, what: str) -> Backfill:
    """Store a correction of scenes. Raises CorrectionError where the scenes are not as shown any more."""
    editing.correct(library, film_id, operation, what)
    return request_missing_frames(library, film_id)


def correct_faces(library: Library, film_id: str, operation: FaceOperation, what: str) -> None:
    """Store a correction of faces; it needs no frames. Raises CorrectionError where they are not as shown any more."""
    editing.correct_faces(library, film_id, operation, what)


def annotate(library: Library, film_id: str, operation: annotating.Operation, what: str) -> None:
    """Store a change of notes and targets; it needs no frames. Raises CorrectionError as `correct`."""
    editing.annotate(library, film_id, operation, what)


def undo(library: Library, film_id: str, revision: int | None = None) -> Backfill | None:
    """Take back the last step; None if there is none. Raises CorrectionError where `revision` no longer holds."""
    return _step(library, film_id, revision, library.undo)


def redo(library: Library, film_id: str, revision: int | None = None) -> Backfill | None:
    """Make a step again that was undone; None if there is none. Raises as `undo`."""
    return _step(library, film_id, revision, library.redo)


def _step(
    library: Library, film_id: str, revision: int | None, step: Callable[[str, int | None], bool]
) -> Backfill | None:
    return request_missing_frames(library, film_id) if step(film_id, revision) else None


def request_missing_frames(library: Library, film_id: str) -> Backfill:
    """Request the frames that the scenes of a film lack under its settings."""
    try:
        scan = library.newest_scan(film_id)
        return Backfill(scan is not None and scans.backfill(library, scan.id, library.report_settings(film_id)))
    except EmotionError as error:
        return Backfill(error=error)
