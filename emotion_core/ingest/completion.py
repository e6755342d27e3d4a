"""Completion of an upload: it becomes a film or a viewer's recording, whose analysis begins, or is refused."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from ..errors import EmotionError, LibraryError, MediaError, NotLookedAt, ProgramFault
from ..incoming import Outcome, PartialFile, Upload, upload_store
from ..library import Film, Library
from ..media import read_error
from ..settings import ScanSettings
from ..storage import Home
from . import background_alignment, recording_uploads
from .begin import begin_film, expect_film


def finish(home: Path, upload: Upload, part: PartialFile | None) -> Outcome:
    """Turn the complete `upload` into a film or a refusal, and store the outcome; `part` is its file, if it is open.

    The caller holds the upload's lock. A call that was interrupted can be repeated. Raises LibraryError, and
    ScreeningGone for a recording; the upload stays in these cases.
    """
    if upload.outcome is None:
        upload = _store_hash(home, upload, part)
        if not upload_store.part_path(home, upload.id).exists() and not any(
            Home(home).film(upload.content_id).glob("*")
        ):
            upload_store.remove(home, upload.id)  # it became a film that was deleted later
            raise upload_store.upload_gone()
        upload = replace(upload, outcome=_take_in(home, upload))
        upload_store.write(home, upload)
    with contextlib.suppress(OSError):  # the file of a refused or duplicate film; a sweep removes what stays
        upload_store.part_path(home, upload.id).unlink(missing_ok=True)
    assert upload.outcome is not None
    if upload.outcome.viewer_id:
        background_alignment.align_soon(home)
    return upload.outcome


def _store_hash(home: Path, upload: Upload, part: PartialFile | None) -> Upload:
    """The upload with its content's hash stored, so that its bytes are found again after an interrupted move."""
    if upload.content_id:
        return upload
    part = part or PartialFile(upload_store.part_path(home, upload.id))
    part.close()
    upload = replace(upload, content_id=part.hash.hexdigest())
    upload_store.write(home, upload)
    return upload


def _take_in(home: Path, upload: Upload) -> Outcome:
    if upload.announced_id not in ("", upload.content_id):
        return Outcome(
            problem=f"{upload.name} did not arrive as announced: the SHA-256 of its bytes is another one. Did the file "
            "change meanwhile? Send it again."
        )
    library = Library.open(home)
    if upload.settings is not None or upload.recording is not None:
        expect_film(library, upload_store.part_path(home, upload.id))
    try:
        if upload.recording is not None:
            return recording_uploads.take_in(library, upload, upload.recording)
        film = library.take_in(upload_store.part_path(home, upload.id), upload.content_id, upload.name)
    except (NotLookedAt, ProgramFault) as error:  # the film is not at fault: a later call tries again
        raise LibraryError(error.problem, error.advice) from error
    except MediaError as error:
        if (trouble := read_error(upload_store.part_path(home, upload.id))) is not None:
            raise LibraryError(
                f"What has arrived cannot be read again ({trouble.strerror}).",
                "Is the library's disk still there? Try again.",
            ) from trouble
        return Outcome(problem=str(error))
    problem = "" if upload.settings is None else _analyse(library, film, upload.settings)
    if upload.settings_are_later:
        problem = (
            f"{upload.name} was to be analysed with settings of a later version of this program. Analyse it with what "
            "can be chosen here, or open the library with that version."
        )
    return Outcome(film_id=film.id, known=film.was_present, problem=problem)


def _analyse(library: Library, film: Film, settings: ScanSettings) -> str:
    """Request the analysis of a film that has none, and its proxy; return why that failed, empty if it did not."""
    try:
        begin_film(library, film, settings, only_new=True)
    except (EmotionError, OSError, ValueError) as error:  # settings come from outside: a bad name is no crash
        return str(error)
    return ""
