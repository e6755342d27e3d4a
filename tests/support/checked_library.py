"""Checks and repairs of a library."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from emotion_core.library import Library
from emotion_core.maintenance import Issue, check, repair
from tests.support.repository import ROOT


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


def run_library_command(library: Library, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "emotion_core", "--home", str(library.home), "library", "check", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
