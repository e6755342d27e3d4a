"""Copies of the library's database: one before each migration and one a day of use, the newest three kept.

    copies/0007-2026-11-28.sqlite    a number that ascends, and the day

A database that knows no film, or that SQLite calls damaged, is never copied: it would push out a good copy.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import uuid
from dataclasses import dataclass
from pathlib import Path

from ..errors import OutOfDescriptors
from ..storage import clock, descriptors
from ..storage.files import LOCK_WAIT, flush_folder, from_os_error, make_folder

KEPT = 3
FOLDER = "copies"
ASIDE = "set-aside"
"""The folder of what a repair could not put back, or what it put something else in the place of."""
_NAME = re.compile(r"(\d{4,9})-(\d{4}-\d\d-\d\d)\.sqlite")


@dataclass(frozen=True, slots=True)
class Copy:
    """One of them."""

    path: Path
    number: int
    """Ascends from one to the next, whatever the clock says."""
    day: str
    """ISO 8601."""

    @property
    def counts(self) -> tuple[int, int] | None:
        """How many films and analyses it knows; None if it cannot be read."""
        return counts(self.path)


@descriptors.told()
def kept(home: Path) -> list[Copy]:
    """All copies, the one made last first."""
    folder = home / FOLDER
    files = folder.iterdir() if folder.is_dir() else ()
    copies = [Copy(file, int(match[1]), match[2]) for file in files if (match := _NAME.fullmatch(file.name))]
    return sorted(copies, key=lambda copy: copy.number, reverse=True)


def newest_whole(home: Path) -> Copy | None:
    """The newest copy that can be read and knows a film."""
    return next((copy for copy in kept(home) if (copy.counts or (0, 0))[0]), None)


def counts(file: Path, timeout: float = LOCK_WAIT) -> tuple[int, int] | None:
    """How many films and analyses a database knows; None if it cannot be read or is none.

    Another process' lock on it is waited for `timeout` seconds.
    """
    if not file.is_file():
        return None
    try:
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=timeout)) as database:
            films, scans = (database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _TABLES)
            return films, scans
    except sqlite3.Error as error:
        descriptors.refuse(error)
        return None


_TABLES = ("films", "scans")


def keep(file: Path, timeout: float = LOCK_WAIT) -> None:
    """Copy the database `file` as it stands, unless it knows no film or is damaged. Raises OSError, sqlite3.Error."""
    if not (counts(file, timeout) or (0, 0))[0]:
        return
    before = kept(file.parent)
    number = before[0].number + 1 if before else 1
    name = f"{number:04}-{clock.now().date().isoformat()}.sqlite"
    part = file.parent / FOLDER / f".{name}.{uuid.uuid4().hex}.part"  # threads of one process may do the same
    try:
        make_folder(part.parent)
        if not _backed_up(file, part):
            return
        part.replace(part.with_name(name))
        flush_folder(part.parent)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    for old in kept(file.parent)[KEPT:]:
        old.path.unlink(missing_ok=True)


def _backed_up(file: Path, part: Path) -> bool:
    """Whether the copy at `part` is whole, and on the disk."""
    part.unlink(missing_ok=True)
    with (
        contextlib.closing(sqlite3.connect(file, timeout=LOCK_WAIT)) as source,
        contextlib.closing(_open(part)) as target,
    ):
        source.backup(target)
        whole = [row[0] for row in target.execute("PRAGMA quick_check(1)")] == ["ok"]
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    return whole


def _open(file: Path) -> sqlite3.Connection:
    """A database that no other process has open, without a journal beside it."""
    if not file.exists():
        file.touch()  # as in database.connect
    database = sqlite3.connect(file, timeout=LOCK_WAIT, isolation_level=None)
    database.execute("PRAGMA journal_mode = MEMORY")
    return database


def keep_daily(file: Path) -> None:
    """Copy the database on the first use of a day; a disk that has no room for it is no reason not to go on, and a lock
    is none to wait: the next use does it.
    """
    newest = next(iter(kept(file.parent)), None)
    if newest is None or newest.day != clock.now().date().isoformat():
        with contextlib.suppress(OSError, sqlite3.Error, OutOfDescriptors):
            keep(file, timeout=0)


def forget_film(home: Path, film_id: str) -> None:
    """Delete a film from every copy too; a copy in which that cannot be done, or that knows no other, goes.

    Raises OutOfDescriptors where none can be opened now.
    """
    for copy in kept(home):
        try:
            with contextlib.closing(_open(copy.path)) as database:
                database.execute("PRAGMA foreign_keys = ON")
                database.execute("PRAGMA secure_delete = ON")
                database.execute("DELETE FROM films WHERE id = ?", (film_id,))
                empty = not database.execute("SELECT count(*) FROM films").fetchone()[0]
        except sqlite3.Error as error:
            descriptors.refuse(error)  # a copy that cannot be opened now is to be looked at again
            empty = True
        if empty:
            with contextlib.suppress(OSError):
                copy.path.unlink(missing_ok=True)


def put_back(file: Path, copy: Path | None) -> Path | None:
    """Make `copy` the database at `file`, or a new one if None; the one that was there is kept, at the returned path.

    Raises LibraryError.
    """
    try:
        beside = file.with_name(f".{file.name}.{os.getpid()}.part")
        if copy is not None:
            _backed_up(copy, beside)
        aside = set_aside(file.parent, file) if file.exists() else None
        for rest in ("-journal", "-wal", "-shm"):  # of a process that was killed; it belongs to the one set aside
            if aside is not None and (left := file.with_name(file.name + rest)).exists():
                left.replace(aside.with_name(aside.name + rest))
        if copy is not None:
            beside.replace(file)
        flush_folder(file.parent)
    except (OSError, sqlite3.Error) as error:
        raise from_os_error(error if isinstance(error, OSError) else OSError(0, str(error)), file) from error
    return aside


def set_aside(home: Path, path: Path) -> Path:
    """Move a file or folder of the library to the folder ASIDE, under a name that is free. Raises OSError."""
    folder = home / ASIDE
    make_folder(folder)
    plain = "-".join(path.relative_to(home).parts)
    number, place = 1, folder / plain
    while place.exists():
        number += 1
        place = folder / f"{plain}-{number}"
    path.rename(place)
    flush_folder(folder)
    return place
