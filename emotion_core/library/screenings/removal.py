"""Deletion of viewers, screenings and ratings from a database: the library's, or a copy of it; names in ratings."""

from __future__ import annotations

import csv
import io
import sqlite3
from dataclasses import replace

from ...errors import INVALID_DATA_ERRORS, SettingsError
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


def hand_search_on(database: sqlite3.Connection, viewer_id: str) -> None:
    """Give the note on the search for the film's sound to another seat of the recording: it holds for all of them.

    Copies of earlier versions have no such column.
    """
    database.execute(
        "UPDATE viewers SET sound_search = gone.sound_search FROM viewers AS gone WHERE gone.id = ? "
        "AND gone.sound_search <> '' AND viewers.id = (SELECT id FROM viewers WHERE id <> gone.id "
        "AND screening_id = gone.screening_id AND recording = gone.recording ORDER BY number LIMIT 1)",
        (viewer_id,),
    )


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


def rename_in_ratings(database: sqlite3.Connection, screening_id: str, old: str, new: str) -> None:
    """Give a viewer the new name in a screening's ratings; those that cannot be read stay as they are.

    Raises SettingsError if they have rows of both names: two people would become one.
    """
    row = database.execute("SELECT file FROM ratings WHERE screening_id = ?", (screening_id,)).fetchone()
    if row is None or names.key(old) == names.key(new):
        return
    try:
        ratings = rows.ratings_from_text(row[0])
        if (text := with_viewer_renamed(ratings.text, old, new)) == ratings.text:
            return
        is_taken = without_viewer(ratings.text, new) != ratings.text
    except INVALID_DATA_ERRORS:
        return
    if is_taken:
        raise SettingsError(
            f"The ratings are of “{old}” and of “{new}”: with one name they would be one person.",
            "Give another name, or remove the ratings first.",
        )
    stored = rows.ratings_text(replace(ratings, text=text))
    database.execute("UPDATE ratings SET file = ? WHERE screening_id = ?", (stored, screening_id))


def without_viewer(text: str, name: str) -> str:
    """The text of a CSV without the rows whose column “viewer” is `name`; all other lines stay as they are."""
    _, parts = _rows_of_viewer(text, name)
    return "".join(own for own, _, column in parts if column is None)


def with_viewer_renamed(text: str, old: str, new: str) -> str:
    """The text of a CSV with `new` in place of `old` in the column “viewer”; all other lines stay as they are."""
    delimiter, parts = _rows_of_viewer(text, old)
    return "".join(
        own if column is None else _renamed(own, cells, column, new, delimiter) for own, cells, column in parts
    )


def _renamed(own: str, cells: list[str], column: int, name: str, delimiter: str) -> str:
    ending = own[len(own.rstrip("\r\n")) :]
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator=ending).writerow(
        [name if place == column else cell for place, cell in enumerate(cells)]
    )
    return line.getvalue()


def _rows_of_viewer(text: str, name: str) -> tuple[str, list[tuple[str, list[str], int | None]]]:
    """The delimiter of a CSV, and its rows: text, cells, and in rows of the viewer the place of the column “viewer”."""
    lines = list(io.StringIO(text, newline=""))
    heading = next((line for line in lines if line.strip()), "")
    delimiter = max(_DELIMITERS, key=heading.count)
    reader = csv.reader(lines, delimiter=delimiter)
    parts: list[tuple[str, list[str], int | None]] = []
    column: int | None = None
    begun = 0
    has_titles = False
    for cells in reader:
        own, begun = "".join(lines[begun : reader.line_num]), reader.line_num
        place = None
        if not has_titles and any(cell.strip() for cell in cells):
            has_titles = True
            titles = [names.key(cell.lstrip("\ufeff")) for cell in cells]
            column = titles.index(_VIEWER) if _VIEWER in titles else None
        elif column is not None and column < len(cells) and names.key(cells[column]) == names.key(name):
            place = column
        parts.append((own, cells, place))
    return delimiter, parts
