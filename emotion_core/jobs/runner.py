"""Port for executing the queued jobs of a library, with two implementations: `LocalRunner`, this machine alone, and
`ClusterRunner`, the owner of a cluster, whose films other machines read.

The queue is the library's job table: a job is added there in one transaction with its scan. A runner executes it. Both
have a process for each library that does its jobs, under one lock: `jobs.worker`, or in its place `cluster.owner`, as
`supervisor` finds the library's configuration. So callers, pages and commands see no difference. A runner of the same
process, in tests, takes the place of `create`.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from ..errors import SettingsError
from ..library import Job
from ..storage import Home
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


@dataclass(frozen=True, slots=True)
class ClusterRunner(LocalRunner):
    """The runner of a cluster's owner: one owner process a library, and one process a job, which coordinates what other
    machines read. A cancelled job's process ends here; the owner then ends the leases of the workers.
    """

    def prepare(self) -> None:
        """Workers keep their models; there is nothing to get ready here but the owner itself."""
        supervisor.ensure_worker(self.home)


def of_library(home: Path) -> Runner:
    """The runner of the library in a folder; a configuration that cannot be read is told where work is begun."""
    is_clustered = _is_clustered(home, os.environ.get(supervisor.CLUSTER_DATABASE), _stamp(Home(home).configuration))
    return ClusterRunner(home) if is_clustered else LocalRunner(home)


@lru_cache(maxsize=16)
def _is_clustered(home: Path, _named: str | None, _configured: object) -> bool:
    """Pages ask for a runner every other second: the configuration is read again only once it was changed."""
    with contextlib.suppress(SettingsError):
        return supervisor.cluster_of(home)[0] is not None
    return False


def _stamp(file: Path) -> object:
    """Another value where a file was changed or replaced."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


create: Callable[[Path], Runner] = of_library
"""Returns the runner of the library in a folder."""
