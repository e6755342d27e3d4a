"""What engines made of a checkpoint, kept on disk by a checkpoint's key, so that the next start is quick."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from ...storage.files import from_os_error, write_whole
from ...storage.paths import home

_CHECKPOINTS = 6
"""Of so many, those used last, networks are kept: of a large one they take a gigabyte."""

_DIGEST = hashlib.sha256().digest_size


def read(key: str, name: str, made_with: str) -> bytes | None:
    """What was kept under `name`, or None if there is nothing, or it is damaged, or was made with something else."""
    path = _path(key, name, made_with)
    try:
        content = path.read_bytes()
        os.utime(path.parent)  # it was used
    except OSError:
        return None
    return content[_DIGEST:] if _fits(content) else None


def whole(file: Path) -> bool:
    """Whether a file of the cache is as it was written; also where it is no longer there."""
    try:
        return _fits(file.read_bytes())
    except OSError:
        return not file.exists()


def _fits(content: bytes) -> bool:
    return hashlib.sha256(content[_DIGEST:]).digest() == content[:_DIGEST]


def write(key: str, name: str, made_with: str, content: bytes) -> None:
    """Keep `content`; what was made of these weights under `name` with other versions goes, and all that was made of
    the checkpoints that were used longest ago. Raises DiskFull.
    """
    path = _path(key, name, made_with)
    try:
        for older in path.parent.glob(f"{name}.*"):
            if older != path:
                older.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        others = [other for other in folder().iterdir() if other != path.parent]
        for unused in sorted(others, key=lambda other: -other.stat().st_mtime)[_CHECKPOINTS - 1 :]:
            shutil.rmtree(unused, ignore_errors=True)
    except OSError as error:
        raise from_os_error(error, path) from error
    write_whole(path, hashlib.sha256(content).digest() + content)


def folder() -> Path:
    """Where all of it lies; may be deleted whenever no analysis runs."""
    return home() / "networks"


def _path(key: str, name: str, made_with: str) -> Path:
    return folder() / key / f"{name}.{hashlib.sha256(made_with.encode()).hexdigest()[:16]}"
