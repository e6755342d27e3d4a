"""What is out of order in the library's database as a file: that SQLite cannot read it, or that it was lost."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ..library import copies, database as schema, lost_rows
from .issue import Finding


def unreadable(home: Path) -> Finding | None:
    """What is wrong with a database that is none any more, or cannot be read to its end; None if it can."""
    file = home / schema.FILE
    if not file.is_file():
        return None
    try:
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=0)) as database:
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                for _ in database.execute(f'SELECT * FROM "{table}"'):
                    pass
    except sqlite3.Error as error:
        if not schema.unreadable(error):
            return None  # in use, perhaps; whoever opens it says so
        copy = copies.newest_whole(home)
        made = "what lies in the folders is put back" if copy is None else f"the copy {_told(copy)} is put back"
        repair = f"{made}, and the damaged one is kept in {copies.ASIDE}"
        return Finding("database", schema.FILE, f"The database cannot be read: {error}.", repair)
    return None


def find(home: Path, database: sqlite3.Connection) -> Iterator[Finding]:
    for (told,) in database.execute("PRAGMA integrity_check").fetchall():
        if told != "ok":
            here = ", ".join(_told(copy) for copy in copies.kept(home) if copy.counts)
            how = f"Put back a copy with --put-back: {here}." if here else "Put back a copy of it."
            yield Finding("database", schema.FILE, f"The database is damaged: {told}. {how}")
    copy = copies.newest_whole(home) if lost_rows.empty(database) else None
    if copy is not None and lost_rows.told(home, database):
        what = "The database is empty, though films or analyses lie in the folders."
        yield Finding("database", schema.FILE, what, f"the copy {_told(copy)} is put back")
    tables = [row[0] for row in database.execute("PRAGMA foreign_key_check").fetchall()]
    for table in sorted(set(tables)):
        yield Finding(
            "rows",
            table,
            f"{tables.count(table)} rows of {table} belong to a film that is not here. Add the film again.",
        )


def _told(copy: copies.Copy) -> str:
    films, scans = copy.counts or (0, 0)
    return f"{copy.path.name} ({films} film{'s' * (films != 1)}, {scans} analys{'es' if scans != 1 else 'is'})"
