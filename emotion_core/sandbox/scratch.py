"""The temporary folder of a confined process."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import psutil


def empty_temporary_folder() -> None:
    """Empty this process' temporary folder.

    The folder itself lies in one that a confined process may not change; the next process removes it.
    """
    folder = Path(tempfile.gettempdir())
    if folder.name.startswith(_TEMPORARY):
        shutil.rmtree(folder, ignore_errors=True)


_TEMPORARY = "emotion-work-"


def use_temporary_folder() -> list[Path]:
    """Create this process' temporary folder and use it; a list of it, empty where the disk has no room.

    Folders of processes that were killed are removed. confine_worker calls it. Call it earlier if a package imported
    before that creates temporary files.
    """
    if (current := Path(tempfile.gettempdir())).name.startswith(f"{_TEMPORARY}{os.getpid()}-"):
        return [current]
    try:
        folder = Path(tempfile.mkdtemp(prefix=f"{_TEMPORARY}{os.getpid()}-"))
    except OSError:
        return []
    for other in folder.parent.glob(f"{_TEMPORARY}*"):
        owner = other.name.removeprefix(_TEMPORARY).partition("-")[0]
        if owner.isdecimal() and not _is_alive(int(owner)):
            shutil.rmtree(other, ignore_errors=True)
    tempfile.tempdir = str(folder)
    for name in ("TMPDIR", "TMP", "TEMP", "TORCHINDUCTOR_CACHE_DIR"):
        os.environ[name] = str(folder)
    return [folder]


def _is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
