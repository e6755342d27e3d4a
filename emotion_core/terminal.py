"""A command line as people meet it: one line of our own for every error, and no other library's on standard error."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn, TextIO

import typer

from . import descriptors, faults, usage
from .errors import EmotionError

STOPPED, NOBODY_READS = 130, 141
"""Exit codes after Ctrl-C, and where what is printed goes nowhere, as shells have them."""

_TAIL = 20_000
"""Bytes of what libraries said that are kept of a command that failed."""

_shown: list[TextIO] = []
"""The standard error as people see it, while that of libraries goes elsewhere."""


def stream() -> TextIO:
    """Where errors and progress are shown."""
    return _shown[-1] if _shown else sys.stderr


def say_error(message: str) -> None:
    """Show an error, in one line."""
    print(f"Error: {' '.join(message.split())}", file=stream(), flush=True)


def run(app: typer.Typer) -> NoReturn:
    """Run a command of `app` and end the process: an error is one line on standard error.

    The exit code is 1 after an error, 2 where the words make no command, 0 or the command's own else.
    """
    message = ""
    with _libraries_aside() as said:
        try:
            done = app(standalone_mode=False)
            code = done if isinstance(done, int) else 0
        except typer.TyperException as error:
            message, code = usage.told(error), error.exit_code
        except typer.Abort:
            message, code = "Stopped.", STOPPED
        except EmotionError as error:
            message, code = str(error), 1
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            code = NOBODY_READS
        except Exception as error:
            message, code = _unforeseen(error, said), 1
        if message:
            say_error(message)
    sys.exit(code)


def _unforeseen(error: Exception, said: BinaryIO) -> str:
    """What is said of an exception that nobody raised on purpose: a file given that is not there, or a fault."""
    if descriptors.ran_out(error):
        return str(descriptors.refused())
    if isinstance(error, OSError) and (file := _given(error)) is not None:
        return f"{file} cannot be used: {error.strerror}. Check the path and its permissions."
    said.seek(max(0, said.seek(0, os.SEEK_END) - _TAIL))
    told = said.read().decode("utf-8", "replace").strip()
    given = [Path(value) for value in _values() if Path(value).is_file()]
    hidden = [name for file in given for name in (str(file.absolute()), str(file), file.name)]
    text = faults.described(error) + (f"\nSaid on standard error:\n{told}" if told else "")
    return str(faults.fault("The command", faults.keep(text, *hidden), error))


def _given(error: OSError) -> str | None:
    """The file that an error is about, if it is one of those that the command's words name, or lies in one of them."""
    if not isinstance(error.filename, (str, os.PathLike)) or not error.strerror:
        return None
    file = Path(error.filename).absolute()
    named = any(file.is_relative_to(Path(value).absolute()) for value in _values())
    return str(error.filename) if named else None


def _values() -> list[str]:
    """The command's words but for the names of options."""
    words = (word.partition("=")[2] if word.startswith("-") else word for word in sys.argv[1:])
    return [word for word in words if word]


@contextlib.contextmanager
def _libraries_aside() -> Iterator[BinaryIO]:
    """Keep what libraries write to standard error, C++ code too, in a file that is given; ours stays visible."""
    with tempfile.TemporaryFile() as aside:
        standard = os.dup(2)
        own = sys.stderr
        if _is_standard_error(own):
            own = os.fdopen(standard, "w", encoding=own.encoding, errors="replace", closefd=False)
        sys.stderr.flush()
        os.dup2(aside.fileno(), 2)
        _shown.append(own)
        ours = logging.StreamHandler(own)  # what this package logs is for people, too
        logging.getLogger(__package__).addHandler(ours)
        try:
            yield aside
        finally:
            logging.getLogger(__package__).removeHandler(ours)
            _shown.pop()
            sys.stderr.flush()
            own.flush()
            os.dup2(standard, 2)
            os.close(standard)


def _is_standard_error(stream: TextIO) -> bool:
    """Whether what is written to `stream` reaches the process' own standard error: not where a test captures it."""
    try:
        return stream.fileno() == 2
    except (OSError, ValueError):
        return False
