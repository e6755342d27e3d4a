"""Parts of the queue for a page: never all of it, since a season of dailies waits in it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from ..job_table import ORDER, Job, jobs_where


def running(database: sqlite3.Connection) -> list[Job]:
    """Jobs that run, those that began first at the beginning."""
    return jobs_where(database, "state = 'running' ORDER BY began_at, number")


def waiting(database: sqlite3.Connection, first: int, count: int) -> list[Job]:
    """At most `count` waiting jobs in the order in which they will run, from number `first` on, from 0."""
    return jobs_where(database, f"state = 'queued' ORDER BY {ORDER} LIMIT ? OFFSET ?", (count, first))


def waiting_count(database: sqlite3.Connection) -> int:
    """Number of jobs that wait."""
    return int(database.execute("SELECT count(*) FROM jobs WHERE state = 'queued'").fetchone()[0])


def waiting_ids(database: sqlite3.Connection) -> set[str]:
    """Ids of all jobs that wait."""
    return {str(row[0]) for row in database.execute("SELECT id FROM jobs WHERE state = 'queued'")}


def film_names(database: sqlite3.Connection, film_ids: Iterable[str]) -> dict[str, str]:
    """Names of films by id. A recording of viewers has none here: it is never listed as a film."""
    ids = json.dumps(list(dict.fromkeys(film_ids)))  # one value: SQLite takes 32,766 at most
    rows = database.execute(
        "SELECT id, name FROM films WHERE role = 'film' AND id IN (SELECT value FROM json_each(?))", (ids,)
    ).fetchall()
    return {str(film_id): str(name) for film_id, name in rows}
