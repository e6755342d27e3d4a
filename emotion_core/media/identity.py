"""Identity of a film's file: evidence, without reading it again, that its bytes are still those that were hashed.

Size and times of an open file are taken before its bytes are hashed and compared afterwards. Later, a file of the same
size, times and inode holds the same bytes; if any of them differs, only its hash can tell.

The change time (ctime) decides. On Linux and macOS the system sets it at every write and no program can set it, so a
file that was overwritten or replaced with equal size and modification time is detected. The change time also changes
with the mode, the name and the number of links; that costs a hash and nothing else.

Two changes go undetected. Windows has the creation time in place of the change time: there a file overwritten in place
with equal size and modification time passes. Everywhere, a write through memory that was mapped before the hash and has
not been flushed since passes.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from ..errors import FilmChanged, FilmNotPermitted, MediaError, NotAFilm
from ..storage import descriptors, os_errors, stream_hash

TRIES = 3
"""Attempts at hashing a file that changes meanwhile; after the last it counts as still being written."""
PAUSE = 0.2
"""Seconds between two attempts."""
_SETTLED, _SETTLED_COARSE = 0.05, 2.0
"""Seconds after which a further write has another time; the second for file systems that count whole seconds."""
_HASHING = Lock()


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """Size, times and inode of a file at one moment; without the device, whose number changes with each mount."""

    bytes: int
    """Size of the file."""
    modified_ns: int
    """Modification time, nanoseconds since 1970; any program may set it."""
    changed_ns: int
    """Change time, nanoseconds since 1970; only the system sets it."""
    inode: int
    """Number of the file in its file system."""

    @classmethod
    def of(cls, facts: os.stat_result) -> FileIdentity:
        return cls(facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)

    def to_json(self) -> dict[str, int]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> FileIdentity | None:
        """The inverse of `to_json`; None for anything else, such as the null of older versions."""
        if not isinstance(data, Mapping):
            return None
        facts: list[Any] = [data.get(field.name) for field in fields(cls)]
        return cls(*facts) if all(type(fact) is int for fact in facts) else None


def identity_at(path: Path) -> FileIdentity | None:
    """Identity of the file at `path`, links followed; None if there is none or it cannot be examined."""
    try:
        return FileIdentity.of(path.stat())
    except (OSError, ValueError):
        return None


def _no_heartbeat() -> None:
    pass


def hash_film(path: Path, *, heartbeat: Callable[[], object] = _no_heartbeat) -> tuple[str, FileIdentity]:
    """SHA-256, hex, and identity of the file at `path`, both of one open file that did not change meanwhile.

    `heartbeat` is called with every chunk, since a large film takes minutes. Raises NotAFilm if the file cannot be
    read, FilmChanged if it changes in each of TRIES attempts.
    """
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE)
        if (result := _try_hash(path, heartbeat)) is not None:
            return result
    raise still_written_error(path)


def _try_hash(path: Path, heartbeat: Callable[[], object]) -> tuple[str, FileIdentity] | None:
    """`hash_film` in a single attempt; None if the file changed meanwhile."""
    check_is_file(path)
    try:
        with path.open("rb", buffering=0) as file:
            before = FileIdentity.of(os.fstat(file.fileno()))
            _settle(before)

            def check_unchanged() -> None:
                if FileIdentity.of(os.fstat(file.fileno())) != before:
                    raise _ChangedWhileRead
                heartbeat()

            digest = stream_hash(file, check_unchanged)
            after = FileIdentity.of(os.fstat(file.fileno()))
    except _ChangedWhileRead:
        return None
    except OSError as error:
        raise unreadable_error(path, error) from error
    return (digest, before) if before == after == identity_at(path) else None


class _ChangedWhileRead(Exception):
    """The identity of an open file is no longer the one it had when reading began."""


def _settle(file: FileIdentity) -> None:
    """Wait, after a recent change of the file, until a further write would have another time."""
    coarse = file.changed_ns % 1_000_000_000 == 0
    remaining = (_SETTLED_COARSE if coarse else _SETTLED) - (time.time() - file.changed_ns / 1e9)
    if 0 < remaining <= _SETTLED_COARSE:  # a longer time comes from another machine's clock
        time.sleep(remaining)


def content_id_at(path: Path, file: FileIdentity) -> str | None:
    """SHA-256, hex, of the file at `path` if its identity is `file`; None if it is not, or the file cannot be read.

    The last results are cached.
    """
    with _HASHING:  # so that only one of several requests for a film reads it
        try:
            return _digest_at(path, file)
        except MediaError:
            return None


@lru_cache(maxsize=64)
def _digest_at(path: Path, file: FileIdentity) -> str:
    digest, current = hash_film(path)
    if current != file:
        raise changed_error(path)
    return digest


def confirm_content(
    path: Path, content: str, cached: FileIdentity | None, *, heartbeat: Callable[[], object] = _no_heartbeat
) -> FileIdentity:
    """The identity of the file at `path` after a check that its SHA-256 is `content`; `heartbeat` as in `hash_film`.

    The file is read only if its identity is not `cached`, the one that it had when it was hashed. Raises FilmChanged
    for other bytes, NotAFilm if the file cannot be read.
    """
    now = identity_at(path)
    if now is not None and now == cached:
        return now
    if cached is not None and now is not None and now.bytes != cached.bytes:
        raise changed_error(path)
    try:
        digest, current = hash_film(path, heartbeat=heartbeat)
    except NotAFilm as error:
        if now is not None and cached is not None and now.inode != cached.inode:  # another file took its place
            raise changed_error(path) from error
        raise
    if digest != content:
        raise changed_error(path)
    return current


def confirm_unchanged(
    path: Path, content: str, before: FileIdentity, *, heartbeat: Callable[[], object] = _no_heartbeat
) -> FileIdentity:
    """The identity of a file that is being read, after a check that its SHA-256 is still `content`.

    `before` is its identity when the reading began; `heartbeat` as in `hash_film`. Raises FilmChanged if it was written
    to or replaced by other bytes, MediaError if it can no longer be read.
    """
    now = identity_at(path)
    if now == before:
        return before
    if now is None:
        check_readable(path)
    elif (now.inode, now.bytes, now.modified_ns) == (before.inode, before.bytes, before.modified_ns) or (
        now.inode != before.inode and now.bytes == before.bytes
    ):
        try:  # perhaps only the mode or the name changed, or a copy took its place
            digest, now = hash_film(path, heartbeat=heartbeat)
        except MediaError:
            digest = ""
        if digest == content:
            return now
    raise FilmChanged(
        f"{path.name} was changed or replaced while it was read.",
        "Wait until its export or copy is done, then open the film again.",
    )


def changed_error(path: Path) -> FilmChanged:
    """The error for a file that holds other bytes than the film that was added."""
    return FilmChanged(
        f"{path.name} has changed since it was added: its file holds another film now.",
        "Open the film again, and it is taken as the film that it is now.",
    )


def still_written_error(path: Path) -> FilmChanged:
    """The error for a file that changes while it is read."""
    return FilmChanged(
        f"{path.name} is still being written: it changed while it was read.",
        "Wait until its export or copy is done, then open it again.",
    )


def check_is_file(path: Path) -> None:
    """Raise NotAFilm unless `path` is a regular file: reading a pipe would block, and a device never ends."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        raise unreadable_error(path, error) from error
    if not stat.S_ISREG(mode):
        kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
        kind = kinds.get(stat.S_IFMT(mode), "a device")
        raise NotAFilm(f"{path} cannot be read: it is {kind}, not a file.", "Give the path of a film's own file.")


def read_error(path: Path) -> OSError | None:
    """The error of reading the first or the last byte, which is no fault of the film; None if both can be read."""
    try:
        with path.open("rb") as file:
            file.read(1)
            file.seek(max(0, path.stat().st_size - 1))
            file.read(1)
    except OSError as error:
        return error
    return None


def check_readable(path: Path) -> None:
    """Raise MediaError if a film's file can no longer be read: a disconnected disk is not damage of the film."""
    if (error := read_error(path)) is not None:
        descriptors.raise_if_ran_out(error)
        raise MediaError(
            f"{path.name} can no longer be read ({error.strerror}).",
            "Is its disk still there? Once it is, analyse the film again: it goes on from there.",
        ) from error


def unreadable_error(path: Path, error: OSError | ValueError) -> NotAFilm:
    """The error for a file that the system does not open or read."""
    descriptors.raise_if_ran_out(error)
    why = error.strerror if isinstance(error, OSError) else error
    kind = FilmNotPermitted if isinstance(error, PermissionError) else NotAFilm
    return kind(f"{os_errors.short_path(path)} cannot be read: {why}.", "Check the path and its permissions.")
