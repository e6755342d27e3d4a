"""Faults of the program itself: their log and the error that users see.

A fault is any exception that was not raised on purpose. Its log stays on this machine. The error names
the log's file and asks the user to send it.
"""

from __future__ import annotations

import contextlib
import platform
import re
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from ..errors import LibraryError, ProgramFault
from ..package_root import ROOT, code_version
from ..storage import Home, home
from . import memory_limits
from .processes import ended_from_outside

_PACKAGES = (
    "av", "numpy", "opencv-python-headless", "openvino", "torch", "intel-extension-for-pytorch", "transformers",
    "pandas", "streamlit", "typer",
)  # fmt: skip
_LOG_BYTES = 1_000_000
"""Size of the log of faults from which on the next fault overwrites it."""

EXIT_CODE = 1
"""Exit code of a Python process that an exception ended. A process that was killed or crashed has another one."""


def is_fault_exit(code: int, stderr: str) -> bool:
    """Whether a process with this exit code and standard error ended by a fault of the program.

    Lack of memory and Ctrl-C are no faults. Both may end a process before it can report them, see
    memory_limits.ended_for_memory and processes.ended_from_outside.
    """
    return not (code != EXIT_CODE or memory_limits.ended_for_memory(code, stderr) or ended_from_outside(code, stderr))


def fault_report(error: BaseException, *hidden: str) -> str:
    """Time, versions and traceback of a fault, as text.

    `hidden` are names and paths of the user's, replaced by FILM. Folders of the machine are replaced by short names.
    """
    return _redact("\n".join([_heading(), "".join(traceback.format_exception(error)).rstrip()]), hidden)


def append_to_log(text: str, *hidden: str) -> Path | None:
    """Append `text`, a process' report of a fault, to the library's log; return the log, None if it cannot be written.

    `hidden` as in `fault_report`.
    """
    with contextlib.suppress(OSError, LibraryError):
        log = Home(home()).fault_log
        log.parent.mkdir(parents=True, exist_ok=True)
        more = log.exists() and log.stat().st_size < _LOG_BYTES
        with log.open("a" if more else "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(_log_entry(text, hidden))
        return log
    return None


def complete_log(log: Path, *hidden: str) -> Path | None:
    """Rewrite the log of a process that could not report its fault itself as `append_to_log` writes it.

    Return the log, None if it cannot be read or written.
    """
    with contextlib.suppress(OSError):
        log.write_text(_log_entry(log.read_text("utf-8", "replace"), hidden), "utf-8", "backslashreplace")
        return log
    return None


def _log_entry(text: str, hidden: Iterable[str]) -> str:
    """`text`, with the versions in front if it has none: a process that fails at an import leaves only a traceback."""
    head = "" if "Versions: " in text else f"{_heading()}\n"
    return head + _redact(text, hidden).rstrip() + "\n\n"


def fault_error(what: str, log: Path | None, error: BaseException | None = None) -> ProgramFault:
    """The error for a fault that ended `what`, a film's name or a noun; `log` is the file that describes the fault."""
    kind = "" if error is None else f" ({type(error).__name__})"
    problem = f"{what} could not be finished: the program itself failed{kind}, by a fault of its own."
    if log is None:
        return ProgramFault(problem, "Nothing could be written down of it: is there room on the library's disk?")
    return ProgramFault(
        problem,
        f"Please send us the file {log}: it says where the program failed and with which versions of its packages. It "
        "holds no picture or sound of the film, and leaves this machine only if you send it.",
    )


def _heading() -> str:
    from importlib.metadata import PackageNotFoundError, version  # a tenth of a process' start, which few need

    packages = []
    for package in _PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            packages.append(f"{package} {version(package)}")
    return (
        f"Fault of {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n"
        f"Versions: program {code_version()}, Python {platform.python_version()}, {platform.system()} "
        f"{platform.machine()}, {', '.join(packages)}"
    )


def _library_folder() -> str:
    """The library's folder; empty if there is none."""
    try:
        return str(home())
    except LibraryError:
        return ""


def _redact(text: str, hidden: Iterable[str]) -> str:
    """`text` with the whole words `hidden` replaced by FILM and the machine's folders by short names, longest first."""
    folders = {_library_folder(): "LIBRARY", sys.prefix: "PYTHON", str(ROOT): "PROGRAM", str(Path.home()): "~"}
    replaced = {path: name for path, name in folders.items() if len(path) > 1}
    replaced |= {word: "FILM" for word in hidden if re.search(r"\w", word)}
    for word in sorted(replaced, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", replaced[word], text)
    return text
