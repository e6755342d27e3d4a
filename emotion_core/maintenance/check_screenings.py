"""Issues of screenings: viewers that cannot be read, readings and recordings that belong to nobody."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ..audience import Readings
from ..errors import INVALID_DATA_ERRORS
from ..library.screenings import rows
from ..storage import READINGS, SET_ASIDE, Home, clock, descriptors
from . import check_lost
from .issue import Issue

YOUNG = 600.0
"""Seconds within which the viewer of a recording that was taken in, or of readings that were written, has a row."""


def find(home: Path, database: sqlite3.Connection, readings: set[str]) -> Iterator[Issue]:
    """All issues. `readings` are the names of the files of readings, listed before the rows."""
    viewers = database.execute("SELECT * FROM viewers ORDER BY rowid").fetchall()
    for row in database.execute("SELECT * FROM screenings ORDER BY rowid").fetchall():
        if rows.unreadable_columns("screenings", row):
            yield Issue(
                "viewer", row["id"], f"The settings of the screening “{row['name']}” cannot be read. Set them anew."
            )
    for row in database.execute("SELECT * FROM ratings").fetchall():
        if rows.unreadable_columns("ratings", row):
            yield Issue("viewer", row["screening_id"], str(rows.ratings_error()))
    for row in viewers:
        yield from _check_viewer(home, row)
    recordings = {row["recording"] for row in viewers}
    for row in database.execute("SELECT id, name, added_at FROM films WHERE role = 'recording'").fetchall():
        if row["id"] not in recordings and _is_old(row["added_at"]):
            what = f"The recording “{row['name']}” belongs to no viewer."
            yield Issue("recording", row["id"], what, "it is removed; a file outside the library stays")
    ids = {row["id"] for row in viewers}
    for name in sorted(readings):
        viewer_id, _, suffix = name.partition(".")
        path = f"{READINGS}/{name}"
        if suffix == "npz" and viewer_id not in ids and check_lost.age(home / path) > YOUNG:
            what = f"{path} holds readings of a viewer whom the database does not know."
            yield Issue("aside", path, what, f"it is moved to the folder {SET_ASIDE}")


def reading_files(home: Path) -> set[str]:
    """Names of the files of readings."""
    folder = Home(home).readings
    return {file.name for file in folder.iterdir()} if folder.is_dir() else set()


def _check_viewer(home: Path, row: sqlite3.Row) -> Iterator[Issue]:
    """Issues of a viewer's row and readings."""
    if rows.unreadable_columns("viewers", row):
        what = f"What is known of the viewer “{row['name']}” cannot be read. Delete the viewer, and add them again."
        yield Issue("viewer", row["id"], what)
    elif row["kind"] == "recording":
        if row["recording"] is None:
            yield Issue("viewer", row["id"], f"The recording of the viewer “{row['name']}” is gone. Delete the viewer.")
    else:
        try:
            Readings.from_bytes(Home(home).readings_of(row["id"]).read_bytes())
        except (OSError, *INVALID_DATA_ERRORS) as error:
            descriptors.raise_if_ran_out(error)
            what = f"The readings of the viewer “{row['name']}” cannot be read: {error}. Delete the viewer."
            yield Issue("viewer", row["id"], what)


def _is_old(added_at: str) -> bool:
    try:
        added = datetime.fromisoformat(added_at).timestamp()
    except ValueError:
        return True
    return abs(clock.earliest() - added) > YOUNG  # a later date means that the clock was set back
