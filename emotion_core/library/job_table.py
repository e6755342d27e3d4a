"""The queue of background jobs, a table of the library's database: requested jobs, their order and their results.

Each library has one worker (`jobs.worker`), which runs one job at a time, since each uses all cores, unless the jobs
themselves say that several may run at once. Any process may enqueue, move (`queue.order`) or cancel a job. A job's row
stays until its scan or film is deleted or the job is requested again.

Why no queue library is used: DBOS 3.4 on SQLite works but solves little of the task. After a kill of the worker it
started a job's process a second time beside the living one. A cancelled job's process ran on beside the next one. Its
count of attempts counts deaths of the worker, not of the job. The code here would still be needed. Besides, DBOS brings
a second database that shares no transaction with films and scans, 1.1 s and 50 MB of imports in every caller, and 1.7 %
of a core while idle. huey forgets a task when it hands it out; persist-queue has no priorities for acknowledged tasks.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from ..storage import Home, clock
from . import database as schema

State = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job."""

    module: str
    """Run as `python -m MODULE REQUEST`. It prints JSON lines; the "event" of the last one is "done" or "error"."""
    priority: int
    """Jobs of a lower number run first, regardless of the time of their request."""
    crash_message: str
    """Message about a job whose process ended without reporting a result."""
    preemptible: bool = False
    """Whether its process is suspended while jobs of a lower priority number run."""


SCAN_CRASHED = (
    "The analysis ended unexpectedly: its process was stopped or crashed. "
    "Analyse the film again, and it goes on from there; if it happens again, export the film anew, for example "
    "as H.264 in MP4."
)

KINDS = {
    "top_up": Kind("emotion_core.processes.scan", 0, SCAN_CRASHED),  # a few frames that a user waits for
    "scan": Kind("emotion_core.processes.scan", 1, SCAN_CRASHED),
    "proxy": Kind(
        "emotion_core.processes.proxy",
        2,
        "Making it ended unexpectedly: its process was stopped or crashed. Try again; if it happens again, export the "
        "film anew, for example as H.264 in MP4.",
        preemptible=True,  # an hour of work at times
    ),
}

ATTEMPTS = 3
"""Starts of a job that is killed each time without making progress, before it counts as failed."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job and its state, as read from the table."""

    number: int
    """Ascending in the order of requests; a job that is requested again gets a new number."""
    id: str
    """See `job_id`. It names the job's files in jobs/: .request, .events, .log."""
    kind: str
    film_id: str
    scan_id: str | None
    priority: int
    request: str
    """Input of its process, JSON."""
    state: State
    attempts: int
    """Number of starts since it last made progress."""
    pid: int | None
    pid_started: float | None
    """Start of its process, seconds since 1970: process numbers are reused."""
    message: str
    """Reason of the failure; empty otherwise."""
    at_once: int
    """Most jobs that may run while it does, itself included; at least 1."""
    began_at: float | None
    """Time of its last start, seconds since 1970; None before, and for jobs of earlier versions."""
    ended_at: float | None
    """Time at which it was done, failed or was cancelled, seconds since 1970; None while it is active."""

    @property
    def active(self) -> bool:
        """Whether the job is queued or running."""
        return self.state in ("queued", "running")

    @property
    def crash_message(self) -> str:
        """Message in case its process ends without reporting a result."""
        return KINDS[self.kind].crash_message if self.kind in KINDS else SCAN_CRASHED

    @property
    def preemptible(self) -> bool:
        """Whether its process is suspended while jobs of a lower priority number run."""
        return self.kind in KINDS and KINDS[self.kind].preemptible


_ROW = ", ".join(field.name for field in fields(Job))
ORDER = "priority, coalesce(place, number), number"
"""SQL: the order in which queued jobs run."""
MOST_AT_ONCE = len(Home(Path()).scan_locks)
"""Most films that one machine analyses at once."""


_SCANNED = "scanned-"
"""Begin of the id of a scan that is done, where its own id became that of a job which adds frames to it."""


def job_id(kind: str, film_id: str, scan_id: str | None = None, track: int | None = None) -> str:
    """Id of a job: the scan's id, or kind and film for a job about the film itself.

    `track` is the number of a video track other than the default one; None for the default.
    """
    return scan_id or f"{kind}-{film_id}" + ("" if track is None else f"-{track}")


def enqueue(
    database: sqlite3.Connection,
    kind: str,
    film_id: str,
    request: str,
    *,
    scan_id: str | None = None,
    track: int | None = None,
    at_once: int = 1,
) -> bool:
    """Append a job to the queue of its kind; False, without a change, if the same job is queued or running.

    `at_once` as Job.at_once. Takes part in the transaction of `database`, if there is one. Call `Runner.submit` once it
    is committed.

    A scan to which frames are added stays in what ended, under another id.
    """
    name = job_id(kind, film_id, scan_id, track)
    database.execute(
        "UPDATE OR REPLACE jobs SET id = ? WHERE id = ? AND kind = 'scan' AND state = 'done' AND ? = 'top_up'",
        (f"{_SCANNED}{name}", name, kind),
    )
    database.execute("DELETE FROM jobs WHERE id = ? AND state NOT IN ('queued', 'running')", (name,))
    cursor = database.execute(
        "INSERT OR IGNORE INTO jobs (id, kind, film_id, scan_id, priority, request, at_once, state) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 'queued')",
        (name, kind, film_id, scan_id, KINDS[kind].priority, request, at_once),
    )
    return cursor.rowcount > 0


def find(database: sqlite3.Connection, name: str) -> Job | None:
    """The job with the id `name`; None if there is none."""
    return _first(database.execute(f"SELECT {_ROW} FROM jobs WHERE id = ?", (name,)))


def newest(database: sqlite3.Connection, kind: str) -> Job | None:
    """The job of this kind that was requested last; None if there is none."""
    return _first(database.execute(f"SELECT {_ROW} FROM jobs WHERE kind = ? ORDER BY number DESC LIMIT 1", (kind,)))


def of_film(database: sqlite3.Connection, film_id: str) -> list[Job]:
    """All jobs about a film, in any state."""
    return _jobs(database.execute(f"SELECT {_ROW} FROM jobs WHERE film_id = ? ORDER BY number", (film_id,)))


def active(database: sqlite3.Connection) -> list[Job]:
    """Queued and running jobs in the order of execution."""
    return _jobs(
        database.execute(
            f"SELECT {_ROW} FROM jobs WHERE state IN ('running', 'queued') ORDER BY state = 'queued', {ORDER}"
        )
    )


def jobs_where(database: sqlite3.Connection, condition: str, values: tuple[object, ...] = ()) -> list[Job]:
    """The jobs that meet an SQL condition, which may end with an order and a limit."""
    return _jobs(database.execute(f"SELECT {_ROW} FROM jobs WHERE {condition}", values))


def jobs_ahead(queue: list[Job], job: Job) -> int:
    """Number of jobs in `queue`, the result of `active`, that run before a queued `job`.

    A running job counts unless it is preemptible.
    """
    return all_ahead(queue).get(job.id, 0)


def all_ahead(queue: list[Job]) -> dict[str, int]:
    """`jobs_ahead` of every job in `queue`, by id, in one pass: a season of dailies may wait in it."""
    before: Counter[int] = Counter()
    ahead = {}
    for job in queue:
        ahead[job.id] = sum(count for priority, count in before.items() if priority <= job.priority)
        before[job.priority if job.preemptible else -1] += 1
    return ahead


def has_pending(home: Path) -> bool:
    """Whether the library at `home` has a queued or running job. Raises LibraryError."""
    file = Home(home).database
    if not file.exists():
        return False
    database = schema.connect(file)
    try:
        row = database.execute("SELECT 1 FROM jobs WHERE state IN ('running', 'queued') LIMIT 1").fetchone()
    except sqlite3.Error as error:
        raise schema.from_sqlite_error(error, file, "read") from error
    finally:
        database.close()
    return row is not None


def cancel(database: sqlite3.Connection, name: str) -> Job | None:
    """Cancel a job. Returns its row with its process, if any; None if the job had ended.

    The worker ends the process; a caller that does not want to wait may end it too.
    """
    return _first(
        database.execute(
            "UPDATE jobs SET state = 'cancelled', ended_at = ? WHERE id = ? AND state IN ('queued', 'running') "
            f"RETURNING {_ROW}",
            (clock.now().timestamp(), name),
        )
    )


# Functions for the worker


def take_next(database: sqlite3.Connection, before: int = 1 << 30) -> Job | None:
    """Mark the next queued job with a priority number below `before` as running and return it.

    None where there is none, or where it must wait for those that run: no job overtakes another.
    """
    query = f"SELECT {_ROW} FROM jobs WHERE state = 'queued' AND priority < ? ORDER BY {ORDER} LIMIT 1"
    if _first(database.execute(query, (before,))) is None:  # an empty queue must not cause a write
        return None
    with schema.transaction(database):
        queued = _first(database.execute(query, (before,)))
        if queued is None or not _may_begin(database, queued):
            return None
        return _first(
            database.execute(
                "UPDATE jobs SET state = 'running', attempts = attempts + 1, pid = NULL, pid_started = NULL, "
                f"began_at = ? WHERE number = ? RETURNING {_ROW}",
                (clock.now().timestamp(), queued.number),
            )
        )


def _may_begin(database: sqlite3.Connection, job: Job) -> bool:
    """Whether a job may run beside those that do; a suspended one takes no part."""
    running = _jobs(database.execute(f"SELECT {_ROW} FROM jobs WHERE state = 'running'"))
    limits = [other.at_once for other in running if not other.preemptible]
    return not limits or len(limits) < min(*limits, job.at_once)


def set_process(database: sqlite3.Connection, job: Job, pid: int, started: float) -> None:
    """Store the process number of a running job and the start of its process."""
    database.execute(
        "UPDATE jobs SET pid = ?, pid_started = ? WHERE number = ? AND state = 'running'", (pid, started, job.number)
    )


def still_wanted(database: sqlite3.Connection, job: Job) -> bool:
    """Whether a running job is still to run: it may have been cancelled, or its film deleted."""
    row = database.execute("SELECT 1 FROM jobs WHERE number = ? AND state = 'running'", (job.number,)).fetchone()
    return row is not None


def requeue(database: sqlite3.Connection, job: Job, attempts: int) -> None:
    """Return a running job to its place in the queue, with `attempts` as its number of starts."""
    database.execute(
        "UPDATE jobs SET state = 'queued', attempts = ?, pid = NULL, pid_started = NULL "
        "WHERE number = ? AND state = 'running'",
        (attempts, job.number),
    )


def finish(database: sqlite3.Connection, job: Job, state: State, message: str = "") -> None:
    """Store the final state of a running job; a cancelled job stays cancelled."""
    database.execute(
        "UPDATE jobs SET state = ?, message = ?, ended_at = ?, pid = NULL, pid_started = NULL "
        "WHERE number = ? AND state = 'running'",
        (state, message, clock.now().timestamp(), job.number),
    )


def orphans(database: sqlite3.Connection) -> list[Job]:
    """Cancelled jobs whose process may still run."""
    return _jobs(database.execute(f"SELECT {_ROW} FROM jobs WHERE state = 'cancelled' AND pid IS NOT NULL"))


def clear_process(database: sqlite3.Connection, job: Job) -> None:
    """Store that the process of a cancelled job has ended."""
    database.execute("UPDATE jobs SET pid = NULL, pid_started = NULL WHERE number = ?", (job.number,))


def _first(cursor: sqlite3.Cursor) -> Job | None:
    return next(iter(_jobs(cursor)), None)


def _jobs(cursor: sqlite3.Cursor) -> list[Job]:
    return [Job(*row) for row in cursor.fetchall()]  # fetchall: an unfinished cursor holds the database's lock


def take_kind(database: sqlite3.Connection, kind: str) -> Job | None:
    """As take_next, of one kind and whatever else runs: for an owner whose scans other machines read."""
    query = f"SELECT {_ROW} FROM jobs WHERE state = 'queued' AND kind = ? ORDER BY {ORDER} LIMIT 1"
    if (queued := _first(database.execute(query, (kind,)))) is None:
        return None
    return _first(
        database.execute(
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, pid = NULL, pid_started = NULL, began_at = ? "
            f"WHERE number = ? AND state = 'queued' RETURNING {_ROW}",
            (clock.now().timestamp(), queued.number),
        )
    )


def front(database: sqlite3.Connection, kind: str, count: int) -> list[Job]:
    """The first jobs of a kind in the order of the queue, running or not."""
    return jobs_where(database, f"kind = ? AND state IN ('queued', 'running') ORDER BY {ORDER} LIMIT ?", (kind, count))
