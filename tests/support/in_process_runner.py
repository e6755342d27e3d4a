"""A runner that does scans in the test's own process: no interpreter is started, and torch is imported once.

The scan itself is the real one, with its request, its events and its end in the job table. What only a process has is
left out: confinement, a process number, standing still and being killed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from emotion_core.jobs import events, launcher, runner, worker
from emotion_core.library import KINDS, Job, database as schema, job_table
from emotion_core.processes import scan
from emotion_core.storage import Home
from emotion_core.system.events import Event


@dataclass(frozen=True, slots=True)
class InLocalRunner:
    """Does every queued scan of a library before `submit` returns; browser copies are left to the worker."""

    home: Path

    def prepare(self) -> None:
        """There is nothing to start."""

    def submit(self, job_id: str) -> None:
        with contextlib.closing(schema.connect(Home(self.home).database)) as database:
            while (job := job_table.take_next(database, KINDS["proxy"].priority)) is not None:
                request = launcher.write_request(self.home, job)
                with Home(self.home).events(job.id).open("w", encoding="utf-8") as stream, _library(self.home):
                    code = scan.main(request, stream)
                worker.conclude(self.home, database, job, code)
            requested = job_table.find(database, job_id)
        if requested is not None and requested.active:
            runner.LocalRunner(self.home).submit(job_id)

    def cancel(self, job: Job) -> None:
        runner.LocalRunner(self.home).cancel(job)

    def events(self, job_id: str) -> list[Event]:
        return events.last(self.home, job_id)


@contextlib.contextmanager
def scans_in_process() -> Iterator[None]:
    """Let all scans that this process asks for be done in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "create", InLocalRunner)
        yield


@contextlib.contextmanager
def _library(home: Path) -> Iterator[None]:
    """The environment in which a scan finds its library, as its process has it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMOTION_HOME", str(home))
        yield
