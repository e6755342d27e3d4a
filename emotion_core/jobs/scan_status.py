"""Status of a scan, derived from its job, its events and its store; any process may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..formatting import count, hms
from ..library import SCAN_CRASHED, Job, Library, job_table
from ..system import NO_PROGRESS, Event, Progress, error_message, newest_progress
from . import runner

State = Literal["waiting", "running", "done", "failed", "cancelled"]

READING = "reading the film"
"""The step of a scan that waits for nothing but the film."""


@dataclass(frozen=True, slots=True)
class Status:
    """Status of a scan."""

    state: State
    step: str
    """The current step, in words for users."""
    progress: Progress = NO_PROGRESS
    """Progress in frames."""
    scenes: int = 0
    faces: int = 0
    segments: int = 0
    """Segments written, which a partial report can use."""
    message: str = ""
    """Why it failed: one clear message."""

    @property
    def active(self) -> bool:
        """Whether the scan is queued or running."""
        return self.state in ("waiting", "running")


def active(library: Library) -> list[tuple[Job, Status]]:
    """The active scans' jobs and statuses, in the order of the queue."""
    with library.database() as database:
        queue = job_table.active(database)
    ahead = job_table.all_ahead(queue)
    return [(job, _active_status(library, job, ahead[job.id])) for job in queue if job.scan_id is not None]


def places(library: Library) -> dict[str, int]:
    """How many jobs run before each active one, by job id: for `status` of many scans, which then read no queue."""
    with library.database() as database:
        return job_table.all_ahead(job_table.active(database))


def status(library: Library, scan_id: str, ahead: Mapping[str, int] | None = None) -> Status:
    """The status of a scan now. `ahead` is what `places` gave a moment ago; without it the queue is read.

    Raises LibraryError if the library has no such scan.
    """
    scan = library.scan(scan_id)
    with library.database() as database:
        job = job_table.find(database, scan.id)
    if job is not None and job.state == "queued":
        if ahead is None:
            return _queued(places(library).get(job.id, 0))
        return _queued(ahead.get(job.id, len(ahead)))  # one that was requested since runs after all others
    if job is not None and job.active:
        return _active_status(library, job, 0)
    if library.store(scan_id).sealed:  # also after a failed backfill
        return Status("done", "done")
    if job is not None and job.state == "cancelled":
        return Status("cancelled", "cancelled")
    # A scan without a job was stopped under an older version.
    event_message = error_message(runner.create(library.home).events(scan_id))
    message = (job.message if job is not None else "") or event_message or SCAN_CRASHED
    return Status("failed", "failed", message=message)


def _active_status(library: Library, job: Job, ahead: int) -> Status:
    if job.state == "queued":
        return _queued(ahead)
    return running(job, runner.create(library.home).events(job.id))


def _queued(ahead: int) -> Status:
    if not ahead:
        return Status("running", "starting")
    return Status("waiting", f"waiting for {ahead} {'analysis' if ahead == 1 else 'analyses'} before it")


def running(job: Job, events: list[Event]) -> Status:
    """The status of a running scan whose last events are these."""
    if job.pid is None or not events:  # the log may be that of an earlier run
        return Status("running", "starting")
    last = events[-1]
    doing = str(last.get("doing", "")) if last["event"] in ("engine", "step") else ""
    if (numbers := newest_progress(events)) is not None:
        counts = {name: numbers.get(name, 0) for name in ("scenes", "faces", "segments")}
        progress = Progress.from_event(numbers, "frames")
        # The film is read while the model opens; what is waited for is worth more than that it is read.
        step = doing or (progress.step if last["event"] != "model" else "")
        return Status("running", step or READING, progress, **counts)
    if doing:
        return Status("running", doing)
    if last["event"] == "waiting":  # benchmarks of engines take turns with scans
        return Status("waiting", "waiting until the engines are measured")
    return Status("running", READING if last["event"] == "model" else "loading the model")


def progress_text(status: Status) -> str:
    """“Reading the film · 1,200 of 8,000 frames · 3 scenes so far · 12 faces · 95 frames/s · 1:12 left”."""
    words = [status.step[:1].upper() + status.step[1:]]
    now = status.progress
    if now.done:
        total = f" of {now.total:,}" if now.total else ""
        words += [f"{now.done:,}{total} frames", f"{count(status.scenes, 'scene')} so far"]
        words.append(count(status.faces, "face"))
    if now.total and now.done >= now.total:  # what is left is not known from the frames
        return " · ".join(words)
    if now.per_second:
        words.append(f"{now.per_second:.0f} frames/s")
    if now.seconds_left is not None:
        words.append(f"{hms(now.seconds_left)} left")
    return " · ".join(words)
