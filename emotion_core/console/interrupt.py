"""The end of a command, by Ctrl-C or by itself.

During imports an interrupt would print a traceback, or a library would take it for a failed import. This module imports
nothing of the package, so that it can be loaded first.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

STOPPED = 130
"""Exit code of shells after SIGINT."""

_message_descriptor = [2]
"""File descriptor of the visible standard error."""


def write_message_to(number: int) -> None:
    """Write the message to this file descriptor from now on."""
    _message_descriptor[0] = number


def exit_on_interrupt() -> None:
    """Make Ctrl-C end the process at once, with one line, except within `interrupt_raises`.

    If SIGINT is ignored, as for background processes of a shell, it remains so.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)


@contextlib.contextmanager
def interrupt_raises() -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt within the block, as it does without `exit_on_interrupt`."""
    if signal.getsignal(signal.SIGINT) is not _stop:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, _stop)


def exit_with(code: int) -> None:
    """Make Ctrl-C end the process at once with exit `code`, that of the finished command."""
    if signal.getsignal(signal.SIGINT) is _stop:
        signal.signal(signal.SIGINT, lambda *_: os._exit(code))


def end_at_once(ended: SystemExit) -> NoReturn:
    """End the process as `ended` would, without taking its modules apart, which takes a tenth of a second."""
    if ended.code is not None and not isinstance(ended.code, int):
        raise ended
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(ended.code or 0)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    with contextlib.suppress(OSError):
        os.write(_message_descriptor[0], b"Error: Stopped.\n")
    os._exit(STOPPED)
