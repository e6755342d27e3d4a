"""How a scan goes: read from its job, what its process says, and its store, by any process."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from . import job_events, work_queue
from .library import Library
from .work_queue import ENDED, Job

State = Literal["waiting", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Status:
    """How a scan goes."""

    state: State
    step: str
    """In words, for a person."""
    frames: int = 0
    frames_total: int | None = None
    frames_per_second: float | None = None
    seconds_left: float | None = None
    scenes: int = 0
    faces: int = 0
    segments: int = 0
    """Parts of the film that are written down and can be looked at."""
    message: str = ""
    """Why it failed: one clear message."""

    @property
    def active(self) -> bool:
        return self.state in ("waiting", "running")

    @property
    def done(self) -> float:
        """Share of the frames, 0 to 1; 0 while nobody knows how many there are."""
        return min(1.0, self.frames / self.frames_total) if self.frames_total else 0.0


def active(library: Library) -> list[tuple[Job, Status]]:
    """The scans that are yet to end, and how each goes, in the order in which they are done."""
    with library.database() as database:
        queue = work_queue.active(database)
    return [(job, _active(library, job, queue)) for job in queue if job.scan_id is not None]


def status(library: Library, scan_id: str) -> Status:
    """How the scan goes now. Raises LibraryError if it is not here."""
    scan = library.scan(scan_id)
    with library.database() as database:
        job = work_queue.find(database, scan.id)
        queue = work_queue.active(database) if job is not None and job.active else []
    if job is not None and job.active:
        return _active(library, job, queue)
    if library.store(scan_id).sealed:  # whatever became of frames that were to be added
        return Status("done", "done")
    if job is not None and job.state == "cancelled":
        return Status("cancelled", "cancelled")
    # A scan without a job was stopped under an older version.
    said = job_events.error(job_events.last(library.home, scan_id))
    message = (job.message if job is not None else "") or said or ENDED
    return Status("failed", "failed", message=message)


def _active(library: Library, job: Job, queue: list[Job]) -> Status:
    if job.state == "queued":
        return _queued(work_queue.ahead(queue, job))
    return _running(job, job_events.last(library.home, job.id))


def _queued(ahead: int) -> Status:
    if not ahead:
        return Status("running", "starting")
    return Status("waiting", f"waiting for {ahead} {'analysis' if ahead == 1 else 'analyses'} before it")


def _running(job: Job, events: list[job_events.Event]) -> Status:
    if job.pid is None or not events:  # what stands there may be from an earlier time
        return Status("running", "starting")
    last = events[-1]
    if (numbers := job_events.progress(events)) is not None:
        known = {field.name for field in fields(Status)} - {"state", "step", "message"}
        return Status("running", "reading the film", **{k: v for k, v in numbers.items() if k in known})
    if last["event"] == "engine":
        return Status("running", str(last.get("doing", "")))
    if last["event"] == "waiting":  # the measuring of engines takes turns with analyses
        return Status("waiting", "waiting until the engines are measured")
    return Status("running", "reading the film" if last["event"] == "model" else "loading the model")
