"""The viewers of screenings as the database and the library's folder hold them."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from ... import audience
from ...errors import INVALID_DATA_ERRORS, LibraryError
from ...storage import Home, descriptors, group_mode
from . import rows
from .rows import Marks, SoundSearch
from .screenings import Screenings

if TYPE_CHECKING:
    from ...audience import Readings, Viewer


class StoredViewers(Screenings):
    """The viewers of the screenings of the library at `home`, to read."""

    def viewers(self, screening_id: str) -> list[Viewer]:
        """The viewers of a screening whose rows can be read, in the order in which they were added."""
        found = self._viewer_rows("screening_id", screening_id)
        return [rows.viewer_from_row(row) for row in found if not rows.unreadable_columns("viewers", row)]

    def unreadable_viewers(self, screening_id: str) -> list[tuple[str, str, LibraryError]]:
        """Id, name and error of each viewer whose row cannot be read; `viewers` leaves these out."""
        found = self._viewer_rows("screening_id", screening_id)
        return [
            (row["id"], row["name"], rows.viewer_error(row)) for row in found if rows.unreadable_columns("viewers", row)
        ]

    def viewer_ids(self, screening_id: str) -> list[str]:
        """Ids of all viewers of a screening, those whose rows cannot be read among them."""
        return [row["id"] for row in self._viewer_rows("screening_id", screening_id)]

    def viewer(self, viewer_id: str) -> Viewer:
        """The viewer with this id. Raises LibraryError if there is none or the row cannot be read."""
        row = self._viewer_row(viewer_id)
        if rows.unreadable_columns("viewers", row):
            raise rows.viewer_error(row)
        return rows.viewer_from_row(row)

    def viewers_of_recording(self, recording: str) -> list[str]:
        """Ids of the viewers, of any screening, that this film shows."""
        return [row["id"] for row in self._viewer_rows("recording", recording)]

    def sound_searches(self, screening_id: str | None = None) -> dict[str, SoundSearch]:
        """The searches for the film's sound that are wanted or were in vain, by viewer; of one screening, or of all."""
        with self.database() as database:
            found = database.execute(
                "SELECT id, sound_search FROM viewers WHERE sound_search <> '' AND (? IS NULL OR screening_id = ?) "
                "ORDER BY screening_id, number",
                (screening_id, screening_id),
            ).fetchall()
        searches = {row["id"]: rows.search_from_text(row["sound_search"]) for row in found}
        return {viewer_id: search for viewer_id, search in searches.items() if search is not None}

    def viewer_marks(self, viewer_id: str) -> Marks:
        """The moments that were marked to align a viewer's recording by, and not used or discarded yet."""
        return rows.marks_from_text(self._viewer_row(viewer_id)["alignment"])

    def viewer_readings(self, viewer_id: str) -> Readings:
        """The readings of a live or synthetic viewer. Raises LibraryError if they are gone or damaged."""
        name = self._viewer_row(viewer_id)["name"]
        try:
            return audience.Readings.from_bytes(Home(self.home).readings_of(viewer_id).read_bytes())
        except (OSError, *INVALID_DATA_ERRORS) as error:
            descriptors.raise_if_ran_out(error)
            group_mode.raise_if_denied(error)
            raise LibraryError(
                f"The readings of the viewer “{name}” cannot be read: {error}.",
                "Delete the viewer, or put the library's folder “readings” back from a backup.",
            ) from error

    def _viewer_row(self, viewer_id: str) -> sqlite3.Row:
        found = self._viewer_rows("id", viewer_id)
        if not found:
            raise LibraryError("This viewer is not in the library.", "The viewer may have been deleted.")
        return found[0]

    def _viewer_rows(self, column: str, value: str) -> list[sqlite3.Row]:
        with self.database() as database:
            return viewer_rows(database, column, value)


def viewer_rows(database: sqlite3.Connection, column: str, value: str) -> list[sqlite3.Row]:
    return database.execute(f"SELECT * FROM viewers WHERE {column} = ? ORDER BY number", (value,)).fetchall()
