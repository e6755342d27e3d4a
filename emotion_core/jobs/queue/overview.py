"""What happens in a library's queue: for the page *Queue*, and for `python -m emotion_core queue`."""

from __future__ import annotations

from dataclasses import dataclass

from ...library import Job, Library, job_table
from ...library.queue import (
    Direction,
    Throughput,
    film_names,
    last_ended,
    move,
    running,
    throughput,
    waiting,
    waiting_count,
)
from ...storage import clock
from ...system import Event, Progress, newest_progress
from .. import runner, scan_status, scans
from ..scan_status import Status

RECORDING = "A viewer's recording"
"""Name of what is no film."""
LAST = 10
"""Ended films that are shown."""
_WORK = {"scan": "analysis", "top_up": "a few more frames", "proxy": "copy for the browser"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A film in the queue, and its job."""

    job: Job
    name: str
    """As the user knows the film."""
    is_film: bool
    """Whether it has a page of its own: a recording of viewers has none."""

    @property
    def work(self) -> str:
        """What is done with the film, in a few words."""
        return _WORK.get(self.job.kind, self.job.kind)


@dataclass(frozen=True, slots=True)
class Overview:
    """The queue at one moment."""

    running: tuple[tuple[Entry, Status], ...]
    waiting: tuple[Entry, ...]
    """A part of those that wait, in the order in which they will run."""
    first: int
    """Place of the first of them, from 0."""
    waiting_count: int
    """Number of all that wait."""
    ended: tuple[Entry, ...]
    """The analyses that ended last, the last one first."""
    throughput: Throughput


def overview(library: Library, *, first: int = 0, count: int = 20) -> Overview:
    """The queue now, with at most `count` of those that wait, from place `first` on, or the last ones."""
    with library.database() as database:
        total = waiting_count(database)
        first = max(0, min(first, (total - 1) // count * count))
        parts = running(database), waiting(database, first, count), last_ended(database, LAST)
        names = film_names(database, (job.film_id for jobs in parts for job in jobs))
        done = throughput(database, clock.now().timestamp())
    now, later, ended = (
        [Entry(job, names.get(job.film_id, RECORDING), job.film_id in names) for job in jobs] for jobs in parts
    )
    events = runner.create(library.home).events
    return Overview(
        running=tuple((entry, _status(entry.job, events(entry.job.id))) for entry in now),
        waiting=tuple(later),
        first=first,
        waiting_count=total,
        ended=tuple(ended),
        throughput=done,
    )


def _status(job: Job, events: list[Event]) -> Status:
    if job.preemptible:
        if (numbers := newest_progress(events)) is not None:
            return Status("running", "making the copy", Progress.from_event(numbers, "frames"))
        return Status("running", "starting")
    return scan_status.running(job, events)


def move_film(library: Library, film_id: str, direction: Direction) -> bool:
    """Move a film's waiting jobs; False where it has none, or they are there already. Raises LibraryError."""
    with library.database() as database:
        return move(database, film_id, direction)


def cancel_film(library: Library, film_id: str) -> int:
    """Cancel all that waits or runs of a film; the number of jobs. What was written stays, and can be gone on from."""
    with library.database() as database:
        jobs = [job for job in job_table.of_film(database, film_id) if job.active]
    for job in jobs:
        scans.cancel_job(library, job.id)
    return len(jobs)


def analyse_again(library: Library, job: Job) -> str:
    """Request an analysis that failed or was cancelled once more, with the same settings; the scan's id.

    Raises EmotionError, as where the film's file is gone.
    """
    settings = library.scan(job.scan_id or job.id).settings
    return scans.start(library, job.film_id, settings, at_once=job.at_once)
