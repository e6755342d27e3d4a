"""What can be wrong with what is stored of a film: one list, which the readers refuse by and the check finds by."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .errors import EmotionError, LibraryError
from .media import Media
from .settings import report_from_json, scan_from_json

UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, EmotionError)
"""What a stored setting or fact that is none raises."""
CHECK = "Run python -m emotion_core library check: it says what is wrong, and with --repair mends it where it can."

COLUMNS: dict[str, dict[str, Callable[[str], Any]]] = {
    "films": {"media": lambda text: Media.from_json(json.loads(text)), "added_at": datetime.fromisoformat},
    "scans": {"settings": lambda text: scan_from_json(json.loads(text)), "created_at": datetime.fromisoformat},
    "edits": {"report_settings": lambda text: report_from_json(json.loads(text))},
}
"""Of each table, the columns that are text of a form of its own, and what reads it."""


def columns(table: str, row: sqlite3.Row | Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of a row that cannot be read; none if all can."""
    return tuple(column for column, read in COLUMNS[table].items() if not _can(read, row[column]))


def _can(read: Callable[[str], Any], text: str) -> bool:
    try:
        read(text)
    except UNREADABLE:
        return False
    return True


def film(name: str) -> LibraryError:
    """What is said of a film whose row cannot be read."""
    return LibraryError(f"What is known of “{name}” cannot be read.", CHECK)


def scan(name: str) -> LibraryError:
    """What is said of an analysis whose row cannot be read."""
    return LibraryError(f"The settings of an analysis of “{name}” cannot be read.", CHECK)


def edits(name: str) -> LibraryError:
    """What is said of report settings and corrections that cannot be read."""
    return LibraryError(f"The report settings and corrections of “{name}” cannot be read.", CHECK)
