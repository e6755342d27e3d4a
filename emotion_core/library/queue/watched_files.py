"""Files of watched folders that were looked at: a restart reads none of them again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WatchedFile:
    """A file as it was when it was looked at."""

    path: str
    """Absolute, as storage.stored_paths writes it."""
    bytes: int
    modified_ns: int
    film_id: str | None
    """The film that it became; None for no film, or one that was deleted since."""
    problem: str = ""
    """Why it is no film; empty for a film."""

    @staticmethod
    def all(database: sqlite3.Connection) -> dict[str, WatchedFile]:
        """All files by path."""
        rows = database.execute("SELECT path, bytes, modified_ns, film_id, problem FROM watched_files").fetchall()
        return {str(row[0]): WatchedFile(*row) for row in rows}

    def store(self, database: sqlite3.Connection) -> None:
        """Store it in place of what the path held before."""
        database.execute(
            "INSERT INTO watched_files (path, bytes, modified_ns, film_id, problem) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (path) DO UPDATE SET bytes = excluded.bytes, modified_ns = excluded.modified_ns, "
            "film_id = excluded.film_id, problem = excluded.problem",
            (self.path, self.bytes, self.modified_ns, self.film_id, self.problem),
        )

    @staticmethod
    def forget(database: sqlite3.Connection, paths: Iterable[str]) -> None:
        """Forget files that are gone."""
        database.executemany("DELETE FROM watched_files WHERE path = ?", [(path,) for path in paths])
