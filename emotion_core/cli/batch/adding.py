"""Add many films to the library and the queue, in a thread beside the analyses: a long film takes minutes to hash."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...console import exit_code_for
from ...errors import DiskFull, EmotionError, LaterVersion, NotAFilm, NotPermitted, OutOfDescriptors, ProgramFault
from ...ingest import begin_film
from ...library import Film, Library, job_table
from ...media import check_is_file, identity_at
from ...settings import ReportSettings, ScanSettings
from .outcome import Outcome, State

AHEAD = 200
"""Films of one call that are in the queue at most: enough for its page, and few to take back at Ctrl-C."""
ENDS_ALL = (DiskFull, OutOfDescriptors, LaterVersion)
"""Errors after which the next film would fare no better."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A film whose analysis was requested, or was there."""

    path: Path
    film: Film
    scan_id: str
    settings: ReportSettings
    """Those of its report."""
    is_own: bool
    """Whether this call requested the analysis: another one may have done so before."""


class Adding:
    """The thread that adds films. What became of each comes out of `results`, in their order."""

    def __init__(
        self,
        library: Library,
        files: Sequence[Path],
        settings: ScanSettings,
        report_settings: Callable[[ReportSettings], ReportSettings],
        at_once: int,
    ) -> None:
        """`report_settings` gives the wanted settings of a report for those that the library has of a film."""
        self._library, self._files, self._settings = library, files, settings
        self._report_settings, self._at_once = report_settings, at_once
        self._places = {film.path: film.id for film in library.films() if not film.managed}
        self._room = threading.Semaphore(AHEAD)
        self._stopped = threading.Event()
        self.guard = threading.Lock()
        """Held while an analysis is requested: once `stop` has returned none is any more, and all are in `results`."""
        self.results: queue.SimpleQueue[Begun | Outcome | None] = queue.SimpleQueue()
        """None at the end."""
        self.current = ""
        """Name of the film that is looked at; empty for none."""
        threading.Thread(target=self._run, name="add films", daemon=True).start()

    def film_ended(self) -> None:
        """Make room for a further film in the queue."""
        self._room.release()

    def stop(self) -> None:
        """Request no further analysis."""
        with self.guard:
            self._stopped.set()
        self._room.release()

    def _run(self) -> None:
        for file in self._files:
            self._room.acquire()
            if self._stopped.is_set():
                break
            self.current = file.name
            try:
                self._add(file)
            except EmotionError as error:
                state: State = "no film" if isinstance(error, NotAFilm) and not _is_trouble(error, file) else "failed"
                self.results.put(Outcome(file, state, str(error), code=exit_code_for(error)))
                if isinstance(error, ENDS_ALL):
                    self._stopped.set()
            except Exception as error:
                fault = ProgramFault(f"{file.name} could not be added: {type(error).__name__}: {error}")
                self.results.put(Outcome(file, "failed", str(fault), code=exit_code_for(fault)))
        self.current = ""
        self.results.put(None)

    def _add(self, file: Path) -> None:
        """Add a film and request its analysis, unless the call was stopped meanwhile."""
        check_is_file(file)
        film = self._in_place(file) or self._library.refer_to(file)
        wanted = self._report_settings(self._library.report_settings(film.id))
        with self.guard:
            if self._stopped.is_set():
                return
            with self._library.database() as database:
                before = {job.id for job in job_table.of_film(database, film.id) if job.active}
            scan_id = begin_film(self._library, film, self._settings, wanted, browser_copy=False, at_once=self._at_once)
            self.results.put(Begun(file, film, scan_id, wanted, is_own=scan_id not in before))

    def _in_place(self, file: Path) -> Film | None:
        """The film that the library knows at this place, if the file is still the one that was hashed."""
        film_id = self._places.get(file.resolve())
        film = None if film_id is None else self._library.film(film_id)
        return film if film is not None and film.file is not None and identity_at(film.path) == film.file else None


def _is_trouble(error: NotAFilm, file: Path) -> bool:
    """Whether a file that could not be opened as a film may be one: it is missing, or must not be read."""
    return isinstance(error, NotPermitted) or not file.is_file()
