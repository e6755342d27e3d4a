"""Whether rows of the database can be read. Readers and the library check share one list of columns and parsers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from ..errors import CHECK_ADVICE, INVALID_DATA_ERRORS, LaterVersion, LibraryError
from ..media import Media
from ..observations import later_version
from ..settings import ReportSettings, report_from_json, scan_from_json
from ..storage import hashed_json


def _stored(text: str, is_later: Callable[[Any], bool], read: Callable[[Any], Any]) -> Any:
    """The content of a JSON column. Raises LaterVersion, or one of INVALID_DATA_ERRORS."""
    data = hashed_json.from_text(text)
    later_version.raise_if_later("This", is_later(data))
    return read(data)


@lru_cache(maxsize=16)
def report_settings(text: str) -> ReportSettings:
    """The settings that a row of edits stores; the same object for the same text. Raises as `_stored`.

    They are read at each run of a page, and a cut list of 2,000 scenes takes 25 milliseconds.
    """
    settings: ReportSettings = _stored(text, later_version.report_settings, report_from_json)
    return settings


COLUMNS: dict[str, dict[str, Callable[[str], Any]]] = {
    "films": {
        "media": lambda text: _stored(text, later_version.media, Media.from_json),
        "added_at": datetime.fromisoformat,
    },
    "scans": {
        "settings": lambda text: _stored(text, later_version.scan_settings, scan_from_json),
        "created_at": datetime.fromisoformat,
    },
    "edits": {"report_settings": report_settings},
}
"""Parser of each column whose text has a format, by table."""


def unreadable_columns(table: str, row: sqlite3.Row | Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the columns of a row that cannot be read."""
    return tuple(column for column, read in COLUMNS[table].items() if not can_read(read, row[column]))


def is_later(table: str, row: sqlite3.Row | Mapping[str, Any]) -> bool:
    """Whether a later version wrote a row, which must then stay as it is."""
    for column, read in COLUMNS[table].items():
        try:
            read(row[column])
        except LaterVersion:
            return True
        except INVALID_DATA_ERRORS:
            continue
    return False


def can_read(read: Callable[[str], Any], text: str) -> bool:
    """Whether `read` takes the text of a column."""
    try:
        read(text)
    except INVALID_DATA_ERRORS:
        return False
    return True


def film_error(row: sqlite3.Row) -> LibraryError:
    """The error for a film whose row cannot be read."""
    what = f"What is known of “{row['name']}”"
    return (
        later_version.refusal(what) if is_later("films", row) else LibraryError(f"{what} cannot be read.", CHECK_ADVICE)
    )


def scan_error(row: sqlite3.Row, name: str) -> LibraryError:
    """The error for a scan, of the film called `name`, whose row cannot be read."""
    if is_later("scans", row):
        return later_version.refusal(f"An analysis of “{name}”")
    return LibraryError(f"The settings of an analysis of “{name}” cannot be read.", CHECK_ADVICE)


def edits_error(row: sqlite3.Row, name: str) -> LibraryError:
    """The error for report settings and corrections, of the film called `name`, that cannot be read."""
    if is_later("edits", row):
        return later_version.refusal(f"What was set and corrected of “{name}”")
    return LibraryError(f"The report settings and corrections of “{name}” cannot be read.", CHECK_ADVICE)
