"""Faults of the program itself: what is written down of one, and what people are told.

A fault is any exception that nobody raised on purpose. What is written down stays on this machine; people are told
which file it is and that they may send it.
"""

from __future__ import annotations

import contextlib
import hashlib
import platform
import re
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..errors import LibraryError, ProgramFault
from ..package_root import PACKAGE, ROOT
from ..storage.paths import home
from . import memory_limits

_PACKAGES = (
    "av", "numpy", "opencv-python-headless", "openvino", "torch", "intel-extension-for-pytorch", "transformers",
    "pandas", "streamlit", "typer",
)  # fmt: skip
_LOG_BYTES = 1_000_000
"""Of the log of faults; with more it is begun anew."""

EXIT_CODE = 1
"""Of a Python process that an exception ended; one that was killed or crashed has another."""


def ended_so(code: int, said: str) -> bool:
    """Whether a process with this exit code and standard error was ended by a fault of the program: by any exception
    but the want of memory (memory_limits.ended), which may come before a process can say so in its own words.
    """
    return code == EXIT_CODE and not memory_limits.ended(code, said)


def described(error: BaseException, *hidden: str) -> str:
    """Time, versions and traceback of a fault, as text.

    `hidden` are names and paths of the user's, which the text replaces by FILM; folders of the machine are shortened.
    """
    return _without("\n".join([_heading(), "".join(traceback.format_exception(error)).rstrip()]), hidden)


def keep(text: str, *hidden: str) -> Path | None:
    """Append what a process left of its fault to the library's log; returns the log, None if it cannot be written.

    `hidden` as in `described`.
    """
    with contextlib.suppress(OSError, LibraryError):
        log = home() / "jobs" / "faults.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        more = log.exists() and log.stat().st_size < _LOG_BYTES
        with log.open("a" if more else "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(_whole(text, hidden))
        return log
    return None


def complete(log: Path, *hidden: str) -> Path | None:
    """Make of the log of a process that could not tell its fault itself what `keep` makes; None if it cannot be read or
    written.
    """
    with contextlib.suppress(OSError):
        log.write_text(_whole(log.read_text("utf-8", "replace"), hidden), "utf-8", "backslashreplace")
        return log
    return None


def _whole(text: str, hidden: Iterable[str]) -> str:
    """What a process left, with the versions if it has none: what could not even be imported tells its traceback."""
    head = "" if "Versions: " in text else f"{_heading()}\n"
    return head + _without(text, hidden).rstrip() + "\n\n"


def fault(what: str, log: Path | None, error: BaseException | None = None) -> ProgramFault:
    """What people are told of a fault that ended `what`, a film's name or a noun, and that `log` tells of."""
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
    known = []
    for package in _PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            known.append(f"{package} {version(package)}")
    return (
        f"Fault of {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n"
        f"Versions: program {_program()}, Python {platform.python_version()}, {platform.system()} "
        f"{platform.machine()}, {', '.join(known)}"
    )


def _program() -> str:
    """Which version of the program this is: the first digits of the SHA-256 of its modules."""
    digest = hashlib.sha256()
    with contextlib.suppress(OSError):
        for file in sorted(PACKAGE.rglob("*.py")):
            digest.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _library() -> str:
    """The library's folder; empty where there can be none."""
    try:
        return str(home())
    except LibraryError:
        return ""


def _without(text: str, hidden: Iterable[str]) -> str:
    """`text` with these whole words as FILM and without the machine's folders, the longest replaced first."""
    folders = {_library(): "LIBRARY", sys.prefix: "PYTHON", str(ROOT): "PROGRAM", str(Path.home()): "~"}
    replaced = {path: name for path, name in folders.items() if len(path) > 1}
    replaced |= {word: "FILM" for word in hidden if re.search(r"\w", word)}
    for word in sorted(replaced, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", replaced[word], text)
    return text
