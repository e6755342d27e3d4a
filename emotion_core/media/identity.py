"""The identity of a film's file: what tells, without reading it again, that its bytes are still those that were hashed.

Size and times of an open file are taken before its bytes are hashed and compared after it. Later, a file whose size,
times and inode are the same holds the same bytes; of one whose are not, only its hash can tell.

The time of change (ctime) decides: on Linux and macOS the system sets it at every write, and no program can set it, so
that a file written over or replaced with the size and the time of the old one is told from it. It also changes with the
mode, the name and the number of links, which leads to hashing and to nothing else. Windows has the time of creation in
its place: there a file written over in place under its old size and time of modification is not told. Nowhere is a
write told that goes through memory mapped for writing before the file was hashed and that was never flushed since.
"""

from __future__ import annotations

import hashlib
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
from ..storage import descriptors, os_errors

TRIES = 3
"""How often a file is read again that changes meanwhile, until it is said to be still written."""
PAUSE = 0.2
"""Seconds between two of them."""
_CHUNK = 1024 * 1024
_SETTLED, _SETTLED_COARSE = 0.05, 2.0
"""Seconds after which a further write shows as another time; the second of file systems that count whole seconds."""
_HASHING = Lock()


@dataclass(frozen=True, slots=True)
class Identity:
    """Of one file, at one moment. The device is left out: its number is another one whenever it is mounted."""

    bytes: int
    """Its size."""
    modified_ns: int
    """When its bytes were last written, nanoseconds since 1970; programs may set it as they like."""
    changed_ns: int
    """When anything of the file was last changed, nanoseconds since 1970; the system sets it."""
    inode: int
    """Its number in its file system."""

    @classmethod
    def of(cls, facts: os.stat_result) -> Identity:
        return cls(facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)

    def to_json(self) -> dict[str, int]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> Identity | None:
        """What `to_json` made; None for anything else, and for what older versions did not know."""
        if not isinstance(data, Mapping):
            return None
        facts: list[Any] = [data.get(field.name) for field in fields(cls)]
        return cls(*facts) if all(type(fact) is int for fact in facts) else None


def at(path: Path) -> Identity | None:
    """Of the file at `path`, links followed; None where there is none that can be looked at."""
    try:
        return Identity.of(path.stat())
    except (OSError, ValueError):
        return None


def _nobody() -> None:
    pass


def hashed(path: Path, *, alive: Callable[[], object] = _nobody) -> tuple[str, Identity]:
    """SHA-256 of the file at `path`, hex, and its identity, both of one open file that stood still while it was read.

    `alive` is called again and again meanwhile, since a large film takes minutes.
    Raises NotAFilm where it cannot be read, FilmChanged where it changes again and again.
    """
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE)
        if (found := _hashed(path, alive)) is not None:
            return found
    raise being_written(path)


def _hashed(path: Path, alive: Callable[[], object]) -> tuple[str, Identity] | None:
    """As `hashed`, with one try; None where the file changed meanwhile."""
    check_is_file(path)
    digest, chunk = hashlib.sha256(), bytearray(_CHUNK)
    try:
        with path.open("rb", buffering=0) as file:
            before = Identity.of(os.fstat(file.fileno()))
            _settle(before)
            while size := file.readinto(chunk):
                digest.update(memoryview(chunk)[:size])
                if Identity.of(os.fstat(file.fileno())) != before:
                    return None
                alive()
            after = Identity.of(os.fstat(file.fileno()))
    except OSError as error:
        raise unreadable(path, error) from error
    return (digest.hexdigest(), before) if before == after == at(path) else None


def _settle(file: Identity) -> None:
    """Wait until another write to a file that changed a moment ago would be given another time."""
    coarse = file.changed_ns % 1_000_000_000 == 0
    left = (_SETTLED_COARSE if coarse else _SETTLED) - (time.time() - file.changed_ns / 1e9)
    if 0 < left <= _SETTLED_COARSE:  # more: its times are those of another clock
        time.sleep(left)


def digest_at(path: Path, file: Identity) -> str | None:
    """SHA-256, hex, of the file at `path` while its identity is `file`; None where it is not, or cannot be read.

    The last ones asked for are remembered.
    """
    with _HASHING:  # of several requests for the same film one reads it
        try:
            return _digest_at(path, file)
        except MediaError:
            return None


@lru_cache(maxsize=64)
def _digest_at(path: Path, file: Identity) -> str:
    digest, found = hashed(path)
    if found != file:
        raise changed(path)
    return digest


def confirmed(path: Path, content: str, known: Identity | None, *, alive: Callable[[], object] = _nobody) -> Identity:
    """The identity of the file at `path`, once it is sure that its SHA-256 is `content`; `alive` as in `hashed`.

    It is read only if its identity is not `known`, the one with which it was hashed. Raises FilmChanged where it holds
    other bytes, NotAFilm where it cannot be read.
    """
    now = at(path)
    if now is not None and now == known:
        return now
    if known is not None and now is not None and now.bytes != known.bytes:
        raise changed(path)
    try:
        digest, found = hashed(path, alive=alive)
    except NotAFilm as error:
        if now is not None and known is not None and now.inode != known.inode:  # put there since this process began
            raise changed(path) from error
        raise
    if digest != content:
        raise changed(path)
    return found


def still(path: Path, content: str, before: Identity, *, alive: Callable[[], object] = _nobody) -> Identity:
    """The identity of a file that is being read, of SHA-256 `content`, and was `before` when that began; `alive` as in
    `hashed`.

    Raises FilmChanged where it was written to or replaced by other bytes, MediaError where it can no longer be read.
    """
    now = at(path)
    if now == before:
        return before
    if now is None:
        must_be_readable(path)
    elif (now.inode, now.bytes, now.modified_ns) == (before.inode, before.bytes, before.modified_ns) or (
        now.inode != before.inode and now.bytes == before.bytes
    ):
        try:  # its mode or its name may be all that changed, or a copy of it took its place
            digest, now = hashed(path, alive=alive)
        except MediaError:
            digest = ""
        if digest == content:
            return now
    raise FilmChanged(
        f"{path.name} was changed or replaced while it was read.",
        "Wait until its export or copy is done, then open the film again.",
    )


def changed(path: Path) -> FilmChanged:
    """What is said of a file that holds other bytes than those that were added."""
    return FilmChanged(
        f"{path.name} has changed since it was added: its file holds another film now.",
        "Open the film again, and it is taken as the film that it is now.",
    )


def being_written(path: Path) -> FilmChanged:
    """What is said of a file that does not stand still."""
    return FilmChanged(
        f"{path.name} is still being written: it changed while it was read.",
        "Wait until its export or copy is done, then open it again.",
    )


def check_is_file(path: Path) -> None:
    """Raise NotAFilm for what is no file with an end: a pipe would be waited for, a device never ends."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        raise unreadable(path, error) from error
    if not stat.S_ISREG(mode):
        kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
        kind = kinds.get(stat.S_IFMT(mode), "a device")
        raise NotAFilm(f"{path} cannot be read: it is {kind}, not a file.", "Give the path of a film's own file.")


def reading_fails(path: Path) -> OSError | None:
    """Why the first or last byte of a file cannot be read: then what was read says nothing against the film."""
    try:
        with path.open("rb") as file:
            file.read(1)
            file.seek(max(0, path.stat().st_size - 1))
            file.read(1)
    except OSError as error:
        return error
    return None


def must_be_readable(path: Path) -> None:
    """Raise MediaError where a film's file can no longer be read: a disk that went away is no damage."""
    if (error := reading_fails(path)) is not None:
        descriptors.refuse(error)
        raise MediaError(
            f"{path.name} can no longer be read ({error.strerror}).",
            "Is its disk still there? Once it is, analyse the film again: it goes on from there.",
        ) from error


def unreadable(path: Path, error: OSError | ValueError) -> NotAFilm:
    """What is said of a file that the system does not open or read."""
    descriptors.refuse(error)
    why = error.strerror if isinstance(error, OSError) else error
    kind = FilmNotPermitted if isinstance(error, PermissionError) else NotAFilm
    return kind(f"{os_errors.short(path)} cannot be read: {why}.", "Check the path and its permissions.")
