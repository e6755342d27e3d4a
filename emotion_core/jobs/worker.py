"""The worker: a process that does a library's jobs, one at a time: `python -m emotion_core.jobs.worker [HOME]`.

There is one a library, which holds `worker.lock`; another that is started leaves at once. It may be killed at any
moment: the next one waits for the process that the job is done by, if that lives still, and else begins it again. It
ends by itself when there has been nothing to do for a while. Work that gives way (a proxy) stands still while other
work is done.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from ..console.exit_codes import ExitCode
from ..errors import EmotionError, LibraryBusy, OutOfDescriptors
from ..library import database as schema, job_table
from ..library.job_table import ATTEMPTS, Job
from ..library.records import Film
from ..media.identity import Identity
from ..storage import descriptors, group_mode
from ..storage.files import disk_full
from ..storage.paths import home as default_home
from ..system import memory_limits, program_faults
from ..system.processes import end, lives, was_ended
from . import child as job_side, events as job_events, launcher

LOCK = "worker.lock"
IDLE = 10.0
"""Seconds without work after which a worker ends; starting one costs less than to keep it for ever."""
_LOOK = 0.2
"""Seconds between two looks for a job, or at whether the one that runs is still wanted."""
_HANDOVER = 1.0
"""Seconds in which the lock must come free: whoever only looks whether a worker lives holds it for a moment."""
_BREATH = 5.0
"""Seconds before another try where the library could not be written."""


def main(home: Path, idle: float = IDLE) -> None:
    """Work until there is nothing to do for `idle` seconds. Raises LibraryError where the lock cannot be had."""
    lock = FileLock(home / LOCK)
    while (home / "library.sqlite").exists():
        try:
            lock.acquire(timeout=_HANDOVER)
        except Timeout:
            return
        try:
            _work(home, idle)
        finally:
            lock.release()
        # Who asked for work a moment ago saw the lock held and started nobody; who asks from now on sees it free.
        if not _pending(home):
            return


def _work(home: Path, idle: float) -> None:
    file, since, tidied = home / "library.sqlite", time.monotonic(), False
    with contextlib.closing(_connected(file)) as database:
        while file.exists():  # the library may be deleted as a whole
            try:
                if not tidied:
                    tidied = _tidy(home, database)
                if (job := job_table.take(database)) is not None:
                    _do(home, database, job)
                    since = time.monotonic()
            except (EmotionError, sqlite3.Error, OSError) as error:
                if isinstance(error, OutOfDescriptors) or descriptors.ran_out(error):
                    descriptors.say()
                elif isinstance(error, OSError):
                    raise
                else:
                    logging.getLogger(__name__).exception("The library could not be written; trying again.")
                time.sleep(_BREATH)
                tidied = False  # what was under way is still called so
                continue
            if job is None:
                if time.monotonic() - since >= idle:
                    return
                time.sleep(min(_LOOK, idle))


def _connected(file: Path) -> sqlite3.Connection:
    """A connection to the library, once nobody keeps it locked. Raises LibraryError."""
    while True:
        try:
            return schema.connect(file)
        except LibraryBusy as error:
            logging.getLogger(__name__).warning("%s", error)


def _pending(home: Path) -> bool:
    """Whether a library has work, as far as can be seen: one that is locked may have some."""
    try:
        return job_table.pending(home)
    except LibraryBusy:
        return True


def _tidy(home: Path, database: sqlite3.Connection) -> bool:
    """Take up what an earlier worker left: wait for the process that still lives, end those that nobody wants."""
    for job in job_table.strays(database):
        if (process := launcher.find(home, job)) is not None:
            end(process)
        job_table.ended(database, job)
    for job in job_table.active(database):
        if job.state == "running":
            process = launcher.find(home, job)
            if process is not None:
                job_table.begun(database, job, process.pid, process.create_time())
                _stand(process, still=False)  # it may have stood still when its worker was killed
                _watch(home, database, job, process, None)
            if process is not None or job.pid is not None:
                _conclude(home, database, job, None)
            else:  # taken, and no more: what its events tell is from an earlier time
                _once_more(database, job, job.attempts)
    return True


def _do(home: Path, database: sqlite3.Connection, job: Job) -> None:
    """Do a job that was taken, to its end."""
    try:
        child = launcher.begin(home, job)
    except OutOfDescriptors:
        job_table.again(database, job, job.attempts - 1)
        raise
    except EmotionError as error:
        job_table.settle(database, job, "failed", str(error))
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(child.pid)
        job_table.begun(database, job, child.pid, process.create_time())
        _watch(home, database, job, process, child)
    _conclude(home, database, job, child.wait())


def _watch(
    home: Path, database: sqlite3.Connection, job: Job, process: psutil.Process, child: subprocess.Popen[bytes] | None
) -> None:
    """Wait for a job's process; end it if the job is taken back, let it stand still while it gives way."""
    while True:
        try:
            (child or process).wait(_LOOK)
            return
        except (subprocess.TimeoutExpired, psutil.TimeoutExpired):
            if child is None and not lives(process):
                return
        if not job_table.still_wanted(database, job):
            end(process)
        elif job.gives_way and (urgent := job_table.take(database, job.priority)) is not None:
            _stand(process, still=True)
            try:
                _do(home, database, urgent)
            finally:
                _stand(process, still=False)


def _stand(process: psutil.Process, *, still: bool) -> None:
    """Stop a process and what it started where they are, or let them go on."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in (process, *process.children(recursive=True)):
            # One that another user's worker began, which was killed, is waited for as it is.
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                one.suspend() if still else one.resume()


def _conclude(home: Path, database: sqlite3.Connection, job: Job, code: int | None) -> None:
    """Write down how a job ended; `code` is its process' exit code, None where only another worker could know it."""
    _note_the_file(home, database, job)
    events = job_events.last(home, job.id)
    if events and events[-1]["event"] == "done":
        job_table.settle(database, job, "done")
    elif told := job_events.error(events):
        job_table.settle(database, job, "failed", told)
    elif code is None or was_ended(code):  # with the worker nobody knows how
        _once_more(database, job, 1 if _got_on(home, job) else job.attempts)
    elif code == ExitCode.DISK_FULL:  # there was no room to say so
        job_table.settle(database, job, "failed", str(disk_full(home / schema.FILE)))
    elif memory_limits.ended(code, launcher.said(home, job)):
        job_table.settle(database, job, "failed", str(memory_limits.of_film(launcher.name_of(job) or "the film")))
    elif code == program_faults.EXIT_CODE:
        job_table.settle(database, job, "failed", str(launcher.fault(home, job)))
    else:
        job_table.settle(database, job, "failed", job.ended)


def _note_the_file(home: Path, database: sqlite3.Connection, job: Job) -> None:
    """Write down the identity of a film's file that a job hashed again, so that the next one need not."""
    found = [event.get("file") for event in job_events.every(home, job.id) if event["event"] == job_side.SAME_BYTES]
    file = Identity.from_json(found[-1]) if found else None
    if file is not None:
        Film.seen_again(database, job.film_id, str(json.loads(job.request)["film"]), file)


def _once_more(database: sqlite3.Connection, job: Job, begun: int) -> None:
    """Begin a job again that was begun so often, unless that is enough."""
    if begun < ATTEMPTS:
        job_table.again(database, job, begun)
    else:
        job_table.settle(database, job, "failed", job.ended)


def _got_on(home: Path, job: Job) -> bool:
    """Whether its process wrote down a part that was not there before: then being killed is no sign of a bad film."""
    parts = [event.get("segments", 0) for event in job_events.every(home, job.id) if event["event"] == "progress"]
    return len(parts) > 1 and parts[-1] > parts[0]


if __name__ == "__main__":
    descriptors.raise_limit()
    library = Path(sys.argv[1]) if len(sys.argv) > 1 else default_home()
    group_mode.join(library)
    main(library, *map(float, sys.argv[2:3]))
