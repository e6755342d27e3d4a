"""The library's SQLite schema: named migrations, each in one transaction, applied in order and never edited."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ..errors import LaterVersion, LibraryBusy, LibraryError
from ..storage import descriptors, files, group_mode
from ..storage.files import disk_full, from_os_error
from . import copies

FILE = "library.sqlite"
"""Below a library's folder."""

MIGRATIONS: tuple[tuple[str, str], ...] = (
    (
        "0001 films, scans, edits",
        """
        CREATE TABLE films (
            id TEXT PRIMARY KEY,          -- SHA-256 of the bytes, hex
            name TEXT NOT NULL,           -- as the user knows it; never a path
            path TEXT NOT NULL,           -- where the bytes lie; from the library's folder on if they are managed
            managed INTEGER NOT NULL,     -- 1 if the library holds the bytes, 0 if they lie where the user keeps them
            bytes INTEGER NOT NULL,
            modified_ns INTEGER NOT NULL, -- when the file changed: a new export under an old name is another film
            added_at TEXT NOT NULL,       -- UTC, ISO 8601
            media TEXT NOT NULL           -- Media as JSON
        ) STRICT;
        CREATE TABLE scans (
            id TEXT PRIMARY KEY,
            film_id TEXT NOT NULL REFERENCES films (id) ON DELETE CASCADE,
            settings TEXT NOT NULL,       -- ScanSettings as JSON
            checkpoint_hash TEXT NOT NULL,
            created_at TEXT NOT NULL,
            pid INTEGER,                  -- of the process that scans
            pid_started REAL,             -- its start time: pids come round again
            cancelled INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX scans_of_film ON scans (film_id, created_at);
        CREATE TABLE edits (
            film_id TEXT PRIMARY KEY REFERENCES films (id) ON DELETE CASCADE,
            report_settings TEXT NOT NULL, -- ReportSettings as JSON, cut list included
            saved_at TEXT NOT NULL
        ) STRICT;
        """,
    ),
    (
        "0002 history of edits",
        """
        CREATE TABLE edit_history (
            film_id TEXT NOT NULL REFERENCES films (id) ON DELETE CASCADE,
            step INTEGER NOT NULL,         -- ascending; the oldest ones go
            report_settings TEXT NOT NULL, -- ReportSettings as JSON, as they were after this step
            what TEXT NOT NULL,            -- what it did, in a few words
            saved_at TEXT NOT NULL,
            PRIMARY KEY (film_id, step)
        ) STRICT;
        ALTER TABLE edits ADD COLUMN step INTEGER; -- of edit_history, the one that holds; NULL before the first
        """,
    ),
    (
        # Until there were calibrations every row held a temperature of 1, which nobody had chosen.
        "0003 temperatures that nobody set",
        """
        UPDATE edits SET report_settings = json_set(report_settings, '$.temperature', NULL)
            WHERE CASE WHEN json_valid(report_settings) THEN json_extract(report_settings, '$.temperature') = 1 END;
        UPDATE edit_history SET report_settings = json_set(report_settings, '$.temperature', NULL)
            WHERE CASE WHEN json_valid(report_settings) THEN json_extract(report_settings, '$.temperature') = 1 END;
        """,
    ),
    (
        "0004 what a checkpoint's weights were run with",
        """
        ALTER TABLE scans ADD COLUMN checkpoint_settings TEXT NOT NULL DEFAULT '';
        """,
    ),
    (
        # Scans that older versions did not finish have no job, which tells that they were stopped.
        "0005 jobs",
        """
        CREATE TABLE jobs (
            number INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order asked for, one each time it is asked for
            id TEXT NOT NULL UNIQUE,      -- names its files in jobs/
            kind TEXT NOT NULL,           -- of work_queue.KINDS
            film_id TEXT NOT NULL REFERENCES films (id) ON DELETE CASCADE,
            scan_id TEXT REFERENCES scans (id) ON DELETE CASCADE, -- NULL for work on the film itself
            priority INTEGER NOT NULL,    -- lower ones come first
            request TEXT NOT NULL,        -- JSON: what its process is told
            state TEXT NOT NULL,          -- queued, running, done, failed, cancelled
            attempts INTEGER NOT NULL DEFAULT 0, -- how often it was begun since it last got on
            pid INTEGER,                  -- of its process
            pid_started REAL,             -- its start time, since pids come round again
            message TEXT NOT NULL DEFAULT '' -- why it failed
        ) STRICT;
        CREATE INDEX jobs_of_film ON jobs (film_id);
        INSERT INTO jobs (id, kind, film_id, scan_id, priority, request, state)
            SELECT id, 'scan', film_id, id, 1, '{}', 'cancelled' FROM scans WHERE cancelled = 1 ORDER BY created_at;
        ALTER TABLE scans DROP COLUMN pid;
        ALTER TABLE scans DROP COLUMN pid_started;
        ALTER TABLE scans DROP COLUMN cancelled;
        """,
    ),
    (
        "0006 revisions of edits",
        """
        ALTER TABLE edits ADD COLUMN revision INTEGER NOT NULL DEFAULT 1; -- one more with each step, undo and redo
        """,
    ),
    (
        "0007 scans in the order in which they were begun",
        """
        ALTER TABLE scans ADD COLUMN begun INTEGER NOT NULL DEFAULT 0; -- ascending, another one each time it is begun
        UPDATE scans SET begun = (
            SELECT count(*) FROM scans AS other WHERE (other.created_at, other.rowid) <= (scans.created_at, scans.rowid)
        );
        """,
    ),
    (
        "0008 identity of films' files",
        """
        ALTER TABLE films ADD COLUMN file TEXT NOT NULL DEFAULT ''; -- identity.Identity as JSON, of when it was hashed
        """,
    ),
)

_OWN = {"films", "scans", "edits", "jobs"}
"""Tables by which a library is known."""


def connect(file: Path) -> sqlite3.Connection:
    """A connection to the library's database, brought to the newest schema. Raises LibraryError."""
    try:
        if not file.exists():
            file.touch()  # SQLite would leave a group nothing to change in it, whatever the umask
        connection = sqlite3.connect(file, timeout=files.LOCK_WAIT, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.text_factory = _text
        if foreign(tables(connection)):  # before anything of it is changed
            raise not_ours(file)
        # Not a write-ahead log: to read one takes free space, and processes that begin one at once lock each other out.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not only forgotten
        _migrate(connection, file)
    except sqlite3.Error as error:
        raise refused(error, file, "opened") from error
    except OSError as error:
        raise from_os_error(error, file) from error
    return connection


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All of what is written inside, or nothing; no other process writes meanwhile."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # a full disk has ended it already
            database.execute("ROLLBACK")
        raise


def is_later(file: Path) -> bool:
    """Whether a database that can be read is of a later schema than the newest known here. Raises sqlite3.Error."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=30)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0]) > len(MIGRATIONS)


def tables(database: sqlite3.Connection) -> set[str]:
    """The names of a database's tables."""
    return {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def foreign(tables: set[str]) -> bool:
    """Whether a database with these tables is another program's: it has some, and none of a library's."""
    return bool(tables) and not tables & _OWN


def not_ours(file: Path) -> LibraryError:
    """What is said of a database that is another program's."""
    return LibraryError(
        f"{file} is the database of another program, and no library.",
        "Give another folder with --home or EMOTION_HOME.",
    )


def knows_film(file: Path, film_id: str) -> bool:
    """Whether the library with the database `file` has a film of this id. Raises LibraryError."""
    try:
        with closing(connect(file)) as database:
            return database.execute("SELECT 1 FROM films WHERE id = ?", (film_id,)).fetchone() is not None
    except sqlite3.Error as error:
        raise refused(error, file, "read") from error


def refused(error: sqlite3.Error, file: Path, done: str) -> LibraryError:
    """The error a person can act on; `done` is what could not be done to the library."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return disk_full(file)
    if descriptors.ran_out(error):
        return descriptors.refused()
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY and not os.access(file, os.W_OK):
        return group_mode.refused(file.parent, file)
    if unreadable(error):
        return LibraryError(
            f"The library {file} cannot be {done}: it is damaged, or no database ({error}).",
            "Run python -m emotion_core library check --repair: it puts a copy back, or what lies in the folders.",
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LibraryBusy(
            f"The library {file} is in use by another process, which kept it for more than "
            f"{files.LOCK_WAIT:.0f} seconds.",
            "Try again once that is done; what was saved before is kept.",
        )
    if code in _OF_FILES and (why := _of_files(file, write=code != sqlite3.SQLITE_CANTOPEN)) is not None:
        return from_os_error(*why, done)
    return LibraryError(f"The library {file} cannot be {done} ({error}).", "Is the file damaged, or in use elsewhere?")


_OF_FILES = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR)
"""Errors that SQLite gives without the operating system's own, which told why."""


def _of_files(file: Path, *, write: bool) -> tuple[OSError, Path] | None:
    """Why the file of a database, or a journal beside it, cannot be used, and which of them; None if nothing is seen.

    The file is not opened: to close it would let go of the locks that other connections of this process hold.
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
    if len(os.fsencode(file)) > _LONGEST:
        return OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG)), file
    if write and file.exists() and (most := _largest()) is not None and most < 2 * file.stat().st_size + _PAGES:
        return OSError(errno.EFBIG, os.strerror(errno.EFBIG)), file
    return None


_LONGEST = 511 - len("-journal")
"""Bytes of a database's path that SQLite can open, with a journal's name beside it."""
_PAGES = 64 * 4096
"""Bytes by which a database or its journal may grow with one change."""


def _denied(path: Path) -> OSError:
    read_only = os.name == "posix" and os.statvfs(path).f_flag & os.ST_RDONLY
    code = errno.EROFS if read_only else errno.EACCES
    return OSError(code, os.strerror(code))


def _largest() -> int | None:
    """Bytes that a file of this process may have; None where there is no limit."""
    try:
        import resource
    except ImportError:  # Windows has none
        return None
    soft = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    return None if soft == resource.RLIM_INFINITY else soft


def _text(stored: bytes) -> str:
    """Text as it is stored; a byte that is none does not take the other rows along."""
    return stored.decode("utf-8", "replace")


def unreadable(error: sqlite3.Error) -> bool:
    """Whether an error says that the database's file is not as SQLite wrote it."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def _migrate(connection: sqlite3.Connection, file: Path) -> None:
    done = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if done > len(MIGRATIONS):
        raise LaterVersion(
            f"The library {file} was written by a later version (schema {done}, known up to {len(MIGRATIONS)}).",
            "Open it with that version, or set EMOTION_HOME (or --home) to another folder.",
        )
    if done == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again inside the transaction: another process may have migrated meanwhile.
        done = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if 0 < done < len(MIGRATIONS):
            copies.keep(file)  # as it is before, since nobody else writes now
        for number, (_, statements) in enumerate(MIGRATIONS[done:], start=done + 1):
            for statement in _split(statements):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has ended it already
            connection.execute("ROLLBACK")
        raise


def _split(statements: str) -> list[str]:
    """One statement at a time: executescript would commit on its own."""
    found, current = [], ""
    for line in statements.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            found.append(current)
            current = ""
    return found
