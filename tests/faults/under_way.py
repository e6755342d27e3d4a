"""A library's work while it is done: how far it is, which processes do it, and what comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil

from emotion_core.jobs import events, launcher, scans as jobs
from emotion_core.library import Library, Scan, job_table
from emotion_core.report import csv_bytes, scene_table
from emotion_core.system.events import newest_progress

PATIENCE = 600
"""Seconds that anything may take on a busy machine."""


def until(holds: Callable[[], object], every: float = 0.05) -> None:
    """Wait, looking again after `every` seconds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(every)


class UnderWay:
    """The analysis of a library's only film, or of the film `film_id`."""

    def __init__(self, library: Library, film_id: str = "") -> None:
        self.library, self._film_id = library, film_id

    def scans(self) -> list[Scan]:
        return [scan for film_id in self._films() for scan in self.library.scans(film_id)]

    def status(self) -> jobs.Status:
        return jobs.status(self.library, self.scans()[0].id)

    def active(self) -> bool:
        """Whether it waits or is done: the same as `status` says, with less to read."""
        scan = self.scans()[0]
        with self.library.database() as database:
            job = job_table.find(database, scan.id)
        return job is not None and job.active

    def frames(self) -> int:
        """Frames that the pass has read, by its last event; those that are written down before its first one."""
        progress = newest_progress(events.last(self.library.home, self.scans()[0].id))
        return progress["frames"] if progress else self.stored()

    def stored(self) -> int:
        """Frames that are written down."""
        store = self.library.store(self.scans()[0].id)
        return store.read_partial().frames if store.segment_count else 0

    def csv(self) -> bytes:
        return csv_bytes(scene_table(self.library.analysis(self._films()[0])))

    def _films(self) -> list[str]:
        return [self._film_id] if self._film_id else [film.id for film in self.library.films()]

    def worker(self) -> psutil.Process | None:
        for process in psutil.process_iter(["cmdline"]):
            if (process.info["cmdline"] or [])[2:4] == ["emotion_core.jobs.worker", str(self.library.home)]:
                return process
        return None

    def scan(self) -> psutil.Process | None:
        """The process that reads the film."""
        if not (scans := self.scans()):
            return None
        with self.library.database() as database:
            job = job_table.find(database, scans[0].id)
        return None if job is None else launcher.find(self.library.home, job)

    def clear(self) -> None:
        """Kill the processes whose command line names this library, and no others."""
        for process in psutil.process_iter(["cmdline"]):
            if any(word.startswith(str(self.library.home)) for word in process.info["cmdline"] or []):
                process.kill()
