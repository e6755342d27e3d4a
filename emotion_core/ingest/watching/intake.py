"""Take whole files of watched folders into a library: each content once, also over restarts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ...errors import EmotionError, FilmChanged, FilmNotPermitted, MediaError, NotLookedAt
from ...formatting import in_one_line
from ...library import Film, Library
from ...library.queue import WatchedFile, waiting_count
from ...settings import ScanSettings
from ...storage import stored_paths
from ..begin import begin_film
from .settling import Seen

AHEAD = 200
"""Jobs that wait at most: more files are left in their folder until some are done."""
FIRST_RETRY, LAST_RETRY = 30.0, 3600.0
"""Seconds until a file that could not be read is tried again; doubled each time."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file."""

    path: str
    state: Literal["taken in", "known", "no film", "later"]
    """“known”: the library has the same bytes, and an analysis of them or one under way. “later”: it is tried again."""
    reason: str = ""
    """Why it is no film, or cannot be taken in now."""

    def line(self) -> str:
        """One line about it."""
        why = f": {in_one_line(self.reason)}" if self.reason else ""
        words = "cannot be taken in now" if self.state == "later" else self.state
        return f"{in_one_line(self.path)}: {words}{why}"


class Intake:
    """The files of watched folders that a library knows."""

    def __init__(self, library: Library) -> None:
        self._library = library
        with library.database() as database:
            self._known = WatchedFile.all(database)
        self._retries: dict[str, tuple[float, float]] = {}
        """Files that could not be read: the monotonic time of the next try, and the seconds after it."""

    def is_new(self, file: Seen) -> bool:
        """Whether a file was not looked at yet, or has changed since."""
        known = self._known.get(file.path)
        return known is None or (known.bytes, known.modified_ns) != (file.bytes, file.modified_ns)

    def has_room(self) -> bool:
        """Whether the queue is short enough for a further film."""
        with self._library.database() as database:
            return waiting_count(database) < AHEAD

    def take(self, file: Seen, settings: ScanSettings, now: float) -> Taken | None:
        """Take a whole file in, and have it analysed; None where it is not its turn, at the monotonic time `now`.

        It is not where the file has changed since it was seen: those before it may have been hashed for an hour.
        Whatever is in the way is in the answer: one file ends the watch of no other.
        """
        if now < self._retries.get(file.path, (0.0, 0.0))[0] or file.has_changed:
            return None
        try:
            # Bytes that the library has as a recording of viewers stay that: those are never listed as films.
            film = self._library.refer_to(stored_paths.from_text(file.path), role="recording")
            is_known = bool(film.role == "recording" and self._library.viewers_of_recording(film.id))
            if not is_known:
                is_known = self._analyse(film, settings)
            self._store(WatchedFile(file.path, file.bytes, file.modified_ns, film.id))
        except EmotionError as error:
            return self._refuse(file, error, now)
        self._retries.pop(file.path, None)
        return Taken(file.path, "known" if is_known else "taken in")

    def _analyse(self, film: Film, settings: ScanSettings) -> bool:
        """Make what was added a film, and have it analysed; whether it was, or was being, before."""
        with self._library.database() as database:
            Film.set_role(database, film.id, "film")
        scans_before = set(self._library.scan_ids(film.id))
        scan_id = begin_film(self._library, self._library.film(film.id), settings, only_new=True, browser_copy=False)
        return scan_id in scans_before

    def forget_missing(self, present: Iterable[str], folders: Iterable[str]) -> None:
        """Forget files that are gone from `folders`: under the same name another film may come.

        A folder without any file may be a share that is not mounted: nothing of it is forgotten.
        """
        there = set(present)
        all_roots = (f"{folder.rstrip('/')}/" for folder in folders)
        roots = tuple(root for root in all_roots if any(path.startswith(root) for path in there))
        gone = [path for path in self._known if path.startswith(roots) and path not in there]
        if gone:
            with self._library.database() as database:
                WatchedFile.forget(database, gone)
            for path in gone:
                del self._known[path]

    def _refuse(self, file: Seen, error: EmotionError, now: float) -> Taken | None:
        """Note why a file is no film, or when it is tried again; None where that was told before."""
        passing = FilmChanged, FilmNotPermitted, NotLookedAt
        path = stored_paths.from_text(file.path)
        if isinstance(error, MediaError) and not isinstance(error, passing) and path.is_file():
            self._store(WatchedFile(file.path, file.bytes, file.modified_ns, None, str(error)))
            self._retries.pop(file.path, None)
            return Taken(file.path, "no film", str(error))
        was_told = file.path in self._retries
        wait = self._retries.get(file.path, (0.0, FIRST_RETRY))[1]
        self._retries[file.path] = now + wait, min(LAST_RETRY, 2 * wait)
        return None if was_told or not path.exists() else Taken(file.path, "later", str(error))

    def _store(self, file: WatchedFile) -> None:
        with self._library.database() as database:
            file.store(database)
        self._known[file.path] = file
