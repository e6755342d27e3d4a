"""The scans of a worker that run beside its first one: a thread each, and who does which job.

A worker does one job at a time, in slot 0, until one comes that may run beside others (Job.at_once). Then further
slots open, as many as that job allows. They wait until the first scan has its model: an engine that must be tried is
tried alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ...library import Job
from ...storage import Home
from ...system import ERROR, PROGRESS
from .. import events

LOOK = 0.2
"""Seconds between two looks for a job that may run beside others."""
_OPENED = {"model", PROGRESS, "done", ERROR}
"""Events of a scan that has its model, or needs none any more."""


class Slots:
    """The slots of one worker."""

    def __init__(self, home: Path, work: Callable[[Slots, int], None]) -> None:
        """`work` does jobs in a slot, given by its number from 1 on, until `is_closed`; a thread of its own runs it."""
        self._home = home
        self._work = work
        self._threads: list[threading.Thread] = []
        self._closed = threading.Event()
        self._under_way: set[int] = set()
        self.guard = threading.Lock()
        """Held while a job is taken and noted, so that no other slot takes it for one that a dead worker left."""

    @property
    def is_closed(self) -> bool:
        return self._closed.is_set()

    @property
    def is_busy(self) -> bool:
        """Whether a job is under way in any slot."""
        return bool(self._under_way)

    def wait(self, seconds: float) -> None:
        """Wait, at most until the slots are closed."""
        self._closed.wait(seconds)

    def is_under_way(self, job: Job) -> bool:
        """Whether a slot of this worker does a job."""
        return job.number in self._under_way

    def note(self, job: Job) -> None:
        """Note that a slot does a job. The caller holds `guard`."""
        self._under_way.add(job.number)

    @contextmanager
    def doing(self, job: Job) -> Iterator[None]:
        """Open the slots that a noted job allows; it is under way until the end of the block."""
        try:
            self._open(job)
            yield
        finally:
            self._under_way.discard(job.number)

    def close(self) -> None:
        """Take no further jobs; return once those under way have ended."""
        self._closed.set()
        for thread in self._threads:
            thread.join()

    def _open(self, job: Job) -> None:
        if job.kind == "top_up":  # it may run beside others, and asks for none
            return
        most = min(job.at_once, len(Home(self._home).scan_locks))
        for slot in range(len(self._threads) + 1, most):
            thread = threading.Thread(target=self._run, args=(slot, job), name=f"slot {slot}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self, slot: int, first: Job) -> None:
        while first.number in self._under_way and not self.is_closed:
            if _OPENED.intersection(event["event"] for event in events.last(self._home, first.id)):
                break
            self.wait(LOOK)
        self._work(self, slot)
