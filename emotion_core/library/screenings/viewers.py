"""The viewers of screenings: what is known of each, to read, add, change and delete."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ...errors import SettingsError
from ...incoming import upload_store
from ...storage import Home, from_os_error, hashed_json
from .. import copies
from ..database import transaction
from . import names, removal, rows
from .added_viewers import AddedViewers, check_face_free, check_name_free, check_seat
from .rows import Marks, SoundSearch
from .stored_viewers import viewer_rows

if TYPE_CHECKING:
    from ...audience import Alignment


NOT_ALIGNED = "Nobody has said yet when the film begins in the recording."


class Viewers(AddedViewers):
    """The viewers of the screenings of the library at `home`."""

    # Change

    def rename_viewer(self, viewer_id: str, name: str, *, with_ratings: bool = True) -> None:
        """Give a viewer another name, also in the ratings, so that these are deleted with the viewer.

        Raises SettingsError if another viewer of the screening has it, or the ratings are of people of both names.
        Not `with_ratings` where the viewer of the old name was several people.
        """
        name = names.checked(name, "viewer")
        with self.database() as database, transaction(database):
            row = self._viewer_row(viewer_id)
            others = [
                each for each in viewer_rows(database, "screening_id", row["screening_id"]) if each["id"] != viewer_id
            ]
            check_name_free(name, {names.key(each["name"]) for each in others})
            if with_ratings:
                removal.rename_in_ratings(database, row["screening_id"], row["name"], name)
            database.execute("UPDATE viewers SET name = ? WHERE id = ?", (name, viewer_id))
            removal.changed(database, row["screening_id"])

    def set_viewer_groups(self, viewer_id: str, groups: Mapping[str, str]) -> None:
        """Replace a viewer's groups; those without a value are left out."""
        self._set(viewer_id, "groups", hashed_json.to_text(names.groups(groups)))

    def set_viewer_alignment(self, viewer_id: str, alignment: Alignment) -> None:
        """Replace how a viewer's recording becomes the film's time. A search for the film's sound ends with that."""
        with self.database() as database, transaction(database):
            _align(database, self._viewer_row(viewer_id), alignment)

    def set_recording_alignment(self, viewer_id: str, alignment: Alignment) -> None:
        """`set_viewer_alignment` for all seats of a viewer's recording."""
        with self.database() as database, transaction(database):
            _align_seats(database, self._viewer_row(viewer_id), alignment)

    def set_viewer_marks(self, viewer_id: str, marks: Marks) -> None:
        """Keep moments that are marked in film and recording until the viewer is aligned by marks; () discards them.

        No number changes with them.
        """
        alignment = self.viewer(viewer_id).alignment
        with self.database() as database, transaction(database):
            self._viewer_row(viewer_id)
            text = rows.alignment_text(alignment, marks)
            database.execute("UPDATE viewers SET alignment = ? WHERE id = ?", (text, viewer_id))

    def want_sound_search(self, viewer_ids: Iterable[str]) -> None:
        """Note that the film's sound is to be sought in these viewers' recordings; see ingest.background_alignment."""
        with self.database() as database, transaction(database):
            for viewer_id in viewer_ids:
                row = self._viewer_row(viewer_id)
                if row["recording"] is None:
                    raise SettingsError(
                        f"“{row['name']}” is no recording.", "Live sessions are in time with the film by themselves."
                    )
                _note_search(database, row, SoundSearch(wanted=True))

    def await_alignment(self, viewer_id: str) -> None:
        """Note that nobody has said yet when the film begins in a viewer's recording: until then no seat counts."""
        with self.database() as database, transaction(database):
            _note_search(database, self._viewer_row(viewer_id), SoundSearch(wanted=False, note=NOT_ALIGNED))

    def end_sound_search(self, viewer_id: str, found: Alignment | SoundSearch) -> None:
        """Store what a search found, an alignment for all seats of the recording, or why it found nothing.

        Does nothing where the search is not wanted any more: the viewer was aligned or deleted meanwhile.
        """
        with self.database() as database, transaction(database):
            row = next(iter(viewer_rows(database, "id", viewer_id)), None)
            search = None if row is None else rows.search_from_text(row["sound_search"])
            if row is None or search is None or not search.wanted:
                return
            if isinstance(found, SoundSearch):
                _note_search(database, row, found)
            else:
                _align_seats(database, row, found)

    def set_viewer_seat(self, viewer_id: str, seat: int | None) -> None:
        """Say which face of a room's recording the viewer is; None for the one in the middle of attention."""
        check_seat(seat)
        with self.database() as database, transaction(database):
            row = self._viewer_row(viewer_id)
            if row["recording"] is None:
                raise SettingsError(f"“{row['name']}” is no recording of a room.", "Only those have seats.")
            check_face_free(_others(database, row), row["recording"], seat)
            database.execute("UPDATE viewers SET seat = ? WHERE id = ?", (seat, viewer_id))
            removal.changed(database, row["screening_id"])

    def _set(self, viewer_id: str, column: str, text: str) -> None:
        with self.database() as database, transaction(database):
            row = self._viewer_row(viewer_id)
            database.execute(f"UPDATE viewers SET {column} = ? WHERE id = ?", (text, viewer_id))
            removal.changed(database, row["screening_id"])

    # Delete

    def unshared_recording(self, viewer_id: str) -> str | None:
        """The recording that goes with a viewer: no other viewer needs it, and it is no film of its own."""
        recording = self._viewer_row(viewer_id)["recording"]
        if recording is None or self.viewers_of_recording(recording) != [viewer_id]:
            return None
        with self.database() as database:
            row = database.execute("SELECT role FROM films WHERE id = ?", (recording,)).fetchone()
        return str(recording) if row is not None and row["role"] == "recording" else None

    def forget_viewer(self, viewer_id: str) -> None:
        """Delete a viewer's readings, ratings and row, also from the copies of the database; the row goes last.

        `jobs.scans.delete_viewer` is what deletes a viewer: it deletes the recording first.
        """

        def delete(database: sqlite3.Connection) -> None:
            removal.delete_viewer(database, viewer_id)

        file = Home(self.home).readings_of(viewer_id)
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise from_os_error(error, file, "removed") from error
        copies.change_all(self.home, delete, "viewers")
        upload_store.remove_uploads_of_viewer(self.home, viewer_id)
        with self.database() as database, transaction(database):
            removal.hand_search_on(database, viewer_id)
            delete(database)


def _others(database: sqlite3.Connection, row: sqlite3.Row) -> list[sqlite3.Row]:
    """The rows of the other viewers of a viewer's screening."""
    return [each for each in viewer_rows(database, "screening_id", row["screening_id"]) if each["id"] != row["id"]]


def _align_seats(database: sqlite3.Connection, row: sqlite3.Row, alignment: Alignment) -> None:
    for each in viewer_rows(database, "screening_id", row["screening_id"]):
        if each["recording"] == row["recording"]:
            _align(database, each, alignment)


def _align(database: sqlite3.Connection, row: sqlite3.Row, alignment: Alignment) -> None:
    """Marks that are not used stay: they may align the viewer better."""
    marks = () if alignment.method == "mark" else rows.marks_from_text(row["alignment"])
    text = rows.alignment_text(alignment, marks)
    database.execute("UPDATE viewers SET alignment = ?, sound_search = '' WHERE id = ?", (text, row["id"]))
    removal.changed(database, row["screening_id"])


def _note_search(database: sqlite3.Connection, row: sqlite3.Row, search: SoundSearch) -> None:
    database.execute("UPDATE viewers SET sound_search = ? WHERE id = ?", (rows.search_text(search), row["id"]))
    removal.changed(database, row["screening_id"])  # whose numbers count the viewer when nothing is sought
