"""Checks and repairs of a library."""

from __future__ import annotations

import atexit
import os
import time
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess

from emotion_core.library import Library
from emotion_core.maintenance import Issue, check, repair
from tests.support.prepared import Prepared

_LOADED = """
from emotion_core.analysis import memory_cache
from emotion_core.cli import library, main
from emotion_core.expression.selection import trial_store
from emotion_core.library import copies, editing
from emotion_core.maintenance import check, check_hashes, check_lost, check_numbers, repair
from emotion_core.observations import Observations
"""


def make_old(path: Path, seconds: float = 2 * 24 * 3600) -> None:
    """Date a file or folder and all in it `seconds` back."""
    then = time.time() - seconds
    for each in (*path.rglob("*"), path):
        os.utime(each, (then, then))


def kinds(library: Library, *, hashes: bool = False) -> list[str]:
    return [finding.kind for finding in check.find(library, hashes=hashes)]


def repair_and_check(library: Library) -> list[Issue]:
    """Issues that remain after a repair of all that were found."""
    repair.repair(library, check.find(library))
    return check.find(library)


def run_library_command(library: Library, *words: str) -> CompletedProcess[str]:
    completed = _commands().run(["--home", str(library.home), "library", "check", *words])
    return CompletedProcess(completed.args, completed.returncode, completed.stdout.decode(), completed.stderr.decode())


@cache
def _commands() -> Prepared:
    """Runs `python -m emotion_core`, in a process of its own each time."""
    prepared = Prepared(_LOADED, "main.main()")
    atexit.register(prepared.__exit__)
    return prepared
