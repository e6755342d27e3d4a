"""What lies in a library's folder, compared with its database: whether it is a library, and which rows were lost.

Nothing is created or changed here: commands that only read or repair refuse a folder that is no library.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import INVALID_DATA_ERRORS, LibraryError
from ..observations import later_version
from ..settings import ScanSettings, scan_from_json
from ..storage import EMBEDDINGS, Home, descriptors, from_os_error, group_mode, hashed_json
from . import copies, database as schema
from .database import transaction

if TYPE_CHECKING:
    from ..media import Media

FILM_ID, GENERATED_ID = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{32}")
"""Names of folders: a film's is the SHA-256 of its bytes, those of scans and uploads are drawn at random."""
REPAIR = "Run python -m emotion_core library check --repair: it puts them back, and deletes none of them."
_ADVICE = "Check --home and EMOTION_HOME. The app makes a library, and so does the command analyze with its first film."
_WRITE_AHEAD = b"\x02"
"""Byte 18 of a database with a write-ahead log (https://www.sqlite.org/fileformat.html)."""


def check_is_library(home: Path) -> None:
    """Raise LibraryError if `home` is no folder, holds no library, or holds the database of another program.

    A folder whose database was lost or damaged counts as a library if it holds a film, an analysis or a copy of the
    database.
    """
    try:
        if home.exists() and not home.is_dir():
            raise LibraryError(f"{home} is a file, and a library is a folder.", _ADVICE)
        is_library = home.is_dir() and _holds_library(home)
    except OSError as error:
        raise from_os_error(error, Path(error.filename or home), "opened") from error
    if not is_library:
        raise LibraryError(f"There is no library at {home}.", _ADVICE)


def _holds_library(home: Path) -> bool:
    """Raises LibraryError for another program's database, OSError for a folder that cannot be read."""
    file = Home(home).database
    tables = _table_names(file)
    if tables:
        if schema.is_foreign(tables):
            raise schema.foreign_database(file)
        return True
    return (
        bool(copies.all_copies(home))
        or any(FILM_ID.fullmatch(path.name) for path in _entries(Home(home).films))
        or any(GENERATED_ID.fullmatch(path.name) for path in _entries(Home(home).scans))
        # The database is damaged or in use; opening it reports which.
        or (tables is None and Home(home).films.is_dir() and Home(home).scans.is_dir())
    )


def _table_names(file: Path) -> set[str] | None:
    """The tables of a database, empty if the file is missing or empty; None if it cannot be read."""
    if not file.is_file():
        return set()
    try:
        with file.open("rb") as stream:
            has_log = stream.read(20)[18:19] == _WRITE_AHEAD
        # Even for reading, SQLite would create two files beside a database with a write-ahead log. No library has one.
        mode = "immutable=1" if has_log else "mode=ro"
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?{mode}", uri=True, timeout=30)) as database:
            return schema.table_names(database)
    except sqlite3.Error:
        return None


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


@dataclass(frozen=True, slots=True)
class ScanFacts:
    """Facts of a scan as its own files state them."""

    film_id: str
    media: Media
    settings: ScanSettings
    checkpoint_hash: str
    checkpoint_settings: str


def scan_facts(folder: Path) -> ScanFacts | None:
    """Facts of the scan in `folder`; None if its files do not state them or are of a later version."""
    from ..media import Media
    from ..observations import FORMAT  # with the store, and NumPy

    try:
        header: dict[str, Any] = hashed_json.read(folder / "scan.json")
        if later_version.header(header, FORMAT):
            return None
        media = Media.from_json(header["media"])
        model = header["checkpoint"]
        if not FILM_ID.fullmatch(media.content_id) or not isinstance(model["hash"], str):
            return None
        settings = replace(scan_from_json(header["scan_settings"]), people=(folder / EMBEDDINGS).is_dir())
        return ScanFacts(media.content_id, media, settings, model["hash"], str(model.get("settings", "")))
    except (OSError, *INVALID_DATA_ERRORS) as error:
        descriptors.raise_if_ran_out(error)
        group_mode.raise_if_denied(error)
        return None


def is_empty(database: sqlite3.Connection) -> bool:
    """Whether a database has no film, scan or edit."""
    tables = ("films", "scans", "edits")
    return not any(database.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in tables)


@descriptors.translate_errors()
def loss_warning(home: Path, database: sqlite3.Connection) -> str:
    """Message about films and scans that lie in the folders without a row, one or two sentences; empty without any."""
    if not any(_count_lost(home, database)):
        return ""
    with transaction(database):  # films that were being added have their row by now
        films, scans = _count_lost(home, database)
        if not (films or scans):
            return ""
        lost_all = is_empty(database)
    counts = [f"{films} film{'s' * (films > 1)}"] * (films > 0)
    counts += ["1 analysis" if scans == 1 else f"{scans} analyses"] * (scans > 0)
    which = "the database is empty, and may have been lost" if lost_all else "it may be an older copy"
    return f"The library {home} holds {' and '.join(counts)} that its database does not know: {which}. {REPAIR}"


def _count_lost(home: Path, database: sqlite3.Connection) -> tuple[int, int]:
    """Numbers of films and of finished scans without a row."""
    films = set(_names(Home(home).films, FILM_ID)) - {row[0] for row in database.execute("SELECT id FROM films")}
    scans = set(_names(Home(home).scans, GENERATED_ID)) - {row[0] for row in database.execute("SELECT id FROM scans")}
    return (
        sum(any(Home(home).film(film).glob("original*")) for film in films),
        sum((Home(home).scan(scan) / "sealed.json").exists() for scan in scans),
    )


def _names(folder: Path, pattern: re.Pattern[str]) -> Iterator[str]:
    return (path.name for path in folder.iterdir() if pattern.fullmatch(path.name))
