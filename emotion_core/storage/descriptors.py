"""File descriptors: the limit of a process, and the error when the system can open no further file."""

from __future__ import annotations

import contextlib
import errno
import logging
import math
import os
import time
from collections.abc import Iterator

from ..errors import OutOfDescriptors

MOST = 65_536
"""Highest limit that is set. A program that leaks descriptors fails before the machine runs out of them."""
_LEAST = 10_240
"""Limit that macOS grants although it reports the hard limit as infinite."""
LOG_INTERVAL = 60.0
"""Minimum seconds between two log lines about a shortage."""
_last_logged = -math.inf
_SHORT = {errno.EMFILE, errno.ENFILE}


def raise_limit() -> None:
    """Raise the limit of this process and its children to what the system allows, at most MOST. Never lowers it."""
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
    """Whether `error` means that no further file can be opened, in this process or on this machine.

    SQLite does not report why it cannot open a file; in that case opening one is tried.
    """
    if isinstance(error, OSError):
        return error.errno in _SHORT
    import sqlite3

    return (
        isinstance(error, sqlite3.Error)
        and getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CANTOPEN
        and _none_left()
    )


def raise_if_ran_out(error: BaseException) -> None:
    """Raise OutOfDescriptors if that is the cause of `error`: the file is then neither damaged nor missing."""
    if ran_out(error):
        raise out_of_descriptors() from error


@contextlib.contextmanager
def translate_errors() -> Iterator[None]:
    """Context manager and decorator: raise OutOfDescriptors in place of an OSError with that cause."""
    try:
        yield
    except OSError as error:
        raise_if_ran_out(error)
        raise


def out_of_descriptors() -> OutOfDescriptors:
    """The error for the user when no further file can be opened."""
    return OutOfDescriptors(
        f"The program has as many files and connections open as it may ({_limit()}).",
        "Close windows of the app that nobody needs and try again, or start it with a higher limit (ulimit -n 4096). "
        "Nothing is lost.",
    )


def log_shortage() -> None:
    """Log that no further file can be opened, at most once in LOG_INTERVAL seconds."""
    global _last_logged  # noqa: PLW0603 -- one interval for the whole process
    now = time.monotonic()
    if now - _last_logged >= LOG_INTERVAL:
        _last_logged = now
        logging.getLogger(__name__).warning("%s", out_of_descriptors())


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
