"""A runner under which every job waits: what is asked for is stored, and nothing is started."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emotion_core.library import Job
from emotion_core.system import Event


@dataclass(frozen=True, slots=True)
class WaitingRunner:
    """Takes the place of jobs.runner.create."""

    home: Path

    def prepare(self) -> None:
        """There is nothing to start."""

    def submit(self, job_id: str) -> None:
        """It stays queued."""

    def cancel(self, job: Job) -> None:
        """It has no process."""

    def events(self, job_id: str) -> list[Event]:
        """It has not begun."""
        return []
