"""Ctrl-C on the command line, from its first moment to its last.

While modules are imported an interrupt would end in a traceback, or be taken by a library for an import that failed.
This module imports nothing of the package, so that it can come first.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from types import FrameType

STOPPED = 130
"""Exit code, as shells have it."""

_told_on = [2]
"""The file descriptor of what people see as standard error."""


def told_on(number: int) -> None:
    """Standard error as people see it has this file descriptor from now on."""
    _told_on[0] = number


def at_once() -> None:
    """From now on Ctrl-C ends this process at once, with one line, outside `heard`.

    Nothing changes where Ctrl-C is ignored, as in what a shell starts in the background.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)


@contextlib.contextmanager
def heard() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt meanwhile, as it does where `at_once` was not called."""
    if signal.getsignal(signal.SIGINT) is not _stop:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, _stop)


def over(code: int) -> None:
    """The command is done: Ctrl-C only hastens the end of this process, with the exit code that it has anyway."""
    if signal.getsignal(signal.SIGINT) is _stop:
        signal.signal(signal.SIGINT, lambda *_: os._exit(code))


def _stop(_signal: int, _frame: FrameType | None) -> None:
    with contextlib.suppress(OSError):
        os.write(_told_on[0], b"Error: Stopped.\n")
    os._exit(STOPPED)
