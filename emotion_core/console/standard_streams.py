"""Standard output and error as a command needs them: there, taking every character, and saying when they fail.

Without this a closed standard output lends its number to the next file that is opened, a character that the terminal's
encoding lacks ends the command, and a full disk behind standard output cannot be told from one behind the library.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import tempfile
from typing import TYPE_CHECKING, BinaryIO, TextIO

from ..errors import NobodyReads, OutputFailed

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_ready: list[TextIO] = []
"""The standard output that `ready` made, if it made one."""


def ready() -> None:
    """Make the three standard streams usable, before any file is opened."""
    for number, flags in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:  # the lowest free number is taken; what is written to 1 fails, as it should
            os.open(os.devnull, flags)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stdout is None or is_standard(sys.stdout, 1):
        sys.stdout = _text(_Output(1, "w", closefd=False), sys.stdout, "replace")
        _ready[:] = [sys.stdout]
    if sys.stderr is None:
        sys.stderr = _text(_Error(2, "w", closefd=False), None, "backslashreplace")


def write_out(content: bytes) -> None:
    """Write bytes to standard output, also while what is printed is redirected. Raises OutputFailed."""
    out = _ready[0] if _ready else sys.__stdout__
    try:
        sys.stdout.flush()
        if out is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        out.flush()
        out.buffer.write(content)
        out.flush()
    except OSError as error:
        raise failed(error) from error


def aside() -> BinaryIO:
    """A file for what libraries say, without a name; where no folder takes one, nowhere."""
    try:
        return tempfile.TemporaryFile()
    except OSError:
        return open(os.devnull, "rb+")  # noqa: PTH123


def error_stream(number: int, like: TextIO) -> TextIO:
    """A text stream to the file descriptor of a standard error, which never fails; encoded as `like`."""
    return _text(_Error(number, "w", closefd=False), like, "replace")


def is_standard(stream: TextIO, number: int) -> bool:
    """Whether what is written to `stream` reaches the process' own standard stream: not where a test captures it."""
    try:
        return stream.fileno() == number
    except (OSError, ValueError, AttributeError):
        return False


def flush() -> None:
    """Write what was printed and is yet to be written. Raises OutputFailed."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise failed(error) from error


def forget() -> None:
    """What is yet to be written goes nowhere: it was told that it cannot be."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def failed(error: OSError, where: object = "standard output") -> OutputFailed:
    """What is said of an output that is no file; NobodyReads where its reader has left."""
    if error.errno == errno.EPIPE:
        return NobodyReads("Nobody reads what is printed.")
    why = "it is closed" if error.errno == errno.EBADF else str(error.strerror)
    return OutputFailed(
        f"What is printed could not be written to {where}: {why}.",
        "What was analysed or saved before that is kept; only this output is missing.",
    )


class _Output(io.FileIO):
    def write(self, content: ReadableBuffer, /) -> int:
        try:
            return super().write(content)
        except OSError as error:
            raise failed(error) from error


class _Error(io.FileIO):
    def write(self, content: ReadableBuffer, /) -> int:
        try:
            return super().write(content)
        except OSError:  # nowhere is left to say so
            return memoryview(content).nbytes


def _text(raw: io.FileIO, like: TextIO | None, errors: str) -> TextIO:
    """A text stream over `raw`, in the encoding of `like`, by lines on a terminal."""
    if like is not None:
        like.flush()
    encoding = "utf-8" if like is None else like.encoding
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=encoding, errors=errors, line_buffering=raw.isatty())
