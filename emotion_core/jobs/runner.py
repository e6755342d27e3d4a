"""Port for executing the queued jobs of a library, and the runner of this machine.

The queue is the library's job table: a job is added there in one transaction with its scan. A runner executes it. A
runner of other machines, or of the same process in tests, takes the place of `create`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..library import Job
from ..system import Event, end_family
from . import events, launcher, supervisor


class Runner(Protocol):
    """Executes the jobs of one library in the background."""

    def prepare(self) -> None:
        """Get ready for a job that will be submitted in a moment; return at once. Raises LibraryError."""

    def submit(self, job_id: str) -> None:
        """Ensure that a committed job is executed when its turn comes; return at once.

        A caller that waits for the job repeats the call, since the worker may have been killed. Raises LibraryError.
        """

    def cancel(self, job: Job) -> None:
        """End the process of a cancelled job; return once it has ended."""

    def events(self, job_id: str) -> list[Event]:
        """The last events of a job, oldest first; empty if it has not started."""


@dataclass(frozen=True, slots=True)
class ProcessRunner:
    """The runner of this machine: one worker process a library, and one process a job."""

    home: Path

    def prepare(self) -> None:
        supervisor.prepare_worker(self.home)

    def submit(self, job_id: str) -> None:
        supervisor.ensure_worker(self.home)

    def cancel(self, job: Job) -> None:
        if (process := launcher.find(self.home, job)) is not None:
            end_family(process)

    def events(self, job_id: str) -> list[Event]:
        return events.last(self.home, job_id)


create: Callable[[Path], Runner] = ProcessRunner
"""Returns the runner of the library in a folder."""
