"""What is to be done in the background, in the library's own database: asked for, in order, and how it ended.

One worker a library (`worker`) takes the jobs, one at a time, since each uses all cores; any process may ask for one or
take it back. A job's row stays until its scan or film goes, or until it is asked for again.

Why a table and no queue library. DBOS 3.4 on SQLite was tried and holds, but what it adds is little of what is needed:
after a kill of the worker it began a job's process a second time beside the one that lived, a cancelled job's process
went on beside the next one's, and the attempts it counts are the worker's deaths, not the job's. All that would be
written here all the same, and beside it stood a second database, in no transaction with the films and scans it is
about, 1.1 s and 50 MB of imports in whoever asks, and 1.7 % of a core while idle. huey forgets a task when it hands it
out; persist-queue has no priorities for tasks that are acknowledged.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from . import database as schema

State = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work."""

    module: str
    """Run as `python -m MODULE REQUEST`: JSON lines on standard output, the last one's "event" is "done" or "error"."""
    priority: int
    """Lower ones come first, whenever they were asked for."""
    ended: str
    """What is said of one whose process ended without a word."""
    gives_way: bool = False
    """Whether its process stands still while jobs of a lower priority number are done, should any be asked for."""


ENDED = (
    "The analysis ended unexpectedly: its process was stopped or crashed. "
    "Analyse the film again, and it goes on from there; if it happens again, export the film anew, for example "
    "as H.264 in MP4."
)

KINDS = {
    "top_up": Kind("emotion_core.processes.scan", 0, ENDED),  # a few frames that someone waits for
    "scan": Kind("emotion_core.processes.scan", 1, ENDED),
    "proxy": Kind(
        "emotion_core.processes.proxy",
        2,
        "Making it ended unexpectedly: its process was stopped or crashed. Try again; if it happens again, export the "
        "film anew, for example as H.264 in MP4.",
        gives_way=True,  # an hour of work at times
    ),
}

ATTEMPTS = 3
"""How often a job is begun that is killed each time, without having got on in between."""


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work, as it stands."""

    number: int
    """Ascending in the order asked for; asked for again, a job has another."""
    id: str
    """As job_id; names its files in jobs/: .request, .events, .log."""
    kind: str
    film_id: str
    scan_id: str | None
    priority: int
    request: str
    """JSON, what its process is told."""
    state: State
    attempts: int
    """How often it was begun since it last got on."""
    pid: int | None
    pid_started: float | None
    """Seconds since 1970."""
    message: str
    """Why it failed."""

    @property
    def active(self) -> bool:
        """Whether it is yet to end."""
        return self.state in ("queued", "running")

    @property
    def ended(self) -> str:
        """What is said of it where its process ended without a word."""
        return KINDS[self.kind].ended if self.kind in KINDS else ENDED

    @property
    def gives_way(self) -> bool:
        return self.kind in KINDS and KINDS[self.kind].gives_way


_ROW = ", ".join(field.name for field in fields(Job))


def job_id(kind: str, film_id: str, scan_id: str | None = None, track: int | None = None) -> str:
    """What a job is called: a scan's bear the scan's id, of work on a film itself there is one a kind; on another of
    its video tracks than the one that is read as a rule, one more.
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
) -> bool:
    """Ask for a job, behind all of its kind; False, and nothing changed, if the same one is queued or running.

    Takes part in the transaction of `database`, if there is one. Call `supervisor.wake` once it is committed.
    """
    name = job_id(kind, film_id, scan_id, track)
    database.execute("DELETE FROM jobs WHERE id = ? AND state NOT IN ('queued', 'running')", (name,))
    asked = database.execute(
        "INSERT OR IGNORE INTO jobs (id, kind, film_id, scan_id, priority, request, state) "
        "VALUES (?, ?, ?, ?, ?, ?, 'queued')",
        (name, kind, film_id, scan_id, KINDS[kind].priority, request),
    )
    return asked.rowcount > 0


def find(database: sqlite3.Connection, name: str) -> Job | None:
    """The job called `name` as it stands."""
    return _one(database.execute(f"SELECT {_ROW} FROM jobs WHERE id = ?", (name,)))


def of_film(database: sqlite3.Connection, film_id: str) -> list[Job]:
    """All jobs about a film, in whatever state."""
    return _jobs(database.execute(f"SELECT {_ROW} FROM jobs WHERE film_id = ? ORDER BY number", (film_id,)))


def active(database: sqlite3.Connection) -> list[Job]:
    """What is yet to end, in the order in which it is done."""
    return _jobs(
        database.execute(
            f"SELECT {_ROW} FROM jobs WHERE state IN ('running', 'queued') ORDER BY state = 'queued', priority, number"
        )
    )


def ahead(queue: list[Job], job: Job) -> int:
    """How many of those in `active` come before a queued one, the running one among them unless it gives way."""
    names = [one.id for one in queue if one.priority <= job.priority or not one.gives_way]
    return names.index(job.id) if job.id in names else 0


def pending(home: Path) -> bool:
    """Whether a library has work that is yet to end. Raises LibraryError."""
    file = home / "library.sqlite"
    if not file.exists():
        return False
    database = schema.connect(file)
    try:
        row = database.execute("SELECT 1 FROM jobs WHERE state IN ('running', 'queued') LIMIT 1").fetchone()
    except sqlite3.Error as error:
        raise schema.refused(error, file, "read") from error
    finally:
        database.close()
    return row is not None


def cancel(database: sqlite3.Connection, name: str) -> Job | None:
    """Take a job back; returns it as it stood, with its process if it had one, or None if it was over.

    The worker ends its process; whoever does not want to wait for that may do so too.
    """
    return _one(
        database.execute(
            f"UPDATE jobs SET state = 'cancelled' WHERE id = ? AND state IN ('queued', 'running') RETURNING {_ROW}",
            (name,),
        )
    )


# For the worker


def take(database: sqlite3.Connection, before: int = 1 << 30) -> Job | None:
    """The job that is next, which is running from now on, if its priority number is below `before`; else None."""
    # Read first: to look changes nothing.
    queued = [job for job in active(database) if job.state == "queued" and job.priority < before]
    if not queued:
        return None
    return _one(
        database.execute(
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, pid = NULL, pid_started = NULL "
            f"WHERE number = ? AND state = 'queued' RETURNING {_ROW}",
            (queued[0].number,),
        )
    )


def begun(database: sqlite3.Connection, job: Job, pid: int, started: float) -> None:
    """Write down the process of a running job."""
    database.execute(
        "UPDATE jobs SET pid = ?, pid_started = ? WHERE number = ? AND state = 'running'", (pid, started, job.number)
    )


def still_wanted(database: sqlite3.Connection, job: Job) -> bool:
    """Whether a job that was taken is to go on: it may have been taken back, or its film deleted."""
    row = database.execute("SELECT 1 FROM jobs WHERE number = ? AND state = 'running'", (job.number,)).fetchone()
    return row is not None


def again(database: sqlite3.Connection, job: Job, attempts: int) -> None:
    """Put a running job back to where it stood in the queue; it counts as begun `attempts` times."""
    database.execute(
        "UPDATE jobs SET state = 'queued', attempts = ?, pid = NULL, pid_started = NULL "
        "WHERE number = ? AND state = 'running'",
        (attempts, job.number),
    )


def settle(database: sqlite3.Connection, job: Job, state: State, message: str = "") -> None:
    """Write down how a running job ended; one that was taken back stays so."""
    database.execute(
        "UPDATE jobs SET state = ?, message = ?, pid = NULL, pid_started = NULL WHERE number = ? AND state = 'running'",
        (state, message, job.number),
    )


def strays(database: sqlite3.Connection) -> list[Job]:
    """Jobs that were taken back by someone who may not have come to end their process."""
    return _jobs(database.execute(f"SELECT {_ROW} FROM jobs WHERE state = 'cancelled' AND pid IS NOT NULL"))


def ended(database: sqlite3.Connection, job: Job) -> None:
    """A job that was taken back has no process any more."""
    database.execute("UPDATE jobs SET pid = NULL, pid_started = NULL WHERE number = ?", (job.number,))


def _one(cursor: sqlite3.Cursor) -> Job | None:
    return next(iter(_jobs(cursor)), None)


def _jobs(cursor: sqlite3.Cursor) -> list[Job]:
    return [Job(*row) for row in cursor.fetchall()]  # all: what is left unread would hold the database's lock
