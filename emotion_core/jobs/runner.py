"""Port for executing the queued jobs of a library, and its implementation by processes of this machine.

The queue is the library's job table: a job is added there in one transaction with its scan. A runner executes it. Each
library has one process that does its jobs, under one lock: `jobs.worker`, or in its place `cluster.owner`, whose films
other machines read, as `supervisor` finds the library's configuration. That is read only where work is begun or got
ready: what a page asks of running jobs needs none of it. So callers, pages and commands see no difference. A runner of
the same process, in tests, takes the place of `create`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..errors import SettingsError
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
class LocalRunner:
    """One worker or owner process a library, and one process a job; of a cluster's owner that coordinates what other
    machines read, and the owner ends their leases once a job is cancelled.
    """

    home: Path

    def prepare(self) -> None:
        if _is_clustered(self.home):  # its workers keep their models: there is nothing to get ready here but the owner
            supervisor.ensure_worker(self.home)
        else:
            supervisor.prepare_worker(self.home)

    def submit(self, job_id: str) -> None:
        supervisor.ensure_worker(self.home)

    def cancel(self, job: Job) -> None:
        if (process := launcher.find(self.home, job)) is not None:
            end_family(process)

    def events(self, job_id: str) -> list[Event]:
        return events.last(self.home, job_id)


def _is_clustered(home: Path) -> bool:
    """Whether other machines read a library's films. Where the configuration cannot be read the work itself says so."""
    with contextlib.suppress(SettingsError):
        return supervisor.cluster_of(home)[0] is not None
    return False


create: Callable[[Path], Runner] = LocalRunner
"""Returns the runner of the library in a folder."""
