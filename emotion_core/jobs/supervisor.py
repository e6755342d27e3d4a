"""Start of the worker: by a process that requests work, waits for it, or runs the app."""

from __future__ import annotations

import logging
import os
import threading
import time
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import EmotionError, OutOfDescriptors
from ..library import job_table
from ..storage import Configuration, Home, descriptors, from_os_error
from ..system import Child, python_module, spawn
from . import worker_code
from .inference_servers import KEEP
from .spares import expected_films
from .worker import IDLE

EVERY = 1.5
"""Seconds between two looks of the app, and the longest time that a library lacks its worker."""

LOG_BYTES = 1_000_000
"""Size of the workers' log from which it is started again."""

COMMAND = python_module("emotion_core.jobs.worker")
"""Followed by the library's folder and the worker's idle seconds."""
OWNER = python_module("emotion_core.cluster.owner")
"""The same for a library whose films other machines read: its worker is the cluster's owner. Where the app starts it,
the app's process number follows: it lives for as long as the app.
"""
CLUSTER_DATABASE, CLUSTER_STORE = "EMOTION_CLUSTER_DATABASE", "EMOTION_CLUSTER_STORE"
"""Variables by which `serve --cluster` names the cluster to its processes; they go before config.toml."""

APP_IDLE = KEEP
"""Idle seconds of a worker beside the app: a user who adds one film may add another, and finds its model in memory."""
_idle = IDLE
"""Idle seconds of the workers that this process starts."""

_serves = False
"""Whether this process is the app."""

_HANDOVER = 1.0
"""Seconds in which the lock of a worker that was ended must come free."""

_started: list[Child] = []
"""Children of this process, polled so that finished ones are reaped."""

_BEGINNING = 5.0
"""Seconds within which a worker that was started ahead of its work does not end by itself: it waits longer for work."""
_ahead: dict[Path, tuple[Child, float]] = {}
"""The worker that this process started ahead of its work, by library, and the monotonic time of its start."""
_preparing = threading.Lock()
"""Held while one is started: pages and uploads ask for it at the same moment."""


def ensure_worker(home: Path) -> bool:
    """Start the worker of a library if there is work and none runs; True if one was started. Raises LibraryError.

    A worker of another code version, as after an update, is ended first and replaced. A worker has its own session and
    outlives this process. The call is cheap enough for once a second.
    """
    if not job_table.has_pending(home) and not (_serves and cluster_of(home)[0] is not None):
        return False
    with _preparing:
        return not _begins(home) and _start_worker(home) is not None


def prepare_worker(home: Path) -> None:
    """Have a library's worker get ready for a film that will be requested in a moment; start it if none runs.

    A worker that gets no work soon ends. Raises LibraryError.
    """
    with _preparing:
        child = None if _begins(home) else _start_worker(home, "ahead")
        if child is not None:
            _ahead[home] = child, time.monotonic()
        else:  # also where it began a moment ago: it may be done with a short film by now
            expected_films.note(home)


def cluster_of(home: Path) -> tuple[str | None, str | None]:
    """Database and exchange of a library's cluster; None each where it works alone. Raises SettingsError."""
    if os.environ.get(CLUSTER_DATABASE):
        return os.environ[CLUSTER_DATABASE], os.environ.get(CLUSTER_STORE)
    configured = Configuration.load(home).cluster
    return configured.database, configured.store


def _begins(home: Path) -> bool:
    """Whether a worker was started ahead a moment ago: it may not hold its lock yet."""
    child, started = _ahead.get(home, (None, 0.0))
    return child is not None and time.monotonic() - started < _BEGINNING and child.poll() is None


def _start_worker(home: Path, *words: str) -> Child | None:
    """Start the worker of a library unless one of this code runs; the one that was started.

    `words` follow its idle seconds in its command.
    """
    _started[:] = [process for process in _started if process.poll() is None]
    is_clustered = cluster_of(home)[0] is not None
    lock, log = FileLock(Home(home).worker_lock), Home(home).worker_log
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if not worker_code.end_outdated(home):
                return None
            lock.acquire(timeout=_HANDOVER)
        lock.release()
        keep = log.exists() and log.stat().st_size < LOG_BYTES
        with log.open("ab" if keep else "wb") as file:
            command = OWNER if is_clustered else COMMAND
            words = (str(os.getpid()),) if is_clustered and _serves else () if is_clustered else words
            child = spawn(
                [*command, str(home), str(_idle), *words], home=home, stdout=file, stderr=file, secrets=is_clustered
            )
    except Timeout:  # another process was faster
        return None
    except OSError as error:
        raise from_os_error(error, log) from error
    _started.append(child)
    return child


async def watch_worker(home: Path) -> None:
    """Start a worker whenever there is work and none lives, for as long as the app runs."""
    global _idle, _serves
    import asyncio  # a terminal needs it not

    _idle, _serves = APP_IDLE, True
    reported = ""
    while True:
        try:
            await asyncio.to_thread(ensure_worker, home)
            reported = ""
        except OutOfDescriptors:
            descriptors.log_shortage()
        except EmotionError as error:
            if str(error) != reported:  # once, not every other second
                logging.getLogger(__name__).warning("No worker could be started: %s", error)
            reported = str(error)
        await asyncio.sleep(EVERY)
