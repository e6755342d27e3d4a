"""How a scan goes: read from its job, what its process says, and its store, by any process."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from ..formatting import clock, count
from ..library import job_table
from ..library.job_table import ENDED, Job
from ..library.library import Library
from . import events as job_events

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
        queue = job_table.active(database)
    return [(job, _active(library, job, queue)) for job in queue if job.scan_id is not None]


def status(library: Library, scan_id: str) -> Status:
    """How the scan goes now. Raises LibraryError if it is not here."""
    scan = library.scan(scan_id)
    with library.database() as database:
        job = job_table.find(database, scan.id)
        queue = job_table.active(database) if job is not None and job.active else []
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
        return _queued(job_table.ahead(queue, job))
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


def progress(status: Status) -> str:
    """“Reading the film · 1,200 of 8,000 frames · 3 scenes so far · 12 faces · 95 frames/s · 1:12 left”."""
    words = [status.step[:1].upper() + status.step[1:]]
    if status.frames:
        total = f" of {status.frames_total:,}" if status.frames_total else ""
        words += [f"{status.frames:,}{total} frames", f"{count(status.scenes, 'scene')} so far"]
        words.append(count(status.faces, "face"))
    if status.frames_per_second:
        words.append(f"{status.frames_per_second:.0f} frames/s")
    if status.seconds_left is not None:
        words.append(f"{clock(status.seconds_left)} left")
    return " · ".join(words)
