"""The worker: the process that does a library's jobs, one at a time, or several where these say so (`queue.slots`).

`python -m emotion_core.jobs.worker [HOME [IDLE [ahead]]]`: IDLE and "ahead" are the arguments of `main`. A library has
one worker, which holds `worker.lock`; a second one exits at once. A worker may be killed at any moment: the next one
waits for the process of the job under way if it lives, and starts the job again if not. A worker ends when there has
been no work for a while. A job that gives way (a proxy) is suspended while other jobs are done.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
import sys
import time
from functools import partial
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from ..console import ExitCode
from ..errors import EmotionError, LibraryBusy, OutOfDescriptors
from ..library import ATTEMPTS, KINDS, Film, Job, database as schema, job_table
from ..media import FileIdentity
from ..storage import Home, descriptors, disk_full, group_mode, home as default_home
from ..system import (
    Child,
    TimeoutExpired,
    end_family,
    ended_from_outside,
    error_message,
    is_alive,
    memory_limits,
    program_faults,
    wait_for,
)
from . import events as job_events, launcher, worker_code
from .child import SAME_BYTES, SERVER_ENDED
from .inference_servers import KEEP, InferenceServers
from .queue.slots import LOOK as BESIDE_LOOK, Slots
from .spares import ExpectedFilms

IDLE = 10.0
"""Seconds without work after which a worker ends: to start one costs less than to keep one."""
_LOOK = 0.2
"""Seconds between two looks at whether the running job was cancelled."""
_IDLE_LOOK = 0.02
"""Seconds between two looks for a job: an idle worker ends soon, and a look takes a fifth of a millisecond."""
_HANDOVER = 1.0
"""Seconds to wait for the lock: a process that checks whether a worker lives holds it for a moment."""
BREATH = 5.0
"""Seconds before another try when the library could not be written."""


def main(home: Path, idle: float = IDLE, *, ahead: bool = False) -> None:
    """Work until there is nothing to do for `idle` seconds. Raises LibraryError where the lock cannot be had.

    `ahead`: a scan will be requested in a moment, and its model is opened meanwhile.
    """
    with contextlib.closing(InferenceServers(home)) as servers:
        _work_in_turn(home, idle, servers, ahead)


def _work_in_turn(home: Path, idle: float, servers: InferenceServers, ahead: bool) -> None:
    lock = FileLock(Home(home).worker_lock)
    while Home(home).database.exists():
        try:
            lock.acquire(timeout=_HANDOVER)
        except Timeout:
            return
        try:
            if ahead:
                ahead = False
                servers.start_ahead()
            worker_code.record(home)
            _work(home, idle, servers)
        finally:
            lock.release()
        # A process that requested work a moment ago saw the lock held and started no worker; from now on it is free.
        if not _pending(home):
            return


def _work(home: Path, idle: float, servers: InferenceServers) -> None:
    with contextlib.closing(Slots(home, partial(_work_beside, home))) as slots:
        _work_in_slot(home, idle, servers, slots)


def _work_beside(home: Path, slots: Slots, slot: int) -> None:
    """Do scans in a slot of its own until the worker closes it."""
    with contextlib.closing(InferenceServers(home, slot)) as servers:
        _work_in_slot(home, 0.0, servers, slots)


def _work_in_slot(home: Path, idle: float, servers: InferenceServers, slots: Slots) -> None:
    """Do jobs until there were none for `idle` seconds; beside the first slot, until it closes."""
    is_first = servers.slot == 0
    file, since, tidied = Home(home).database, time.monotonic(), not is_first
    expected = ExpectedFilms(home)
    before = 1 << 30 if is_first else KINDS["proxy"].priority  # copies for browsers are made one at a time
    with contextlib.closing(_connected(file)) as database:
        while file.exists() and not slots.is_closed:  # the library may be deleted as a whole
            try:
                if not tidied:
                    tidied = _tidy(home, database, servers, slots)
                if (job := _take(database, slots, before)) is not None:
                    _do(home, database, job, servers, slots)
                    since = time.monotonic()
            except (EmotionError, sqlite3.Error, OSError) as error:
                if isinstance(error, OutOfDescriptors) or descriptors.ran_out(error):
                    descriptors.log_shortage()
                elif isinstance(error, OSError):
                    raise
                else:
                    logging.getLogger(__name__).exception("The library could not be written; trying again.")
                time.sleep(BREATH)
                tidied = False  # the job under way is still marked as running
                continue
            if job is None and is_first:
                if slots.is_busy:
                    since = time.monotonic()
                elif time.monotonic() - since >= idle:
                    return
                servers.end_unused()
                is_beside_app = idle >= KEEP
                if not (slots.is_busy or servers.is_resting) and (
                    expected.is_newer() or (is_beside_app and servers.is_rested)
                ):
                    servers.start_ahead()
                time.sleep(min(_IDLE_LOOK, idle) if not slots.is_busy else BESIDE_LOOK)
            elif job is None:
                servers.end_unused()
                slots.wait(BESIDE_LOOK)


def _take(database: sqlite3.Connection, slots: Slots, before: int) -> Job | None:
    """The next job with a priority number below `before`, noted as under way; None without one that may begin."""
    with slots.guard:
        if (job := job_table.take_next(database, before)) is not None:
            slots.note(job)
        return job


def _connected(file: Path) -> sqlite3.Connection:
    """A connection to the library's database; waits while it is locked. Raises LibraryError."""
    while True:
        try:
            return schema.connect(file)
        except LibraryBusy as error:
            logging.getLogger(__name__).warning("%s", error)


def _pending(home: Path) -> bool:
    """Whether a library has work; a locked one counts as having some."""
    try:
        return job_table.has_pending(home)
    except LibraryBusy:
        return True


def _tidy(home: Path, database: sqlite3.Connection, servers: InferenceServers, slots: Slots) -> bool:
    """Take over from an earlier worker: wait for the process that still lives, end those of cancelled jobs."""
    with slots.guard:
        active = [job for job in job_table.active(database) if not slots.is_under_way(job)]
    for job in job_table.orphans(database):
        if (process := launcher.find(home, job)) is not None:
            end_family(process)
        job_table.clear_process(database, job)
    for job in active:
        if job.state == "running":
            process = launcher.find(home, job)
            if process is not None:
                job_table.set_process(database, job, process.pid, process.create_time())
                set_suspended(process, suspended=False)  # it may have been suspended when its worker was killed
                _watch(home, database, job, process, None, servers, slots)
            if process is not None or job.pid is not None:
                conclude(home, database, job, None)
            else:  # it was taken but not started: its events are of an earlier attempt
                _restart(database, job, job.attempts)
    return True


def _do(home: Path, database: sqlite3.Connection, job: Job, servers: InferenceServers, slots: Slots) -> None:
    """Do a job that was taken until it ends."""
    with slots.doing(job):
        _begin_and_watch(home, database, job, servers, slots)


def _begin_and_watch(
    home: Path, database: sqlite3.Connection, job: Job, servers: InferenceServers, slots: Slots
) -> None:
    server = servers.lend(job)
    try:
        with contextlib.ExitStack() as opened:
            channel = None if server is None else server.connect()
            if channel is not None:
                opened.enter_context(channel)
            number = None if channel is None else channel.fileno()
            child = launcher.begin(home, job, number, slot=servers.slot, spare=servers.spare)
    except EmotionError as error:
        servers.take_back(server, ended_well=False)
        if isinstance(error, OutOfDescriptors):
            job_table.requeue(database, job, job.attempts - 1)
            raise
        job_table.finish(database, job, "failed", str(error))
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(child.pid)
        job_table.set_process(database, job, child.pid, process.create_time())
        _watch(home, database, job, process, child, servers, slots)
    code = child.wait()
    if code == SERVER_ENDED and server is not None:  # the fate of the one is that of the other
        code = server.exit_code()
        launcher.append_to_log(home, job, server.output())
    try:
        conclude(home, database, job, code)
    finally:
        servers.take_back(server, ended_well=code == 0)


def _watch(
    home: Path,
    database: sqlite3.Connection,
    job: Job,
    process: psutil.Process,
    child: Child | None,
    servers: InferenceServers,
    slots: Slots,
) -> None:
    """Wait for a job's process; end it if the job is cancelled, suspend it while it gives way."""
    while True:
        servers.end_unused()
        try:
            if child is None:
                process.wait(_LOOK)
            else:
                wait_for(child, _LOOK)
            return
        except (TimeoutExpired, psutil.TimeoutExpired):
            if child is None and not is_alive(process):
                return
        if not job_table.still_wanted(database, job):
            end_family(process)
        elif job.preemptible and (urgent := _take(database, slots, job.priority)) is not None:
            set_suspended(process, suspended=True)
            try:
                _do(home, database, urgent, servers, slots)
            finally:
                set_suspended(process, suspended=False)


def set_suspended(process: psutil.Process, *, suspended: bool) -> None:
    """Suspend a process and all that it started, or resume them."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for member in (process, *process.children(recursive=True)):
            # One that another user's worker started is only waited for.
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                member.suspend() if suspended else member.resume()


def conclude(home: Path, database: sqlite3.Connection, job: Job, code: int | None) -> None:
    """Store how a job ended. `code` is the exit code of its process, None if an earlier worker started it."""
    _store_identity(home, database, job)
    events = job_events.last(home, job.id)
    if events and events[-1]["event"] == "done":
        job_table.finish(database, job, "done")
    elif message := error_message(events):
        job_table.finish(database, job, "failed", message)
    # An unknown code counts as ended from outside.
    elif code is None or ended_from_outside(code, launcher.log_tail(home, job)):
        _restart(database, job, 1 if _made_progress(home, job) else job.attempts)
    elif code == ExitCode.DISK_FULL:  # the disk had no room for the error event
        job_table.finish(database, job, "failed", str(disk_full(Home(home).database)))
    elif memory_limits.ended_for_memory(code, launcher.log_tail(home, job)):
        job_table.finish(
            database, job, "failed", str(memory_limits.film_needs_memory(launcher.name_of(job) or "the film"))
        )
    elif code == program_faults.EXIT_CODE:
        job_table.finish(database, job, "failed", str(launcher.fault(home, job)))
    else:
        job_table.finish(database, job, "failed", job.crash_message)


def _store_identity(home: Path, database: sqlite3.Connection, job: Job) -> None:
    """Store the identity of a film's file that a job hashed again, so that the next job need not."""
    files = [event.get("file") for event in job_events.every(home, job.id) if event["event"] == SAME_BYTES]
    file = FileIdentity.from_json(files[-1]) if files else None
    if file is not None:
        Film.update_identity(database, job.film_id, str(json.loads(job.request)["film"]), file)


def _restart(database: sqlite3.Connection, job: Job, attempts: int) -> None:
    """Put a job back into the queue after `attempts`; let it fail after ATTEMPTS."""
    if attempts < ATTEMPTS:
        job_table.requeue(database, job, attempts)
    else:
        job_table.finish(database, job, "failed", job.crash_message)


def _made_progress(home: Path, job: Job) -> bool:
    """Whether its process wrote a segment that was missing: then being killed is no sign of a bad film."""
    parts = [event.get("segments", 0) for event in job_events.every(home, job.id) if event["event"] == "progress"]
    return len(parts) > 1 and parts[-1] > parts[0]


if __name__ == "__main__":
    descriptors.raise_limit()
    library = Path(sys.argv[1]) if len(sys.argv) > 1 else default_home()
    group_mode.join_group(library)
    main(library, *map(float, sys.argv[2:3]), ahead=sys.argv[3:] == ["ahead"])
