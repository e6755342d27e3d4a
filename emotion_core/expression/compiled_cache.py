"""Cache on disk of what loading and compiling found of a checkpoint, by its key, so that the next start is quick."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from ..storage import Home, from_os_error, home, write_whole

_CHECKPOINTS = 6
"""Number of checkpoints, those used last, with cached networks: those of a large one take a gigabyte."""

_DIGEST = hashlib.sha256().digest_size
_PART = 1 << 20


def read(key: str, name: str, made_with: str) -> bytes | None:
    """The content cached under `name`; None if there is none, it is damaged, or it was compiled with other versions."""
    path = _path(key, name, made_with)
    try:
        content = path.read_bytes()
        os.utime(path.parent)  # the time of its last use
    except OSError:
        return None
    return content[:-_DIGEST] if _fits(content) else None


def stored_file(key: str, name: str, made_with: str) -> Path | None:
    """The file of the content cached under `name`, for libraries that read a large one in place; None as in `read`.

    The digest is behind the content.
    """
    path = _path(key, name, made_with)
    try:
        with path.open("rb") as file:
            left, digest = path.stat().st_size - _DIGEST, hashlib.sha256()
            while left > 0 and (part := file.read(min(left, _PART))):
                digest.update(part)
                left -= len(part)
            is_intact = left == 0 and file.read() == digest.digest()
        os.utime(path.parent)
    except OSError:
        return None
    return path if is_intact else None


def whole(file: Path) -> bool:
    """Whether a file of the cache is as it was written, or is gone."""
    try:
        content = file.read_bytes()
    except OSError:
        return not file.exists()
    return _fits(content) or _fits(content[_DIGEST:] + content[:_DIGEST])  # earlier versions wrote the digest first


def _fits(content: bytes) -> bool:
    return hashlib.sha256(memoryview(content)[:-_DIGEST]).digest() == content[-_DIGEST:]


def write(key: str, name: str, made_with: str, content: bytes) -> None:
    """Cache `content`. Remove what other versions compiled of these weights under `name`, and all of the checkpoints
    that were used longest ago. Raises DiskFull.
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
    write_whole(path, content + hashlib.sha256(content).digest())


def remove(key: str) -> None:
    """Remove all of a checkpoint."""
    shutil.rmtree(folder() / key, ignore_errors=True)


def folder() -> Path:
    """Folder of the cache; may be deleted while no analysis runs."""
    return Home(home()).networks


def _path(key: str, name: str, made_with: str) -> Path:
    return folder() / key / f"{name}.{hashlib.sha256(made_with.encode()).hexdigest()[:16]}"
