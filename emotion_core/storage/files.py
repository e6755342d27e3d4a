"""Atomic writes, locks between processes, and folders that survive a power cut."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import LibraryError
from . import descriptors
from .os_errors import from_os_error

_DEFAULT_MODE = 0o666

LOCK_WAIT = 30.0
"""Seconds to wait for another process' lock on a database before reporting that it is busy."""


def write_whole(path: Path, content: bytes, *, mode: int = _DEFAULT_MODE) -> None:
    """Write `content` to `path` atomically: to a temporary file beside it, flushed to disk, then renamed.

    The file has the permissions `mode` less the umask from its creation on. Raises DiskFull or LibraryError; `path` is
    then unchanged.
    """
    temporary = _temporary(path)
    try:
        make_folder(path.parent)
        if mode != _DEFAULT_MODE:
            temporary.unlink(missing_ok=True)  # opening an existing file would keep its mode
        with open(temporary, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):  # the folder itself may be missing
            temporary.unlink()
        raise from_os_error(error, path) from error


def _temporary(path: Path) -> Path:
    """The file that becomes `path`: one of this thread alone, since two windows may write the same file at once."""
    writer = f"{os.getpid()}-{threading.get_native_id()}"
    return path.with_name(f".{path.name[:40]}.{writer}.part")  # file names are limited to 255 bytes


@contextlib.contextmanager
def locked(path: Path, on_wait: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Hold the lock file `path` inside the block. If another process holds it, call `on_wait` and wait.

    Raises LibraryError.
    """
    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            on_wait()
            lock.acquire()
    except OSError as error:
        raise from_os_error(error, path) from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def try_lock(path: Path) -> Iterator[bool]:
    """Hold the lock file `path` inside the block if no other process does; yields whether it is held."""
    lock = FileLock(path, thread_local=False)  # another thread may end the block
    free = True
    if path.parent.is_dir():  # without a folder no process can hold the lock
        try:
            lock.acquire(timeout=0)
        except Timeout:
            free = False
        except OSError as error:
            descriptors.raise_if_ran_out(error)
            free = False
    try:
        yield free
    finally:
        lock.release()


def make_folder(folder: Path) -> None:
    """Create `folder` and its missing parents, and flush each so that it survives a power cut. Raises OSError."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        flush_folder(folder.parent)


def remove_folder(folder: Path) -> None:
    """Delete a folder with its content, if it exists. Raises LibraryError if a part of it remains."""
    if folder.exists():
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise LibraryError(
                f"{folder} could not be removed: {error.strerror}.", "Check the folder's permissions, and delete again."
            ) from error


def flush_folder(folder: Path) -> None:
    """Flush the names inside `folder` to disk, so that renames survive a power cut. Does nothing on Windows."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
