"""Deletion of viewers, screenings and ratings from a database: the library's, or a copy of it."""

from __future__ import annotations

import csv
import io
import sqlite3
from dataclasses import replace

from ...errors import INVALID_DATA_ERRORS
from . import names, rows

_DELIMITERS = ";,\t"
_VIEWER = "viewer"
"""Heading of the column of ratings that names the viewer."""


def delete_viewer(database: sqlite3.Connection, viewer_id: str) -> None:
    """Delete a viewer's row and the rows of ratings that name the viewer. Part of the caller's transaction."""
    row = database.execute("SELECT screening_id, name FROM viewers WHERE id = ?", (viewer_id,)).fetchone()
    if row is not None:
        delete_ratings_of(database, row[0], row[1])
        database.execute("DELETE FROM viewers WHERE id = ?", (viewer_id,))
        changed(database, row[0])


def delete_screening(database: sqlite3.Connection, screening_id: str) -> None:
    """Delete a screening with its viewers' rows and its ratings."""
    database.execute("DELETE FROM screenings WHERE id = ?", (screening_id,))


def delete_ratings_of(database: sqlite3.Connection, screening_id: str, name: str) -> None:
    """Delete the rows of a screening's ratings that name this viewer; all of them if they cannot be read."""
    row = database.execute("SELECT file FROM ratings WHERE screening_id = ?", (screening_id,)).fetchone()
    if row is None:
        return
    try:
        ratings = rows.ratings_from_text(row[0])
        rest = rows.ratings_text(replace(ratings, text=without_viewer(ratings.text, name)))
    except INVALID_DATA_ERRORS:
        database.execute("DELETE FROM ratings WHERE screening_id = ?", (screening_id,))
        return
    database.execute("UPDATE ratings SET file = ? WHERE screening_id = ?", (rest, screening_id))


def changed(database: sqlite3.Connection, screening_id: str) -> None:
    """Count a change of a screening, its viewers or its ratings."""
    database.execute("UPDATE screenings SET revision = revision + 1 WHERE id = ?", (screening_id,))


def without_viewer(text: str, name: str) -> str:
    """The text of a CSV without the rows whose column “viewer” is `name`; all other lines stay as they are."""
    lines = list(io.StringIO(text, newline=""))
    heading = next((line for line in lines if line.strip()), "")
    delimiter = max(_DELIMITERS, key=heading.count)
    reader = csv.reader(lines, delimiter=delimiter)
    kept: list[str] = []
    column: int | None = None
    begun = 0
    has_titles = False
    for cells in reader:
        own, begun = lines[begun : reader.line_num], reader.line_num
        if not has_titles and any(cell.strip() for cell in cells):
            has_titles = True
            titles = [names.key(cell.lstrip("\ufeff")) for cell in cells]
            column = titles.index(_VIEWER) if _VIEWER in titles else None
        elif column is not None and column < len(cells) and names.key(cells[column]) == names.key(name):
            continue
        kept += own
    return "".join(kept)
