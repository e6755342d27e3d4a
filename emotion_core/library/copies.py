"""Copies of the library's database: one before each migration and one on each day of use. The newest three remain.

    copies/0007-2026-11-28.sqlite    an ascending number, and the date

A database without films, or one that SQLite finds damaged, is never copied: it would push out a good copy.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import OutOfDescriptors
from ..storage import EMBEDDINGS, Home, clock, descriptors, files, flush_folder, from_os_error, make_folder

MAX_COPIES = 3
_NAME = re.compile(r"(\d{4,9})-(\d{4}-\d\d-\d\d)\.sqlite")


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the database."""

    path: Path
    number: int
    """Ascending in the order of creation, independent of the clock."""
    day: str
    """ISO 8601."""

    @property
    def counts(self) -> tuple[int, int] | None:
        """Numbers of films and of scans in the copy; None if it cannot be read."""
        return counts(self.path)


@descriptors.translate_errors()
def all_copies(home: Path) -> list[Copy]:
    """All copies, the newest first."""
    folder = Home(home).copies
    entries = folder.iterdir() if folder.is_dir() else ()
    copies = [Copy(file, int(match[1]), match[2]) for file in entries if (match := _NAME.fullmatch(file.name))]
    return sorted(copies, key=lambda copy: copy.number, reverse=True)


def newest_usable(home: Path) -> Copy | None:
    """The newest copy that can be read and has a film."""
    return next((copy for copy in all_copies(home) if (copy.counts or (0, 0))[0]), None)


def counts(file: Path, timeout: float = files.LOCK_WAIT) -> tuple[int, int] | None:
    """Numbers of films and of scans in a database; None if it cannot be read or is no database.

    Waits up to `timeout` seconds for another process' lock.
    """
    if not file.is_file():
        return None
    try:
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=timeout)) as database:
            films, scans = (database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _TABLES)
            return films, scans
    except sqlite3.Error as error:
        descriptors.raise_if_ran_out(error)
        return None


_TABLES = ("films", "scans")


def create(file: Path, timeout: float = files.LOCK_WAIT) -> None:
    """Copy the database `file`, unless it has no film or is damaged. Raises OSError, sqlite3.Error."""
    if not (counts(file, timeout) or (0, 0))[0]:
        return
    existing = all_copies(file.parent)
    number = existing[0].number + 1 if existing else 1
    name = f"{number:04}-{clock.now().date().isoformat()}.sqlite"
    # A unique name: threads of one process may copy at once.
    part = Home(file.parent).copies / f".{name}.{uuid.uuid4().hex}.part"
    try:
        make_folder(part.parent)
        if not _back_up(file, part):
            return
        part.replace(part.with_name(name))
        flush_folder(part.parent)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    for old in all_copies(file.parent)[MAX_COPIES:]:
        old.path.unlink(missing_ok=True)


def _back_up(file: Path, part: Path) -> bool:
    """Copy `file` to `part` and flush it. Returns whether the copy passes SQLite's check."""
    part.unlink(missing_ok=True)
    with (
        contextlib.closing(sqlite3.connect(file, timeout=files.LOCK_WAIT)) as source,
        contextlib.closing(_open(part)) as target,
    ):
        source.backup(target)
        whole = [row[0] for row in target.execute("PRAGMA quick_check(1)")] == ["ok"]
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    return whole


def _open(file: Path) -> sqlite3.Connection:
    """A connection to a database that no other process uses, with its journal in memory."""
    if not file.exists():
        file.touch()  # as in database.connect
    database = sqlite3.connect(file, timeout=files.LOCK_WAIT, isolation_level=None)
    database.execute("PRAGMA journal_mode = MEMORY")
    return database


def create_daily(file: Path) -> None:
    """Copy the database on the first use of a day. A full disk or a lock is ignored: the next use copies it."""
    newest = next(iter(all_copies(file.parent)), None)
    if newest is None or newest.day != clock.now().date().isoformat():
        with contextlib.suppress(OSError, sqlite3.Error, OutOfDescriptors):
            create(file, timeout=0)


def remove_film(home: Path, film_id: str) -> None:
    """Delete a film from every copy. A copy without other films, or one that cannot be changed, is deleted.

    Raises OutOfDescriptors if no further file can be opened.
    """
    change_all(home, lambda database: database.execute("DELETE FROM films WHERE id = ?", (film_id,)), "films")


def change_all(home: Path, change: Callable[[sqlite3.Connection], object], table: str) -> None:
    """Make a `change` in every copy that has the `table`. One without films, or that cannot be changed, is deleted.

    Raises OutOfDescriptors if no further file can be opened.
    """
    for copy in all_copies(home):
        try:
            with contextlib.closing(_open(copy.path)) as database:
                database.execute("PRAGMA foreign_keys = ON")
                database.execute("PRAGMA secure_delete = ON")
                if database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None:
                    change(database)
                empty = not database.execute("SELECT count(*) FROM films").fetchone()[0]
        except sqlite3.Error as error:
            descriptors.raise_if_ran_out(error)  # such a copy is not damaged
            empty = True
        if empty:
            with contextlib.suppress(OSError):
                copy.path.unlink(missing_ok=True)


def restore(file: Path, copy: Path | None) -> Path | None:
    """Make `copy` the database at `file`; None removes the database, so that a new one is created when it is opened.

    Returns the path to which the previous database was moved, None if there was none. Raises LibraryError.
    """
    try:
        temporary = file.with_name(f".{file.name}.{os.getpid()}.part")
        if copy is not None:
            _back_up(copy, temporary)
        aside = set_aside(file.parent, file) if file.exists() else None
        for suffix in ("-journal", "-wal", "-shm"):  # left by a killed process; they belong to the previous database
            if aside is not None and (journal := file.with_name(file.name + suffix)).exists():
                journal.replace(aside.with_name(aside.name + suffix))
        if copy is not None:
            temporary.replace(file)
        flush_folder(file.parent)
    except (OSError, sqlite3.Error) as error:
        raise from_os_error(error if isinstance(error, OSError) else OSError(0, str(error)), file) from error
    return aside


def set_aside(home: Path, path: Path) -> Path:
    """Move a file or folder of the library to its folder `set_aside`, under a name that is free. Raises OSError.

    What tells people apart is deleted: it would lie there after it was turned off.
    """
    if (path / EMBEDDINGS).is_dir():
        shutil.rmtree(path / EMBEDDINGS)
    folder = Home(home).set_aside
    make_folder(folder)
    plain = "-".join(path.relative_to(home).parts)
    number, place = 1, folder / plain
    while place.exists():
        number += 1
        place = folder / f"{plain}-{number}"
    path.rename(place)
    flush_folder(folder)
    return place
