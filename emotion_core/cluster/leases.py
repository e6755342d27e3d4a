"""Ranges of films in the cluster's database: asked for by the owner, leased by workers, reported once.

A range is leased under a token, another one each time; only its holder can report. procrastinate's job of a range says
when its turn comes and whether its worker lives. Each function is one transaction of `database.Database`, and may run
twice: its second run changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID, uuid4

if TYPE_CHECKING:
    from .database import Connection

WORKERS_NAME = "The film"
"""What a worker calls a film in its messages; the owner puts its name there."""
TASK = "read_range"
"""Name of procrastinate's task."""
Part = tuple[int, int, str]
"""A part of a film's file: where it begins, its length in bytes, and the SHA-256 of those bytes."""
Kind = Literal["range", "film"]

CHANNEL = "scan_"
"""Begin of the name of the channel on which a scan's owner hears that a range of it changed; its id follows."""
CRASHES = 3
"""Times that a range's process may crash, on any worker, before the film fails."""
STARTS = 40
"""Times that a range is leased before the film fails: each lost worker is one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A range that the owner asks for."""

    number: int
    parts: tuple[Part, ...]
    """What of the film's file a worker needs, in order."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A range that this process has leased."""

    scan: str
    number: int
    token: UUID
    parts: tuple[Part, ...]
    request: dict[str, Any]
    """The scan's, see coordinator."""
    starts: int
    """Times that it was leased, with this one."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How a range stands."""

    number: int
    leased: bool
    progress: dict[str, Any] | None
    """Newest numbers of the worker."""
    result: dict[str, Any] | None
    """Name and size of the archive; None while it is not done."""
    error: dict[str, Any] | None
    crashes: int
    """Times that its process crashed, or what it needed or gave was damaged."""
    note: str
    """Why it was given back last; empty where it was not."""


def queue_of(engine: str) -> str:
    """procrastinate's queue of the ranges that an engine of this digest reads: no other worker is given one."""
    return f"ranges-{engine}"


def announce(connection: Connection, engine: str, request: dict[str, Any], identity: dict[str, Any]) -> None:
    """Say which engine scans are read with; `request` is what it was opened by."""
    connection.execute(
        "INSERT INTO engines (digest, request, identity) VALUES (%s, %s, %s) "
        "ON CONFLICT (digest) DO UPDATE SET announced = now()",
        (engine, json.dumps(request), json.dumps(identity)),
    )


def announced(connection: Connection) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Digest, request and identity of each engine that the owner reads with, the newest first."""
    return connection.execute("SELECT digest, request, identity FROM engines ORDER BY announced DESC").fetchall()


def begin(
    connection: Connection, library: str, scan: str, fingerprint: str, engine: str, request: dict[str, Any]
) -> None:
    """Begin a scan of a library, or go on with it; one of another fingerprint is dropped first, with its results."""
    row = connection.execute("SELECT fingerprint FROM scans WHERE id = %s FOR UPDATE", (scan,)).fetchone()
    if row is not None and row[0] != fingerprint:
        end(connection, scan)
    connection.execute(
        "INSERT INTO scans (id, library, fingerprint, engine, request) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT (id) DO NOTHING",
        (scan, library, fingerprint, engine, json.dumps(request)),
    )


def ask(connection: Connection, scan: str, asked: Iterable[Asked]) -> None:
    """Ask for ranges whose parts are in the exchange; those that were asked for before stay as they are."""
    for each in asked:
        connection.execute(
            "INSERT INTO ranges (scan, number, parts, priority) SELECT %s, %s, %s, priority FROM scans WHERE id = %s "
            "ON CONFLICT DO NOTHING",
            (scan, each.number, json.dumps(each.parts), scan),
        )
    defer_missing(connection, scan)


def defer_missing(connection: Connection, scan: str) -> None:
    """Defer the ranges of a scan that wait for a result without a job: new ones, and those that a worker gave back."""
    rows = connection.execute(
        "SELECT r.number, r.priority, s.engine FROM ranges r JOIN scans s ON s.id = r.scan "
        "LEFT JOIN procrastinate_jobs j ON j.id = r.job AND j.status IN ('todo', 'doing') "
        "WHERE r.scan = %s AND r.result IS NULL AND r.error IS NULL AND j.id IS NULL "
        "ORDER BY r.number FOR UPDATE OF r",
        (scan,),
    ).fetchall()
    for number, priority, engine in rows:
        row = connection.execute(
            "SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[ROW(%s::text, %s::text, %s::int, %s::text, NULL, "
            "%s::jsonb, NULL)::procrastinate_job_to_defer_v1]))",
            (
                queue_of(engine), TASK, priority - number, f"{scan}/{number}/{uuid4()}",
                json.dumps({"scan": scan, "number": number}),
            ),
        ).fetchone()  # fmt: skip
        job = None if row is None else row[0]
        connection.execute(
            "UPDATE ranges SET job = %s, token = NULL WHERE scan = %s AND number = %s", (job, scan, number)
        )


def without_jobs(connection: Connection, scans: Sequence[str]) -> list[str]:
    """Those of `scans` with ranges for `defer_missing`."""
    rows = connection.execute(
        "SELECT DISTINCT r.scan FROM ranges r "
        "LEFT JOIN procrastinate_jobs j ON j.id = r.job AND j.status IN ('todo', 'doing') "
        "WHERE r.scan = ANY(%s) AND r.result IS NULL AND r.error IS NULL AND j.id IS NULL",
        (list(scans),),
    )
    return [str(row[0]) for row in rows]


def set_priorities(connection: Connection, priorities: dict[str, int]) -> None:
    """Move scans in the queue: higher numbers go first."""
    rows = connection.execute("SELECT id, priority FROM scans WHERE id = ANY(%s)", (list(priorities),)).fetchall()
    for scan, before in rows:
        if priorities[scan] != before:
            set_priority(connection, scan, priorities[scan])


def set_priority(connection: Connection, scan: str, priority: int) -> None:
    """As `set_priorities`, of one scan."""
    moved = connection.execute(
        "UPDATE scans SET priority = %s WHERE id = %s AND priority <> %s RETURNING 1", (priority, scan, priority)
    )
    if moved.fetchone() is None:
        return
    connection.execute("UPDATE ranges SET priority = %s WHERE scan = %s", (priority, scan))
    connection.execute(
        "UPDATE procrastinate_jobs j SET priority = %s - r.number FROM ranges r "
        "WHERE r.scan = %s AND j.id = r.job AND j.status = 'todo'",
        (priority, scan),
    )


def progress(connection: Connection, scan: str) -> list[Progress]:
    """How the ranges of a scan stand, by number."""
    rows = connection.execute(
        "SELECT number, token IS NOT NULL, progress, result, error, crashes, note FROM ranges "
        "WHERE scan = %s ORDER BY number",
        (scan,),
    )
    return [Progress(*row) for row in rows]


def refuse_result(connection: Connection, scan: str, number: int, why: str) -> None:
    """Drop a result that is not what it says it is, so that the range is read again."""
    connection.execute(
        "UPDATE ranges SET result = NULL, job = NULL, crashes = crashes + 1, note = %s WHERE scan = %s AND number = %s",
        (why, scan, number),
    )
    _fail_after_crashes(connection, scan, number, why)


def end(connection: Connection, scan: str) -> None:
    """Forget a scan: its leases end, and its waiting ranges leave the queue."""
    connection.execute(
        "DELETE FROM procrastinate_jobs j USING ranges r WHERE r.scan = %s AND j.id = r.job AND j.status = 'todo'",
        (scan,),
    )
    connection.execute("DELETE FROM scans WHERE id = %s", (scan,))


def is_known(connection: Connection, scan: str) -> bool:
    """Whether a scan is wanted still."""
    return connection.execute("SELECT 1 FROM scans WHERE id = %s", (scan,)).fetchone() is not None


def scans(connection: Connection, library: str) -> list[str]:
    """Ids of the scans of a library."""
    return [str(row[0]) for row in connection.execute("SELECT id FROM scans WHERE library = %s", (library,))]


def release_stalled(connection: Connection, seconds: float) -> list[str]:
    """Take the ranges of workers that were silent for so long from them, and put them back into the queue.

    So is one that was handed out and never leased: its worker did not hear of it before the database was gone. A
    database that has just started was silent itself. Returns a line about each.
    """
    connection.execute("SELECT set_config('emotion.seconds', %s, true)", (str(seconds),))
    rows = connection.execute(
        "WITH late AS (SELECT now() - current_setting('emotion.seconds')::float * interval '1 s' AS before) "
        "SELECT j.id, r.scan, r.number, k.name FROM procrastinate_jobs j "
        "JOIN ranges r ON r.job = j.id CROSS JOIN late "
        "LEFT JOIN procrastinate_workers w ON w.id = j.worker_id LEFT JOIN workers k ON k.number = r.worker "
        "WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < late.before OR (r.token IS NULL AND EXISTS ("
        "SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'started' AND e.at < late.before))) "
        "AND pg_postmaster_start_time() < late.before FOR UPDATE OF j"
    ).fetchall()
    for job, scan, number, _ in rows:
        connection.execute("DELETE FROM procrastinate_jobs WHERE id = %s", (job,))
        connection.execute(
            "UPDATE ranges SET token = NULL, job = NULL, note = 'the last one fell silent' "
            "WHERE scan = %s AND number = %s AND job = %s",
            (scan, number, job),
        )
        defer_missing(connection, scan)
    connection.execute(  # of a scan that has ended, or a range that was given back: a worker that lives misses none
        "DELETE FROM procrastinate_jobs j WHERE j.status = 'doing' AND j.task_name = %s "
        "AND NOT EXISTS (SELECT 1 FROM ranges r WHERE r.job = j.id)",
        (TASK,),
    )
    return [f"part {number + 1} of scan {scan} ({name or 'a worker'} fell silent)" for _, scan, number, name in rows]


# Functions for workers

MUCH_WAITS = (
    "SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = ANY(%(queues)s)) > "
    "(SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 min') AS much"
)
"""Whether more ranges wait in `queues` than there are workers: one may take another range ahead, and none lacks one."""


def take(connection: Connection, scan: str, number: int, job: int, worker: int) -> Lease | None:
    """Lease a range for the job that the queue handed out; None where it is no longer wanted."""
    row = connection.execute(
        "UPDATE ranges r SET token = gen_random_uuid(), worker = %s, leased = now(), starts = starts + 1, "
        "progress = NULL FROM scans s WHERE s.id = r.scan AND r.scan = %s AND r.number = %s AND r.job = %s "
        "AND r.result IS NULL AND r.error IS NULL RETURNING r.token, r.parts, s.request, r.starts",
        (worker, scan, number, job),
    ).fetchone()
    if row is None:
        return None
    token, parts, request, starts = row
    if starts > STARTS:
        fail(connection, token, {"kind": "ScanError", "problem": "Its workers ended again and again.", "advice": ""})
        return None
    return Lease(scan, number, token, tuple(map(tuple, parts)), request, starts)


def beat(connection: Connection, token: UUID, numbers: dict[str, Any] | None) -> bool:
    """Tell how far a range is; False where its lease has ended."""
    row = connection.execute(
        "WITH told AS (UPDATE ranges SET progress = coalesce(%s, progress) WHERE token = %s RETURNING scan) "
        "SELECT CASE WHEN %s THEN pg_notify(%s || scan, '') END FROM told",
        (None if numbers is None else json.dumps(numbers), token, numbers is not None, CHANNEL),
    ).fetchone()
    return row is not None


def report(connection: Connection, token: UUID, result: dict[str, Any]) -> bool:
    """Report the archive of a range; False, without a change, where its lease has ended."""
    row = connection.execute(
        "WITH told AS (UPDATE ranges SET result = coalesce(result, %s) WHERE token = %s RETURNING scan) "
        "SELECT pg_notify(%s || scan, '') FROM told",
        (json.dumps(result), token, CHANNEL),
    ).fetchone()
    return row is not None


def fail(connection: Connection, token: UUID, error: dict[str, Any]) -> None:
    """Report what is wrong with the film: no other worker could read it either."""
    connection.execute(
        "WITH told AS (UPDATE ranges SET error = %s WHERE token = %s RETURNING scan) "
        "SELECT pg_notify(%s || scan, '') FROM told",
        (json.dumps(error), token, CHANNEL),
    )


def give_back(connection: Connection, token: UUID, why: str, *, crashed: bool = False) -> None:
    """Give a range back unread; `crashed`: its process crashed, which the film may have caused."""
    row = connection.execute(
        "UPDATE ranges SET token = NULL, job = NULL, note = %s, crashes = crashes + %s WHERE token = %s "
        "RETURNING scan, number",
        (why, int(crashed), token),
    ).fetchone()
    if row is not None:
        scan, number = row
        _fail_after_crashes(connection, scan, number, why)
        defer_missing(connection, scan)


def _fail_after_crashes(connection: Connection, scan: str, number: int, why: str) -> None:
    connection.execute(
        "UPDATE ranges SET error = %s WHERE scan = %s AND number = %s AND crashes >= %s AND result IS NULL",
        (json.dumps({"kind": "ScanError", "problem": why, "advice": ""}), scan, number, CRASHES),
    )


def show_worker(connection: Connection, name: str, number: int | None, host: str, state: str, refused: str) -> None:
    """Tell the owner that a worker is there, and what it does."""
    connection.execute(
        "INSERT INTO workers (name, number, host, state, refused) VALUES (%s, %s, %s, %s, %s) ON CONFLICT (name) "
        "DO UPDATE SET number = EXCLUDED.number, state = EXCLUDED.state, refused = EXCLUDED.refused, seen = now()",
        (name, number, host, state, refused),
    )


def workers(connection: Connection, seconds: float) -> Sequence[dict[str, Any]]:
    """The workers that were there within the last `seconds`, and what each does; one that ended since it could not read
    films stays for an hour, or until another one of its machine does.
    """
    rows = connection.execute(
        "SELECT DISTINCT ON (k.name) k.name, k.host, k.state, k.refused, extract(epoch FROM now() - k.seen)::float, "
        "r.scan, r.number, "
        "extract(epoch FROM r.leased)::float "
        "FROM workers k LEFT JOIN ranges r ON r.worker = k.number AND r.token IS NOT NULL AND r.result IS NULL "
        "WHERE k.seen > now() - %s * interval '1 s' OR (k.state IN ('refused', 'broken') "
        "AND k.seen > now() - interval '1 h' AND NOT EXISTS (SELECT 1 FROM workers o WHERE o.host = k.host "
        "AND o.state NOT IN ('refused', 'broken') AND o.seen > k.seen)) "
        "ORDER BY k.name, r.leased",  # what it has leased ahead comes later
        (seconds,),
    )
    names = ("name", "host", "state", "refused", "silent_for", "scan", "range", "since")
    return [dict(zip(names, row, strict=True)) for row in rows]


def setting(connection: Connection, name: str) -> Any:
    """What the owner tells all workers under a name; None without it."""
    row = connection.execute("SELECT value FROM settings WHERE name = %s", (name,)).fetchone()
    return None if row is None else row[0]


def set_setting(connection: Connection, name: str, value: Any) -> None:
    """Tell all workers something; None takes it back."""
    if value is None:
        connection.execute("DELETE FROM settings WHERE name = %s", (name,))
    else:
        connection.execute(
            "INSERT INTO settings VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value",
            (name, json.dumps(value)),
        )


def mark(connection: Connection, new: str) -> str:
    """What the exchange of this database is known by: `new` at the first call. See places.mark."""
    connection.execute("INSERT INTO settings VALUES ('owner', %s) ON CONFLICT (name) DO NOTHING", (json.dumps(new),))
    return str(setting(connection, "owner"))


def forget_engines(connection: Connection) -> None:
    """Forget engines that no scan is read with any more."""
    connection.execute("DELETE FROM engines e WHERE NOT EXISTS (SELECT 1 FROM scans s WHERE s.engine = e.digest)")


def forget_silent(connection: Connection) -> None:
    """Forget workers that were silent for a day."""
    connection.execute("DELETE FROM procrastinate_workers WHERE last_heartbeat < now() - interval '1 day'")
    connection.execute("DELETE FROM workers WHERE seen < now() - interval '1 day'")
