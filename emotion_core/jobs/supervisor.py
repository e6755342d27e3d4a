"""Who starts the worker: whoever asks for work, waits for it, or runs the app."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import EmotionError, OutOfDescriptors
from ..library import job_table
from ..package_root import ROOT
from ..storage import descriptors
from ..storage.files import from_os_error
from .worker import LOCK

EVERY = 1.5
"""Seconds between two looks of the app: so long at most a library is without its worker."""

LOG_BYTES = 1_000_000
"""Of what workers had to say; with more the file is begun anew."""

COMMAND = [sys.executable, "-m", "emotion_core.jobs.worker"]
"""Followed by the library's folder."""

_started: list[subprocess.Popen[bytes]] = []
"""By this process: asked now and then whether they are over, lest they stay in the process table."""


def wake(home: Path) -> bool:
    """Start the worker of a library if there is work and none lives; True if one was started. Raises LibraryError.

    It has a session of its own and outlives this process. Cheap enough to be called once a second.
    """
    _started[:] = [process for process in _started if process.poll() is None]
    if not job_table.pending(home):
        return False
    lock, log = FileLock(home / LOCK), home / "jobs" / "worker.log"
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        lock.release()
        keep = log.exists() and log.stat().st_size < LOG_BYTES
        with log.open("ab" if keep else "wb") as file:
            _started.append(
                subprocess.Popen(
                    [*COMMAND, str(home)],
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=file,
                    start_new_session=True,
                    cwd=ROOT,
                    env={**os.environ, "EMOTION_HOME": str(home)},
                )
            )
    except OSError as error:
        raise from_os_error(error, log) from error
    return True


async def watch_worker(home: Path) -> None:
    """For as long as the app runs: a worker that was killed, or that another process' work waits for, is started."""
    told = ""
    while True:
        try:
            await asyncio.to_thread(wake, home)
            told = ""
        except OutOfDescriptors:
            descriptors.say()
        except EmotionError as error:
            if str(error) != told:  # once, not every other second
                logging.getLogger(__name__).warning("No worker could be started: %s", error)
            told = str(error)
        await asyncio.sleep(EVERY)
