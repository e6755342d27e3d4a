"""Recordings that were uploaded, brought into the film's time by its sound: one after another, in a thread.

What is still to do is in the records of the uploads, so that a restart of the app goes on.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from pathlib import Path

from ..errors import EmotionError, LibraryError, NotLookedAt, ProgramFault, UploadGone
from ..incoming import Upload, upload_store
from ..library import Library
from .recording_alignment import FilmSounds, align_viewer_by_sound

_guard = threading.Lock()
_running: set[Path] = set()
"""Libraries for which a thread of this process is at work."""
_wanted: set[Path] = set()
"""Libraries that a thread must look at again before it ends."""


def align_soon(home: Path) -> None:
    """Have a thread bring the recordings that arrived into the film's time; return at once.

    The thread ends with the process, which never waits for it.
    """
    if not _to_align(home):
        return
    with _guard:
        _wanted.add(home)
        if home in _running:
            return
        _running.add(home)
    threading.Thread(target=_work, args=(home,), name="alignment", daemon=True).start()


def _work(home: Path) -> None:
    while True:
        with _guard:
            if home not in _wanted:
                _running.discard(home)
                return
            _wanted.discard(home)
        try:
            align_arrived(home)
        except Exception:
            logging.getLogger(__name__).exception("Recordings could not be brought into the film's time.")


def align_arrived(home: Path) -> None:
    """Look for the film's sound in each recording that was uploaded and is not aligned yet.

    The film's sound is read once for all recordings of a screening. Where it is not found, the upload's outcome notes
    why. Recordings that a fault of this machine interrupts stay to be aligned.
    """
    library, sounds, tried = Library.open(home), FilmSounds(Library.open(home)), set[str]()
    while pending := [upload for upload in _to_align(home) if upload.id not in tried]:
        upload = min(pending, key=lambda each: (each.recording is not None and each.recording.screening_id, each.id))
        tried.add(upload.id)
        try:
            note = _align(library, sounds, upload)
        except (NotLookedAt, ProgramFault) as error:
            logging.getLogger(__name__).warning("%s", error)
            continue
        _store(home, upload.id, note)


def _to_align(home: Path) -> list[Upload]:
    uploads = upload_store.all_uploads(home)
    return [upload for upload in uploads if upload.outcome is not None and upload.outcome.to_align]


def _align(library: Library, sounds: FilmSounds, upload: Upload) -> str:
    """Align the viewer of an upload; why that is not possible, empty if it is or is not needed any more."""
    assert upload.outcome is not None
    try:
        viewer = library.viewer(upload.outcome.viewer_id)
        screening = library.screening(viewer.screening_id)
    except LibraryError:  # deleted meanwhile
        return ""
    if viewer.alignment.method != "start":  # set by hand meanwhile
        return ""
    try:
        align_viewer_by_sound(library, viewer.id, sounds.of(screening.film_id))
    except (NotLookedAt, ProgramFault):
        raise
    except EmotionError as error:
        return f"{error} Until then it is taken to begin together with the film."
    return ""


def _store(home: Path, upload_id: str, note: str) -> None:
    """Note in an upload's record that it was aligned, or why not."""
    try:
        upload = upload_store.read(home, upload_id)
        if upload.outcome is not None:
            upload_store.write(home, replace(upload, outcome=replace(upload.outcome, to_align=False, note=note)))
    except (UploadGone, LibraryError) as error:  # removed meanwhile, or the disk is full: then it is done again
        logging.getLogger(__name__).info("%s", error)
