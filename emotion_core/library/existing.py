"""Whether a folder holds a library. Looking makes and changes nothing: commands that only read or mend need one."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from ..errors import LibraryError
from ..storage.files import from_os_error
from . import copies, database as schema
from .lost_rows import FILM_ID, OWN_ID

_ADVICE = "Check --home and EMOTION_HOME. The app makes a library, and so does the command analyze with its first film."

_WRITE_AHEAD = b"\x02"
"""Byte 18 of a database with a write-ahead log (https://www.sqlite.org/fileformat.html)."""


def must_exist(home: Path) -> None:
    """Raises LibraryError where `home` is no folder, holds no library, or holds the database of another program.

    A library whose database was lost or damaged is one as long as a film, an analysis or a copy of the database is
    there.
    """
    try:
        if home.exists() and not home.is_dir():
            raise LibraryError(f"{home} is a file, and a library is a folder.", _ADVICE)
        here = home.is_dir() and _holds_one(home)
    except OSError as error:
        raise from_os_error(error, Path(error.filename or home), "opened") from error
    if not here:
        raise LibraryError(f"There is no library at {home}.", _ADVICE)


def _holds_one(home: Path) -> bool:
    """Raises LibraryError for another program's database, OSError where the folder cannot be looked into."""
    file = home / schema.FILE
    tables = _tables(file)
    if tables:
        if schema.foreign(tables):
            raise schema.not_ours(file)
        return True
    return (
        bool(copies.kept(home))
        or any(FILM_ID.fullmatch(path.name) for path in _inside(home / "films"))
        or any(OWN_ID.fullmatch(path.name) for path in _inside(home / "scans"))
        # Damaged, or in use: whoever opens it says which.
        or (tables is None and (home / "films").is_dir() and (home / "scans").is_dir())
    )


def _tables(file: Path) -> set[str] | None:
    """The tables of a database, none where there is no file or nothing in it; None where it cannot be read."""
    if not file.is_file():
        return set()
    try:
        with file.open("rb") as stream:
            has_log = stream.read(20)[18:19] == _WRITE_AHEAD
        # Even to read, SQLite would put two files beside one with a write-ahead log, which no library has.
        how = "immutable=1" if has_log else "mode=ro"
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?{how}", uri=True, timeout=30)) as database:
            return schema.tables(database)
    except sqlite3.Error:
        return None


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []
