"""What becomes of an upload whose bytes are all here: a film whose analysis begins, or a refusal."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from ..errors import EmotionError, LibraryError, MediaError, NotLookedAt, ProgramFault
from ..incoming import uploads_on_disk
from ..incoming.partial_file import Part
from ..incoming.uploads_on_disk import Outcome, Upload
from ..jobs import scans
from ..library.library import Library
from ..library.records import Film
from ..media.identity import reading_fails
from ..playback import proxies
from ..settings import ScanSettings


def finish(home: Path, upload: Upload, part: Part | None) -> Outcome:
    """Take in the whole `upload`, and remember what became of it; `part` is its bytes, if they are open.

    Who holds the upload alone may call it again, whatever interrupted it before. Raises LibraryError; nothing is lost
    then.
    """
    if upload.outcome is None:
        upload = _identified(home, upload, part)
        if not uploads_on_disk.part(home, upload.id).exists() and not any(
            (home / "films" / upload.content_id).glob("*")
        ):
            uploads_on_disk.remove(home, upload.id)  # it became a film, which was deleted since
            raise uploads_on_disk.gone()
        upload = replace(upload, outcome=_outcome(home, upload))
        uploads_on_disk.write(home, upload)
    with contextlib.suppress(OSError):  # of a refused film, or of one that was here before; left, a sweep takes them
        uploads_on_disk.part(home, upload.id).unlink(missing_ok=True)
    assert upload.outcome is not None
    return upload.outcome


def _identified(home: Path, upload: Upload, part: Part | None) -> Upload:
    """With its hash written down, so that its bytes are found again once they are being moved."""
    if upload.content_id:
        return upload
    part = part or Part(uploads_on_disk.part(home, upload.id))
    part.close()
    upload = replace(upload, content_id=part.hash.content_id())
    uploads_on_disk.write(home, upload)
    return upload


def _outcome(home: Path, upload: Upload) -> Outcome:
    library = Library.open(home)
    try:
        film = library.take_in(uploads_on_disk.part(home, upload.id), upload.content_id, upload.name)
    except (NotLookedAt, ProgramFault) as error:  # nothing against the film: it is asked again later
        raise LibraryError(error.problem, error.advice) from error
    except MediaError as error:
        if (trouble := reading_fails(uploads_on_disk.part(home, upload.id))) is not None:
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
    return Outcome(film_id=film.id, known=film.known, problem=problem)


def _analyse(library: Library, film: Film, settings: ScanSettings) -> str:
    """Begin the analysis of a film that has none, then its proxy, if it needs one; why that could not be asked for."""
    try:
        latest = scans.latest(library, film.id)
        if library.scan_of(film.id) is None and (latest is None or not latest[1].active):
            scans.start(library, film.id, settings)
        proxies.request(library, film)
    except (EmotionError, OSError, ValueError) as error:  # settings come from outside: no name of a model ends this
        return str(error)
    return ""
