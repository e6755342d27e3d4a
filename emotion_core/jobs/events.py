"""Read the event log of a job, `jobs/<id>.events`, which the job's process writes."""

from __future__ import annotations

from pathlib import Path

from ..storage import Home
from ..system import Event, events


def last(home: Path, job_id: str) -> list[Event]:
    """The last events of a job, oldest first; empty if it has not started."""
    return events.read_last(Home(home).events(job_id))


def every(home: Path, job_id: str) -> list[Event]:
    """All events of a job, oldest first."""
    return events.read_all(Home(home).events(job_id)) or []
