"""Run a command: each error is shown as one line, and libraries do not write to the visible standard error."""

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
from ..formatting import in_one_line
from ..storage import descriptors, os_errors
from ..system import memory_limits
from . import exit_codes, interrupt, standard_streams
from .exit_codes import ExitCode

STOPPED, NOBODY_READS = ExitCode.STOPPED, ExitCode.NOBODY_READS

_TAIL = 20_000
"""Bytes of the libraries' messages, from the end, that a report of a program fault includes."""

_visible: list[TextIO] = []
"""The visible standard error, while file descriptor 2 is redirected."""


def error_output() -> TextIO:
    """The stream for errors and progress."""
    return _visible[-1] if _visible else sys.stderr


def print_error(message: str) -> None:
    """Print an error as one line."""
    print(f"Error: {in_one_line(message)}", file=error_output(), flush=True)


def run(app: typer.Typer) -> NoReturn:
    """Run a command of `app` and exit with one of exit_codes; an error is one line on standard error."""
    standard_streams.prepare()
    with _redirect_libraries() as messages:
        message, code = _run_command(app, messages)
        if message:
            print_error(message)
    if code in (ExitCode.OUTPUT, ExitCode.NOBODY_READS):
        standard_streams.discard_output()
    interrupt.exit_with(code)
    sys.exit(code)


def _run_command(app: typer.Typer, messages: BinaryIO) -> tuple[str, int]:
    """Run the command; returns the error message, empty for none, and the exit code."""
    try:
        with interrupt.interrupt_raises():
            result = app(standalone_mode=False)
            standard_streams.flush()
    except typer.TyperException as error:
        from . import usage

        return usage.usage_message(error), error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return "Stopped.", ExitCode.STOPPED
    except (NobodyReads, BrokenPipeError):
        return "", ExitCode.NOBODY_READS
    except EmotionError as error:
        return str(error), exit_codes.exit_code_for(error)
    except Exception as error:
        reported = _unexpected_error(error, messages)
        return str(reported), exit_codes.exit_code_for(reported)
    if result == ExitCode.STOPPED:  # Typer's result after Ctrl-C
        return "Stopped.", ExitCode.STOPPED
    return "", result if isinstance(result, int) else ExitCode.DONE


def _unexpected_error(error: Exception, messages: BinaryIO) -> EmotionError:
    """The error for an exception of another class: a refusal of the system, or a fault of the program."""
    if descriptors.ran_out(error):
        return descriptors.out_of_descriptors()
    if memory_limits.is_memory_error(error):
        return memory_limits.out_of_memory_error()
    if isinstance(error, OSError):
        if (file := _argument_file(error)) is not None:
            return os_errors.unusable_path(error, file)
        if error.errno in os_errors.NOT_PERMITTED | os_errors.NO_SPACE | os_errors.LIMITS and error.filename:
            return os_errors.from_os_error(error, Path(os.fsdecode(error.filename)), "used")
    from ..system import program_faults

    messages.seek(max(0, messages.seek(0, os.SEEK_END) - _TAIL))
    tail = messages.read().decode("utf-8", "replace").strip()
    arguments = [Path(value) for value in _argument_values() if _is_file(Path(value))]
    hidden = [name for file in arguments for name in (str(file.absolute()), str(file), file.name)]
    text = program_faults.fault_report(error) + (f"\nSaid on standard error:\n{tail}" if tail else "")
    return program_faults.fault_error("The command", program_faults.append_to_log(text, *hidden), error)


def _is_file(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.is_file()
    return False


def _argument_file(error: OSError) -> Path | None:
    """The file that an error names, if it is an argument of the command, or lies in one."""
    if not isinstance(error.filename, (str, os.PathLike)) or not error.strerror:
        return None
    file = Path(error.filename).absolute()
    is_argument = any(file.is_relative_to(Path(value).absolute()) for value in _argument_values())
    return Path(error.filename) if is_argument else None


def _argument_values() -> list[str]:
    """The command's arguments, and the values of its options."""
    words = (word.partition("=")[2] if word.startswith("-") else word for word in sys.argv[1:])
    return [word for word in words if word]


@contextlib.contextmanager
def _redirect_libraries() -> Iterator[BinaryIO]:
    """Redirect what libraries write to standard error, C++ code included, to the yielded file; ours stays visible."""
    with standard_streams.open_sink() as sink:
        standard = os.dup(2)
        own = sys.stderr
        if standard_streams.is_standard(own, 2):
            own = standard_streams.error_stream(standard, own)
        sys.stderr.flush()
        interrupt.write_message_to(standard)
        os.dup2(sink.fileno(), 2)
        _visible.append(own)
        ours = logging.StreamHandler(own)  # log messages of this package stay visible
        logging.getLogger("emotion_core").addHandler(ours)
        try:
            yield sink
        finally:
            logging.getLogger("emotion_core").removeHandler(ours)
            _visible.pop()
            sys.stderr.flush()
            own.flush()
            os.dup2(standard, 2)
            interrupt.write_message_to(2)
            os.close(standard)
