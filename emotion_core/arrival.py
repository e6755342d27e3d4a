"""What becomes of an upload whose bytes are all here: a film whose analysis begins, or a refusal."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from . import incoming, jobs
from .errors import EmotionError, MediaError
from .incoming import Outcome, Upload
from .library import Library
from .part import Part
from .settings import ScanSettings


def finish(home: Path, upload: Upload, part: Part | None) -> Outcome:
    """Take in the whole `upload`, and remember what became of it; `part` is its bytes, if they are open.

    Who holds the upload alone may call it again, whatever interrupted it before. Raises LibraryError; nothing is lost
    then.
    """
    if upload.outcome is None:
        upload = _identified(home, upload, part)
        upload = replace(upload, outcome=_outcome(home, upload))
        incoming.write(home, upload)
    with contextlib.suppress(OSError):  # of a refused film, or of one that was here before; left, a sweep takes them
        incoming.part(home, upload.id).unlink(missing_ok=True)
    assert upload.outcome is not None
    return upload.outcome


def _identified(home: Path, upload: Upload, part: Part | None) -> Upload:
    """With its hash written down, so that its bytes are found again once they are being moved."""
    if upload.content_id:
        return upload
    part = part or Part(incoming.part(home, upload.id))
    part.close()
    upload = replace(upload, content_id=part.hash.content_id())
    incoming.write(home, upload)
    return upload


def _outcome(home: Path, upload: Upload) -> Outcome:
    library = Library.open(home)
    try:
        film = library.take_in(incoming.part(home, upload.id), upload.content_id, upload.name)
    except MediaError as error:
        return Outcome(problem=str(error))
    problem = "" if upload.settings is None else _analyse(library, film.id, upload.settings)
    return Outcome(film_id=film.id, known=film.known, problem=problem)


def _analyse(library: Library, film_id: str, settings: ScanSettings) -> str:
    """Begin the analysis of a film that has none, and say why it did not begin."""
    try:
        latest = jobs.latest(library, film_id)
        if library.scan_of(film_id) is None and (latest is None or not latest[1].active):
            jobs.start(library, film_id, settings)
    except (EmotionError, OSError, ValueError) as error:  # settings come from outside: no name of a model ends this
        return str(error)
    return ""
