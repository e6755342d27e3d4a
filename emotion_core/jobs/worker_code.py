"""The code that a library's worker runs, and the end of a worker whose code is not that on the disk any more.

A worker that lived through an update starts jobs by the names of modules that may be gone. It writes down its code when
it takes its lock; workers of the time before that write nothing, and are known by their command.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from ..errors import LibraryError
from ..package_root import code_version
from ..storage import Home, write_whole

GRACE = 5.0
"""Seconds after which a worker that holds its lock has written down its code, if it does so at all."""
_PATIENCE = 5.0
"""Seconds for which a worker that is asked to end may still live."""
_MODULES = {"emotion_core.jobs.worker", "emotion_core.worker", "emotion_core.cluster.owner"}
"""What workers run, now and in earlier versions."""

_ended: set[tuple[Path, str]] = set()
"""Libraries, and codes of workers that this process ended: two programs that share a library end each other's worker
once at most.
"""
_unknown_since: dict[Path, float] = {}
"""Libraries whose worker has not written down its code, and the monotonic time at which that was noticed."""


@dataclass(frozen=True, slots=True)
class WorkerRecord:
    """What a worker writes down when it takes its lock."""

    code: str
    """As code_version."""
    pid: int
    started: float
    """Seconds since 1970, as the system has it."""


def record(home: Path) -> None:
    """Record the code version of this process, the worker. A full disk is ignored."""
    own = WorkerRecord(code_version(), os.getpid(), psutil.Process().create_time())
    with contextlib.suppress(LibraryError):
        write_whole(Home(home).worker_record, json.dumps(asdict(own)).encode())


def living(home: Path) -> WorkerRecord | None:
    """What the worker of a library wrote down, if it lives."""
    found = _read(home)
    return found if found is not None and _process(found, home) is not None else None


def end_outdated(home: Path) -> bool:
    """End the worker of a library if it runs other code than the disk holds; True once it has ended.

    The job under way goes on, and the next worker waits for its process as after a kill. Call it where the worker's
    lock is held.
    """
    record = _read(home)
    process = None if record is None else _process(record, home)
    if record is None or process is None:
        return _end_unrecorded(home)
    _unknown_since.pop(home, None)
    if record.code == code_version():
        return False
    code_version.cache_clear()  # the program may have been updated since
    return record.code != code_version() and _end(home, record.code, process)


def _end_unrecorded(home: Path) -> bool:
    """End a worker that has not recorded its code within GRACE."""
    if time.monotonic() - _unknown_since.setdefault(home, time.monotonic()) < GRACE:
        return False
    del _unknown_since[home]
    return any(_end(home, "", process) for process in psutil.process_iter() if _works_for(process, home))


def _end(home: Path, code: str, process: psutil.Process) -> bool:
    """End a worker, not the job's process that it waits for; False if it lives on or this code was ended before."""
    if (home, code) in _ended:
        return False
    _ended.add((home, code))
    log = logging.getLogger(__name__)
    try:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(_PATIENCE)
    except psutil.NoSuchProcess:
        pass
    except (psutil.AccessDenied, psutil.TimeoutExpired):  # of another user, whose programs end it
        log.warning("The worker %d runs other code than this program, and could not be ended.", process.pid)
        return False
    log.info("The worker %d, which ran other code than this program, was ended.", process.pid)
    return True


def _works_for(process: psutil.Process, home: Path) -> bool:
    """Whether a process is a worker of the library in `home`, by its command."""
    try:
        words = process.cmdline()
    except psutil.Error:
        return False
    return not _MODULES.isdisjoint(words) and str(home) in words


def _read(home: Path) -> WorkerRecord | None:
    try:
        return WorkerRecord(**json.loads(Home(home).worker_record.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _process(worker: WorkerRecord, home: Path) -> psutil.Process | None:
    """The process of a worker of the library in `home`, if it lives.

    After the clock was set the system reports another start of the same process; then its command decides.
    """
    try:
        process = psutil.Process(worker.pid)
        return process if process.create_time() == worker.started or _works_for(process, home) else None
    except psutil.Error:
        return None
