"""Standard streams for a command: always open, accepting every character, with a separate error class.

Otherwise the next opened file would take the descriptor of a closed standard output, a character that the terminal's
encoding lacks would end the command, and a full disk behind standard output would look like a full library disk.
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

_prepared: list[TextIO] = []
"""The standard output that `prepare` created, if any."""


def prepare() -> None:
    """Make the three standard streams usable; call before any file is opened."""
    for number, flags in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:  # takes the lowest free number; 1 is read-only, so that writing fails
            os.open(os.devnull, flags)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stdout is None or is_standard(sys.stdout, 1):
        sys.stdout = _text(_Output(1, "w", closefd=False), sys.stdout, "replace")
        _prepared[:] = [sys.stdout]
    if sys.stderr is None:
        sys.stderr = _text(_Error(2, "w", closefd=False), None, "backslashreplace")


def write_bytes(content: bytes) -> None:
    """Write bytes to the process' standard output, even while `sys.stdout` is redirected. Raises OutputFailed."""
    out = _prepared[0] if _prepared else sys.__stdout__
    try:
        sys.stdout.flush()
        if out is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        out.flush()
        out.buffer.write(content)
        out.flush()
    except OSError as error:
        raise output_error(error) from error


def open_sink() -> BinaryIO:
    """A temporary file for the messages of libraries; the null device if none can be created."""
    try:
        return tempfile.TemporaryFile()
    except OSError:
        return open(os.devnull, "rb+")  # noqa: PTH123


def error_stream(number: int, like: TextIO) -> TextIO:
    """A text stream to file descriptor `number`, in the encoding of `like`; writing never raises."""
    return _text(_Error(number, "w", closefd=False), like, "replace")


def is_standard(stream: TextIO, number: int) -> bool:
    """Whether `stream` writes to file descriptor `number`; not while a test captures it."""
    try:
        return stream.fileno() == number
    except (OSError, ValueError, AttributeError):
        return False


def flush() -> None:
    """Flush standard output. Raises OutputFailed."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise output_error(error) from error


def discard_output() -> None:
    """Discard what is still buffered for standard output, after its failure was reported."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)


def output_error(error: OSError, where: object = "standard output") -> OutputFailed:
    """The error for an output that failed; NobodyReads if its reader is gone."""
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
            raise output_error(error) from error


class _Error(io.FileIO):
    def write(self, content: ReadableBuffer, /) -> int:
        try:
            return super().write(content)
        except OSError:  # no stream is left for a message
            return memoryview(content).nbytes


def _text(raw: io.FileIO, like: TextIO | None, errors: str) -> TextIO:
    """A text stream over `raw`, in the encoding of `like`; line-buffered on a terminal."""
    if like is not None:
        like.flush()
    encoding = "utf-8" if like is None else like.encoding
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=encoding, errors=errors, line_buffering=raw.isatty())
