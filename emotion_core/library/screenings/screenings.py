"""The screenings of a library's films: their names, the settings of their numbers, and ratings."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...errors import LibraryError, SettingsError
from ...formatting import size
from ...storage import clock, hashed_json
from .. import copies
from ..database import transaction
from ..films import Films, plain_name
from . import names, removal, rows
from .rows import FilmAudience, RatingsFile

if TYPE_CHECKING:
    from ...audience import SceneSpan, Screening

MAX_RATINGS = 5_000_000
"""Characters of a file of ratings: some ten thousand reviews."""


class Screenings(Films):
    """The screenings of the library at `home`."""

    def add_screening(self, film_id: str, name: str = "") -> Screening:
        """Add a screening of a film; without a name it gets “Screening 1”, and so on. Raises LibraryError."""
        self.film(film_id)
        screening_id = uuid.uuid4().hex
        with self.database() as database, transaction(database):
            taken = {names.key(each.name) for each in _of_film(database, film_id)}
            if name:
                name = names.checked(name, "screening")
                _check_free(name, taken)
            else:
                number = len(taken) + 1
                while names.key(name := f"Screening {number}") in taken:
                    number += 1
            database.execute(
                "INSERT INTO screenings (id, film_id, name, created_at, settings) VALUES (?, ?, ?, ?, ?)",
                (screening_id, film_id, name, clock.now().isoformat(), hashed_json.to_text({})),
            )
        return self.screening(screening_id)

    def screening(self, screening_id: str) -> Screening:
        """The screening with this id. Raises LibraryError if there is none."""
        return rows.screening_from_row(self._screening_row(screening_id))

    def screenings(self, film_id: str | None = None) -> list[Screening]:
        """The screenings of a film, or of all films, in the order in which they were added."""
        with self.database() as database:
            return _of_film(database, film_id)

    def film_audience(self, film_id: str, asked: str = "") -> FilmAudience | None:
        """Whether a film has a screening, and which one its page shows, the one `asked` for if it has viewers: one
        query, and no module of numbers.
        """
        with self.database() as database:
            found = database.execute(
                "SELECT id, name, revision, "
                "(SELECT count(*) FROM viewers WHERE screening_id = screenings.id) AS viewers, "
                "(SELECT count(*) FROM jobs JOIN viewers ON jobs.film_id = viewers.recording "
                "WHERE screening_id = screenings.id AND state = 'done') AS analyses "
                "FROM screenings WHERE film_id = ? ORDER BY rowid",
                (film_id,),
            )
            return rows.audience_from_rows(found.fetchall(), asked)

    def rename_screening(self, screening_id: str, name: str) -> None:
        """Give a screening another name. Raises SettingsError if another screening of the film has it."""
        name = names.checked(name, "screening")
        with self.database() as database, transaction(database):
            film_id = self._screening_row(screening_id)["film_id"]
            others = {names.key(each.name) for each in _of_film(database, film_id) if each.id != screening_id}
            _check_free(name, others)
            database.execute("UPDATE screenings SET name = ? WHERE id = ?", (name, screening_id))
            removal.changed(database, screening_id)

    def screening_revision(self, screening_id: str) -> int:
        """A number that rises with each change of a screening, its viewers and its ratings: a key for caches."""
        return int(self._screening_row(screening_id)["revision"])

    def screening_settings(self, screening_id: str) -> dict[str, Any]:
        """What the numbers of a screening are computed with, as it was stored; empty before. Raises LibraryError."""
        row = self._screening_row(screening_id)
        if "settings" in rows.unreadable_columns("screenings", row):
            raise rows.settings_error()
        return hashed_json.from_text(row["settings"])

    def set_screening_settings(self, screening_id: str, settings: Mapping[str, Any]) -> None:
        """Store what the numbers of a screening are computed with, JSON types only."""
        text = hashed_json.to_text(settings)
        with self.database() as database, transaction(database):
            self._screening_row(screening_id)
            database.execute("UPDATE screenings SET settings = ? WHERE id = ?", (text, screening_id))
            removal.changed(database, screening_id)

    def ratings(self, screening_id: str) -> RatingsFile | None:
        """The reviews of a screening; None without any. Raises LibraryError if they cannot be read."""
        with self.database() as database:
            row = database.execute("SELECT file FROM ratings WHERE screening_id = ?", (screening_id,)).fetchone()
        if row is None:
            return None
        if rows.unreadable_columns("ratings", row):
            raise rows.ratings_error()
        return rows.ratings_from_text(row["file"])

    def set_ratings(self, screening_id: str, name: str, text: str, scenes: Sequence[SceneSpan] = ()) -> None:
        """Store a CSV of reviews, whole, in place of the one before. `name` is the file's. Raises SettingsError.

        `scenes` are the film's at present: what is rated by a scene's number or name stays at that scene's time.
        """
        if len(text) > MAX_RATINGS:
            raise SettingsError(
                f"The file of ratings has {size(len(text))}.", f"Give one of at most {size(MAX_RATINGS)}."
            )
        stored = rows.ratings_text(RatingsFile(plain_name(name), text, tuple(scenes)))
        with self.database() as database, transaction(database):
            self._screening_row(screening_id)
            database.execute(
                "INSERT INTO ratings (screening_id, file) VALUES (?, ?) "
                "ON CONFLICT (screening_id) DO UPDATE SET file = excluded.file",
                (screening_id, stored),
            )
            removal.changed(database, screening_id)

    def remove_ratings(self, screening_id: str) -> None:
        """Delete the reviews of a screening, also from the copies of the database."""

        def delete(database: sqlite3.Connection) -> None:
            database.execute("DELETE FROM ratings WHERE screening_id = ?", (screening_id,))

        copies.change_all(self.home, delete, "ratings")
        with self.database() as database, transaction(database):
            delete(database)
            removal.changed(database, screening_id)

    def forget_screening(self, screening_id: str) -> None:
        """Delete a screening's row, those of its viewers and its ratings, also from the copies of the database.

        `jobs.scans.delete_screening` is what deletes a screening: it deletes its viewers' data first.
        """

        def delete(database: sqlite3.Connection) -> None:
            removal.delete_screening(database, screening_id)

        copies.change_all(self.home, delete, "screenings")
        with self.database() as database:
            delete(database)

    def _screening_row(self, screening_id: str) -> sqlite3.Row:
        with self.database() as database:
            row = database.execute("SELECT * FROM screenings WHERE id = ?", (screening_id,)).fetchone()
        if row is None:
            raise LibraryError("This screening is not in the library.", "It may have been deleted.")
        return row  # type: ignore[no-any-return]


def _of_film(database: sqlite3.Connection, film_id: str | None) -> list[Screening]:
    found = database.execute(
        "SELECT * FROM screenings WHERE ? IS NULL OR film_id = ? ORDER BY rowid", (film_id, film_id)
    )
    return [rows.screening_from_row(row) for row in found.fetchall()]


def _check_free(name: str, taken: set[str]) -> None:
    if names.key(name) in taken:
        raise SettingsError(f"This film has a screening called “{name}” already.", "Give this one another name.")
