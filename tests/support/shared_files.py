"""Files that all workers of a run share, made by the first that needs them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


def build_once(folder: Path, build: Callable[[Path], object]) -> Path:
    """Fill `folder` with `build`, unless a worker has filled it to the end; the others wait for that."""
    complete = folder.with_name(folder.name + ".complete")
    with FileLock(folder.with_name(folder.name + ".lock")):
        if not complete.exists():
            shutil.rmtree(folder, ignore_errors=True)  # left by a worker that failed
            folder.mkdir()
            build(folder)
            complete.touch()
    return folder
