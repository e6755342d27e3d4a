"""Sounds listened to beside the app, in threads: recordings brought into the film's time, and marks to choose from.

Which recordings are still to be aligned is in the library, so that a restart of the app goes on. Marks that are found
are kept in memory, and found again when they are asked for; those that a user chose or typed are in the library.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from ..errors import EmotionError, LibraryError, NotLookedAt, ProgramFault
from ..library import Library, SoundSearch
from ..storage import Home
from .recording_alignment import FilmSounds, FoundMarks, alignment_by_sound, marks_of

_guard = threading.Lock()
_running: set[Path] = set()
"""Libraries for which a thread of this process is at work."""
_wanted: set[Path] = set()
"""Libraries that a thread must look at again before it ends."""
MOST_MARKED = 256
"""Films and recordings whose marks are kept."""
_listening = threading.Lock()
"""Held while marks of a film are found: one after another."""
_marks: dict[tuple[Path, str, str], FoundMarks | None] = {}
"""Marks of films and recordings, by library, film and scan; None while they are sought."""


def search_by_sound(library: Library, viewer_ids: Sequence[str]) -> None:
    """Have the film's sound sought in these viewers' recordings, and return at once.

    What comes of it is in `Library.sound_searches` and the viewers' alignments. Raises SettingsError for a viewer
    without a recording.
    """
    library.want_sound_search(viewer_ids)
    align_soon(library.home)


def is_searching(home: Path) -> bool:
    """Whether a thread of this process is at work for a library."""
    return home in _running


def align_soon(home: Path) -> None:
    """Have a thread do the searches that are wanted; return at once.

    The thread ends with the process, which never waits for it.
    """
    if not Home(home).database.exists() or not _to_align(Library.open(home)):
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
            align_wanted(home)
        except Exception:
            logging.getLogger(__name__).exception("Recordings could not be brought into the film's time.")


def align_wanted(home: Path) -> None:
    """Look for the film's sound in each recording in which it is wanted.

    The film's sound is read once for all recordings of a screening. Where it is not heard, the library notes why.
    Searches that a fault of this machine interrupts stay wanted, with the reason.
    """
    library, sounds, tried = Library.open(home), FilmSounds(Library.open(home)), set[str]()
    while pending := [viewer_id for viewer_id in _to_align(library) if viewer_id not in tried]:
        tried.add(pending[0])
        try:
            screening = library.screening(library.viewer(pending[0]).screening_id)
            found = alignment_by_sound(library, pending[0], sounds.of(screening.film_id))
            library.end_sound_search(pending[0], found)
        except (NotLookedAt, ProgramFault) as error:
            logging.getLogger(__name__).warning("%s", error)
            library.end_sound_search(pending[0], SoundSearch(wanted=True, note=str(error)))
        except EmotionError as error:
            _store(library, pending[0], str(error))


def _to_align(library: Library) -> list[str]:
    """Viewers in whose recordings the film's sound is to be sought, those of a screening one after another."""
    return [viewer_id for viewer_id, search in library.sound_searches().items() if search.wanted]


def _store(library: Library, viewer_id: str, note: str) -> None:
    try:
        library.end_sound_search(viewer_id, SoundSearch(wanted=False, note=note))
    except LibraryError as error:  # the disk is full: then it is done again
        logging.getLogger(__name__).info("%s", error)


def find_marks(library: Library, film_ids: Sequence[str]) -> None:
    """Have claps and flashes of films or recordings found by threads, and return at once. See `found_marks`."""
    for film_id in film_ids:
        place = _place(library, film_id)
        with _guard:
            if place in _marks:
                continue
            _marks[place] = None
            for old in list(_marks)[:-MOST_MARKED]:
                del _marks[old]
        threading.Thread(target=_find_marks, args=(library, place), name="marks", daemon=True).start()


def found_marks(library: Library, film_id: str) -> FoundMarks | Literal["sought"] | None:
    """The marks of a film or recording as its newest scan saw it; "sought" until they are there, None before."""
    return _marks.get(place) or "sought" if (place := _place(library, film_id)) in _marks else None


def _find_marks(library: Library, place: tuple[Path, str, str]) -> None:
    found = FoundMarks((), "Something went wrong. Type the seconds.")
    try:
        with _listening:
            found = marks_of(library, place[1])
    except EmotionError as error:
        found = FoundMarks((), str(error))
    except Exception:
        logging.getLogger(__name__).exception("Marks could not be found.")
    finally:
        with _guard:
            _marks[place] = found


def _place(library: Library, film_id: str) -> tuple[Path, str, str]:
    scan = library.newest_scan(film_id)
    return library.home, film_id, "" if scan is None else scan.id
