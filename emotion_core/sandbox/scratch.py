"""The temporary folder of a confined process."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import psutil


def leave() -> None:
    """Empty this process' temporary folder; the folder itself, in one it may not change, is left to the next one."""
    folder = Path(tempfile.gettempdir())
    if folder.name.startswith(_TEMPORARY):
        shutil.rmtree(folder, ignore_errors=True)


_TEMPORARY = "emotion-work-"


def temporary_folder() -> list[Path]:
    """This process' own folder, or none where there is no room for it. Those of processes that were killed are removed.

    Called by itself, before `work`, where something imported before it leaves things there that it removes at the end.
    """
    if (made := Path(tempfile.gettempdir())).name.startswith(f"{_TEMPORARY}{os.getpid()}-"):
        return [made]
    try:
        folder = Path(tempfile.mkdtemp(prefix=f"{_TEMPORARY}{os.getpid()}-"))
    except OSError:
        return []
    for other in folder.parent.glob(f"{_TEMPORARY}*"):
        owner = other.name.removeprefix(_TEMPORARY).partition("-")[0]
        if owner.isdecimal() and not _lives(int(owner)):
            shutil.rmtree(other, ignore_errors=True)
    tempfile.tempdir = str(folder)
    for name in ("TMPDIR", "TMP", "TEMP", "TORCHINDUCTOR_CACHE_DIR"):
        os.environ[name] = str(folder)
    return [folder]


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
