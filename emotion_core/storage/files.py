"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import LibraryError
from . import descriptors, os_errors

_ANYONES = 0o666

LOCK_WAIT = 30.0
"""Seconds that another process' lock on a database is waited for; then that is said."""


def write_whole(path: Path, content: bytes, *, mode: int = _ANYONES) -> None:
    """Put `content` at `path` in one step: a temporary name beside it, flushed to disk, then renamed.

    At no moment may more people read or change it than `mode` says, less what this process' umask takes away. Raises
    DiskFull or LibraryError; `path` is then as it was before.
    """
    beside = path.with_name(f".{path.name[:40]}.{os.getpid()}.part")  # a name takes 255 bytes
    try:
        make_folder(path.parent)
        if mode != _ANYONES:
            beside.unlink(missing_ok=True)  # a file that is there already keeps its own mode
        with open(beside, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):  # where the folder itself is the trouble, nothing lies there
            beside.unlink()
        raise from_os_error(error, path) from error


@contextlib.contextmanager
def locked(path: Path, waiting: Callable[[], object] = lambda: None) -> Iterator[None]:
    """While no other process holds the lock `path`; `waiting` is called if one does. Raises LibraryError."""
    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waiting()
            lock.acquire()
    except OSError as error:
        raise from_os_error(error, path) from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def if_free(path: Path) -> Iterator[bool]:
    """Hold the lock `path` if no other process does: True then, False where one does."""
    lock = FileLock(path)
    free = True
    if path.parent.is_dir():  # where there is no folder nobody holds a lock
        try:
            lock.acquire(timeout=0)
        except Timeout:
            free = False
        except OSError as error:
            descriptors.refuse(error)
            free = False
    try:
        yield free
    finally:
        lock.release()


def make_folder(folder: Path) -> None:
    """Make `folder` and those above it where they are not there, so that they survive a power cut. Raises OSError."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        flush_folder(folder.parent)


def remove_folder(folder: Path) -> None:
    """Delete a folder and all in it. Raises LibraryError where some of it stays."""
    if folder.exists():
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise LibraryError(
                f"{folder} could not be removed: {error.strerror}.", "Check the folder's permissions, and delete again."
            ) from error


def flush_folder(folder: Path) -> None:
    """Make renames inside `folder` survive a power cut, where the platform lets folders be flushed."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def from_os_error(error: OSError, path: Path, done: str = "written") -> LibraryError:
    """The error a person can act on, where `path` could not be `done`."""
    return os_errors.refused(error, path, done)


disk_full = os_errors.disk_full
