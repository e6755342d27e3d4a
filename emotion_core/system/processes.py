"""Processes: the environment without a network, whether one lives, and ending it with all it started."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Sequence

import psutil

OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
"""A scan has no business on any network."""


_FROM_OUTSIDE = {
    -int(getattr(signal, name)) for name in ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)
}


def was_ended(code: int) -> bool:
    """Whether a process with this exit code was ended from outside: for want of memory, by a shutdown, by somebody."""
    return code in _FROM_OUTSIDE


def lives(process: psutil.Process) -> bool:
    """Whether it still does anything: one that ended stays in the process table until its parent has asked how.

    psutil would wait for that, and some containers' first process never asks.
    """
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end(process: psutil.Process) -> None:
    """End a process and what it started: told to first, made to after five seconds.

    One of another user is only waited for: the worker that began it ends it, once its job is taken back.
    """
    family = [process]
    with contextlib.suppress(psutil.NoSuchProcess):  # here and below: the first to go takes others with it
        family += process.children(recursive=True)
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            member.terminate()
            member.resume()  # one that was made to stand still would not hear of it
    if not _over(family):
        for stubborn in filter(lives, family):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                stubborn.kill()
        _over(family)


def _over(family: Sequence[psutil.Process]) -> bool:
    """Whether all have ended, after five seconds at most."""
    until = time.monotonic() + 5
    while any(map(lives, family)):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
