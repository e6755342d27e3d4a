"""Files that a process has open: how many it may have, and what is said where there are none left to open."""

from __future__ import annotations

import contextlib
import errno
import logging
import math
import os
import sqlite3
import time
from collections.abc import Iterator

from ..errors import OutOfDescriptors

MOST = 65_536
"""The limit is raised to no more than this: a program that leaks is to end before the machine does."""
_LEAST = 10_240
"""What macOS grants where it calls the hard limit endless."""
SAYS_EVERY = 60.0
"""Seconds between two lines about it in the log."""
_said = -math.inf
_SHORT = {errno.EMFILE, errno.ENFILE}


def raise_limit() -> None:
    """Let this process and those it starts open as many files as the system allows, MOST at most. Never lowers it."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (MOST, _LEAST):
        aim = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        if soft == resource.RLIM_INFINITY or soft >= aim:
            return
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (aim, hard))
            return


def ran_out(error: BaseException) -> bool:
    """Whether an error says that no further file can be opened, in this process or on this machine.

    SQLite does not say why it cannot open a file; there it is tried out.
    """
    if isinstance(error, OSError):
        return error.errno in _SHORT
    return (
        isinstance(error, sqlite3.Error)
        and getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CANTOPEN
        and _none_left()
    )


def refuse(error: BaseException) -> None:
    """Raise OutOfDescriptors if that is what `error` says, lest a file be taken for damaged or missing."""
    if ran_out(error):
        raise refused() from error


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Let a block, or as a decorator a function, raise OutOfDescriptors where the system's own error says so."""
    try:
        yield
    except OSError as error:
        refuse(error)
        raise


def refused() -> OutOfDescriptors:
    """What is said where no further file can be opened."""
    return OutOfDescriptors(
        f"The program has as many files and connections open as it may ({_limit()}).",
        "Close windows of the app that nobody needs and try again, or start it with a higher limit (ulimit -n 4096). "
        "Nothing is lost.",
    )


def say() -> None:
    """Log it, unless that was done within SAYS_EVERY seconds."""
    global _said  # noqa: PLW0603 -- of this process, whoever meets the shortage
    now = time.monotonic()
    if now - _said >= SAYS_EVERY:
        _said = now
        logging.getLogger(__name__).warning("%s", refused())


def _none_left() -> bool:
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return error.errno in _SHORT
    return False


def _limit() -> str:
    try:
        import resource
    except ImportError:
        return "the system's limit"
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return "the system's limit" if soft == resource.RLIM_INFINITY else f"{soft:,}"
