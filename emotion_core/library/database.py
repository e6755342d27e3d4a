"""Connections to the library's SQLite database, and its errors in terms that a user can act on."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ..errors import LibraryBusy, LibraryError
from ..storage import descriptors, disk_full, files, from_os_error, group_mode
from .migrations import migrate

_TABLES = {"films", "scans", "edits", "jobs"}
"""Tables that identify a library's database."""


def connect(file: Path) -> sqlite3.Connection:
    """A connection to the library's database, migrated to the newest schema. Raises LibraryError."""
    try:
        if not file.exists():
            file.touch()  # SQLite would create it without write permission for the group
        connection = sqlite3.connect(file, timeout=files.LOCK_WAIT, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.text_factory = _text
        if is_foreign(table_names(connection)):  # checked before anything is changed
            raise foreign_database(file)
        # No write-ahead log: reading one takes free space, and processes that create one at once lock each other out.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # overwrite deleted content
        migrate(connection, file)
    except sqlite3.Error as error:
        raise from_sqlite_error(error, file, "opened") from error
    except OSError as error:
        raise from_os_error(error, file) from error
    return connection


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Transaction around the block: all of its writes are committed or none, and no other process writes meanwhile."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # SQLite rolls back by itself when the disk is full
            database.execute("ROLLBACK")
        raise


def table_names(database: sqlite3.Connection) -> set[str]:
    """Names of a database's tables."""
    return {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def is_foreign(tables: set[str]) -> bool:
    """Whether a database with these tables belongs to another program: it has tables, but none of a library's."""
    return bool(tables) and not tables & _TABLES


def foreign_database(file: Path) -> LibraryError:
    """The error for the database of another program."""
    return LibraryError(
        f"{file} is the database of another program, and no library.",
        "Give another folder with --home or EMOTION_HOME.",
    )


def has_film(file: Path, film_id: str) -> bool:
    """Whether the database `file` has a row for the film `film_id`. Raises LibraryError."""
    try:
        with closing(connect(file)) as database:
            return database.execute("SELECT 1 FROM films WHERE id = ?", (film_id,)).fetchone() is not None
    except sqlite3.Error as error:
        raise from_sqlite_error(error, file, "read") from error


def from_sqlite_error(error: sqlite3.Error, file: Path, action: str) -> LibraryError:
    """The error for the user when the library's database could not be `action` (“opened”, “read”, “written”)."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return disk_full(file)
    if descriptors.ran_out(error):
        return descriptors.out_of_descriptors()
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY and not os.access(file, os.W_OK):
        return group_mode.not_permitted(file.parent, file)
    if is_damaged(error):
        return LibraryError(
            f"The library {file} cannot be {action}: it is damaged, or no database ({error}).",
            "Run python -m emotion_core library check --repair: it puts a copy back, or what lies in the folders.",
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LibraryBusy(
            f"The library {file} is in use by another process, which kept it for more than "
            f"{files.LOCK_WAIT:.0f} seconds.",
            "Try again once that is done; what was saved before is kept.",
        )
    if code in _OS_ERRORS and (cause := _os_cause(file, write=code != sqlite3.SQLITE_CANTOPEN)) is not None:
        return from_os_error(*cause, action)
    return LibraryError(
        f"The library {file} cannot be {action} ({error}).", "Is the file damaged, or in use elsewhere?"
    )


_OS_ERRORS = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR)
"""SQLite errors that hide the operating system's error, which holds the cause."""


def _os_cause(file: Path, *, write: bool) -> tuple[OSError, Path] | None:
    """The error of the operating system that keeps a database or its journal from being used, and the path concerned.

    None if no cause is found. The file is not opened: closing it would release the locks of other connections of this
    process.
    """
    try:
        file.stat()
    except FileNotFoundError:
        pass
    except OSError as error:
        return error, file
    if file.exists() and not os.access(file, os.R_OK | os.W_OK):
        return _denied(file), file
    if not os.access(file.parent, os.W_OK | os.X_OK):
        return _denied(file.parent), file.parent
    if len(os.fsencode(file)) > _MAX_PATH_BYTES:
        return OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG)), file
    if (
        write
        and file.exists()
        and (limit := _file_size_limit()) is not None
        and limit < 2 * file.stat().st_size + _GROWTH_BYTES
    ):
        return OSError(errno.EFBIG, os.strerror(errno.EFBIG)), file
    return None


_MAX_PATH_BYTES = 511 - len("-journal")
"""Maximum bytes of a database's path: SQLite must be able to open its journal, whose name is longer."""
_GROWTH_BYTES = 64 * 4096
"""Bytes by which one change may enlarge a database or its journal."""


def _denied(path: Path) -> OSError:
    """The error of the operating system for a path that this user may not write."""
    read_only = os.name == "posix" and os.statvfs(path).f_flag & os.ST_RDONLY
    code = errno.EROFS if read_only else errno.EACCES
    return OSError(code, os.strerror(code))


def _file_size_limit() -> int | None:
    """Maximum size of a file that this process writes, bytes (ulimit -f); None for no limit."""
    try:
        import resource
    except ImportError:  # Windows has none
        return None
    soft = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    return None if soft == resource.RLIM_INFINITY else soft


def _text(stored: bytes) -> str:
    """Decode stored text. Invalid bytes are replaced, so that one damaged value does not make all rows unreadable."""
    return stored.decode("utf-8", "replace")


def is_damaged(error: sqlite3.Error) -> bool:
    """Whether `error` means that the file is damaged or no database."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
