"""Issues of the library's database as a whole: SQLite cannot read it, or its content was lost."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ..library import contents, copies, database as schema
from ..storage import DATABASE, SET_ASIDE, Home
from .issue import Issue


def find_damage(home: Path) -> Issue | None:
    """The issue of a database that cannot be read completely; None if it can, or if another process has locked it."""
    file = Home(home).database
    if not file.is_file():
        return None
    try:
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=0)) as database:
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                for _ in database.execute(f'SELECT * FROM "{table}"'):
                    pass
    except sqlite3.Error as error:
        if not schema.is_damaged(error):
            return None  # probably in use; opening it reports that
        copy = copies.newest_usable(home)
        replacement = (
            "what lies in the folders is put back" if copy is None else f"the copy {_description(copy)} is put back"
        )
        repair = f"{replacement}, and the damaged one is kept in {SET_ASIDE}"
        return Issue("database", DATABASE, f"The database cannot be read: {error}.", repair)
    return None


def find(home: Path, database: sqlite3.Connection) -> Iterator[Issue]:
    """Issues that SQLite's own checks find, and a database that lost its content while a copy has it."""
    for (problem,) in database.execute("PRAGMA integrity_check").fetchall():
        if problem != "ok":
            names = ", ".join(_description(copy) for copy in copies.all_copies(home) if copy.counts)
            how = f"Put back a copy with --put-back: {names}." if names else "Put back a copy of it."
            yield Issue("database", DATABASE, f"The database is damaged: {problem}. {how}")
    copy = copies.newest_usable(home) if contents.is_empty(database) else None
    if copy is not None and contents.loss_warning(home, database):
        what = "The database is empty, though films or analyses lie in the folders."
        yield Issue("database", DATABASE, what, f"the copy {_description(copy)} is put back")
    tables = [row[0] for row in database.execute("PRAGMA foreign_key_check").fetchall()]
    for table in sorted(set(tables)):
        yield Issue(
            "rows",
            table,
            f"{tables.count(table)} rows of {table} belong to a film that is not here. Add the film again.",
        )


def _description(copy: copies.Copy) -> str:
    """A copy's name with its numbers of films and analyses."""
    films, scans = copy.counts or (0, 0)
    return f"{copy.path.name} ({films} film{'s' * (films != 1)}, {scans} analys{'es' if scans != 1 else 'is'})"
