"""A command line as people meet it: one line of our own for every error, and no other library's on standard error."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn, TextIO

import typer

from ..errors import EmotionError, NobodyReads
from ..plain_text import in_one_line
from ..storage import descriptors, os_errors
from ..system import memory_limits, program_faults
from . import exit_codes, interrupt, standard_streams, usage
from .exit_codes import ExitCode

STOPPED, NOBODY_READS = ExitCode.STOPPED, ExitCode.NOBODY_READS

_TAIL = 20_000
"""Bytes of what libraries said that are kept of a command that failed."""

_shown: list[TextIO] = []
"""The standard error as people see it, while that of libraries goes elsewhere."""


def stream() -> TextIO:
    """Where errors and progress are shown."""
    return _shown[-1] if _shown else sys.stderr


def say_error(message: str) -> None:
    """Show an error, in one line."""
    print(f"Error: {in_one_line(message)}", file=stream(), flush=True)


def run(app: typer.Typer) -> NoReturn:
    """Run a command of `app` and end the process with one of exit_codes; an error is one line on standard error."""
    standard_streams.ready()
    with _libraries_aside() as said:
        message, code = _ended(app, said)
        if message:
            say_error(message)
    if code in (ExitCode.OUTPUT, ExitCode.NOBODY_READS):
        standard_streams.forget()
    interrupt.over(code)
    sys.exit(code)


def _ended(app: typer.Typer, said: BinaryIO) -> tuple[str, int]:
    """How a command ends: what is to be said of it, if anything, and its exit code."""
    try:
        with interrupt.heard():
            done = app(standalone_mode=False)
            standard_streams.flush()
    except typer.TyperException as error:
        return usage.told(error), error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return "Stopped.", ExitCode.STOPPED
    except (NobodyReads, BrokenPipeError):
        return "", ExitCode.NOBODY_READS
    except EmotionError as error:
        return str(error), exit_codes.of(error)
    except Exception as error:
        told = _unforeseen(error, said)
        return str(told), exit_codes.of(told)
    if done == ExitCode.STOPPED:  # so Typer tells of Ctrl-C
        return "Stopped.", ExitCode.STOPPED
    return "", done if isinstance(done, int) else ExitCode.DONE


def _unforeseen(error: Exception, said: BinaryIO) -> EmotionError:
    """What an exception that nobody raised on purpose comes to: a refusal of the system, or a fault of the program."""
    if descriptors.ran_out(error):
        return descriptors.refused()
    if memory_limits.caused(error):
        return memory_limits.refused()
    if isinstance(error, OSError):
        if (file := _given(error)) is not None:
            return os_errors.unusable(error, file)
        if error.errno in os_errors.NOT_PERMITTED | os_errors.NO_SPACE | os_errors.LIMITS and error.filename:
            return os_errors.refused(error, Path(os.fsdecode(error.filename)), "used")
    said.seek(max(0, said.seek(0, os.SEEK_END) - _TAIL))
    told = said.read().decode("utf-8", "replace").strip()
    given = [Path(value) for value in _values() if _is_file(Path(value))]
    hidden = [name for file in given for name in (str(file.absolute()), str(file), file.name)]
    text = program_faults.described(error) + (f"\nSaid on standard error:\n{told}" if told else "")
    return program_faults.fault("The command", program_faults.keep(text, *hidden), error)


def _is_file(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.is_file()
    return False


def _given(error: OSError) -> Path | None:
    """The file that an error is about, if it is one of those that the command's words name, or lies in one of them."""
    if not isinstance(error.filename, (str, os.PathLike)) or not error.strerror:
        return None
    file = Path(error.filename).absolute()
    named = any(file.is_relative_to(Path(value).absolute()) for value in _values())
    return Path(error.filename) if named else None


def _values() -> list[str]:
    """The command's words but for the names of options."""
    words = (word.partition("=")[2] if word.startswith("-") else word for word in sys.argv[1:])
    return [word for word in words if word]


@contextlib.contextmanager
def _libraries_aside() -> Iterator[BinaryIO]:
    """Keep what libraries write to standard error, C++ code too, in a file that is given; ours stays visible."""
    with standard_streams.aside() as aside:
        standard = os.dup(2)
        own = sys.stderr
        if standard_streams.is_standard(own, 2):
            own = standard_streams.error_stream(standard, own)
        sys.stderr.flush()
        interrupt.told_on(standard)
        os.dup2(aside.fileno(), 2)
        _shown.append(own)
        ours = logging.StreamHandler(own)  # what this package logs is for people, too
        logging.getLogger("emotion_core").addHandler(ours)
        try:
            yield aside
        finally:
            logging.getLogger("emotion_core").removeHandler(ours)
            _shown.pop()
            sys.stderr.flush()
            own.flush()
            os.dup2(standard, 2)
            interrupt.told_on(2)
            os.close(standard)
