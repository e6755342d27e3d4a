"""What can be wrong with what is stored of a film: one list, which the readers refuse by and the check finds by."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ..errors import CHECK, UNREADABLE, LaterVersion, LibraryError
from ..media.media import Media
from ..observations import later_version
from ..settings import report_from_json, scan_from_json
from ..storage import hashed_json


def _stored(text: str, is_later: Callable[[Any], bool], read: Callable[[Any], Any]) -> Any:
    """What a column of JSON holds. Raises LaterVersion, or one of UNREADABLE."""
    told = hashed_json.unpacked_text(text)
    later_version.refuse("This", is_later(told))
    return read(told)


COLUMNS: dict[str, dict[str, Callable[[str], Any]]] = {
    "films": {
        "media": lambda text: _stored(text, later_version.media, Media.from_json),
        "added_at": datetime.fromisoformat,
    },
    "scans": {
        "settings": lambda text: _stored(text, later_version.scan_settings, scan_from_json),
        "created_at": datetime.fromisoformat,
    },
    "edits": {"report_settings": lambda text: _stored(text, later_version.report_settings, report_from_json)},
}
"""Of each table, the columns that are text of a form of its own, and what reads it."""


def columns(table: str, row: sqlite3.Row | Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of a row that cannot be read; none if all can."""
    return tuple(column for column, read in COLUMNS[table].items() if not _can(read, row[column]))


def is_later(table: str, row: sqlite3.Row | Mapping[str, Any]) -> bool:
    """Whether a row cannot be read because a later version wrote it: it is to be left as it is."""
    for column, read in COLUMNS[table].items():
        try:
            read(row[column])
        except LaterVersion:
            return True
        except UNREADABLE:
            continue
    return False


def _can(read: Callable[[str], Any], text: str) -> bool:
    try:
        read(text)
    except UNREADABLE:
        return False
    return True


def film(row: sqlite3.Row) -> LibraryError:
    """What is said of a film whose row cannot be read."""
    what = f"What is known of “{row['name']}”"
    return later_version.refused(what) if is_later("films", row) else LibraryError(f"{what} cannot be read.", CHECK)


def scan(row: sqlite3.Row, name: str) -> LibraryError:
    """What is said of an analysis of the film called `name` whose row cannot be read."""
    if is_later("scans", row):
        return later_version.refused(f"An analysis of “{name}”")
    return LibraryError(f"The settings of an analysis of “{name}” cannot be read.", CHECK)


def edits(row: sqlite3.Row, name: str) -> LibraryError:
    """What is said of report settings and corrections of the film called `name` that cannot be read."""
    if is_later("edits", row):
        return later_version.refused(f"What was set and corrected of “{name}”")
    return LibraryError(f"The report settings and corrections of “{name}” cannot be read.", CHECK)
