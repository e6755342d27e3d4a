"""The viewers of screenings: recordings, live sessions and synthetic curves, and what is known of each."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ... import audience
from ...errors import INVALID_DATA_ERRORS, LibraryError, SettingsError
from ...incoming import upload_store
from ...storage import Home, clock, descriptors, from_os_error, group_mode, hashed_json, write_whole
from .. import copies
from ..database import transaction
from . import names, removal, rows
from .screenings import Screenings

if TYPE_CHECKING:
    from ...audience import Alignment, Consent, Readings, Viewer, ViewerKind

MAX_SEAT = 10_000


class Viewers(Screenings):
    """The viewers of the screenings of the library at `home`."""

    # Read

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

    # Add

    def add_recorded_viewer(
        self,
        screening_id: str,
        recording: str,
        *,
        consent: Consent,
        name: str = "",
        groups: Mapping[str, str] | None = None,
        alignment: Alignment | None = None,
        seat: int | None = None,
        file_name: str = "",
    ) -> Viewer:
        """Add the viewer whom a recording, a film of the library, shows.

        Without a name the viewer gets that of the file `file_name`, or the recording's, with a number behind it if that
        is taken. Raises SettingsError for a name that another viewer of the screening has, and for a face that is one
        of its viewers already.
        """
        film = self.film(recording)
        file_name = file_name or film.name
        fallback = file_name.rpartition(".")[0] or file_name
        return self._add(
            screening_id, "recording", name, fallback, consent, groups, alignment, recording=recording, seat=seat
        )

    def add_live_viewer(
        self,
        screening_id: str,
        readings: Readings,
        *,
        consent: Consent,
        name: str = "",
        groups: Mapping[str, str] | None = None,
    ) -> Viewer:
        """Add the viewer of a live session with what the session read; without a name “Viewer” and a number."""
        return self._add(
            screening_id, "live", name, "Viewer", consent, groups, audience.Alignment(method="live"), readings=readings
        )

    def add_synthetic_viewer(
        self, screening_id: str, readings: Readings, *, name: str = "", groups: Mapping[str, str] | None = None
    ) -> Viewer:
        """Add a viewer who does not exist, as those of the sample screening. None has to be told anything."""
        alignment = audience.Alignment(method="synthetic")
        return self._add(screening_id, "synthetic", name, "Synthetic", None, groups, alignment, readings=readings)

    def _add(
        self,
        screening_id: str,
        kind: ViewerKind,
        name: str,
        fallback: str,
        consent: Consent | None,
        groups: Mapping[str, str] | None,
        alignment: Alignment | None,
        *,
        recording: str | None = None,
        seat: int | None = None,
        readings: Readings | None = None,
    ) -> Viewer:
        """Add a viewer; the row comes last, so that one without its readings is never listed."""
        if kind != "synthetic" and (consent is None or not consent.notice.strip()):
            raise SettingsError("This viewer was told nothing.", "Show the notice first, and say who confirmed it.")
        wanted = names.checked(name, "viewer") if name else names.plain(fallback)[: names.MAX_NAME] or "Viewer"
        stored_groups, viewer_id = names.groups(groups or {}), uuid.uuid4().hex
        _check_seat(seat)
        if readings is not None:
            self._write_readings(viewer_id, readings)
        try:
            with self.database() as database, transaction(database):
                self._screening_row(screening_id)
                others = _rows(database, "screening_id", screening_id)
                taken = {names.key(row["name"]) for row in others}
                if name:
                    _check_name_free(wanted, taken)
                else:
                    wanted = names.free(wanted, taken)
                if recording is not None:
                    _check_face_free(others, recording, seat)
                number = _next_number(database, screening_id)
                database.execute(
                    "INSERT INTO viewers (id, screening_id, number, name, kind, recording, seat, groups, consent, "
                    "alignment, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        viewer_id,
                        screening_id,
                        number,
                        wanted,
                        kind,
                        recording,
                        seat,
                        hashed_json.to_text(stored_groups),
                        rows.consent_text(consent),
                        _alignment_text(alignment or audience.Alignment()),
                        clock.now().isoformat(),
                    ),
                )
                removal.changed(database, screening_id)
        except BaseException:
            Home(self.home).readings_of(viewer_id).unlink(missing_ok=True)
            raise
        return self.viewer(viewer_id)

    def _write_readings(self, viewer_id: str, readings: Readings) -> None:
        if not len(readings.seconds):
            raise SettingsError("This session has no readings.", "Play the film with the camera on, and keep it then.")
        write_whole(Home(self.home).readings_of(viewer_id), readings.to_bytes())

    # Change

    def rename_viewer(self, viewer_id: str, name: str, *, with_ratings: bool = True) -> None:
        """Give a viewer another name, also in the ratings, so that these are deleted with the viewer.

        Raises SettingsError if another viewer of the screening has it, or the ratings are of people of both names.
        Not `with_ratings` where the viewer of the old name was several people.
        """
        name = names.checked(name, "viewer")
        with self.database() as database, transaction(database):
            row = self._viewer_row(viewer_id)
            others = [each for each in _rows(database, "screening_id", row["screening_id"]) if each["id"] != viewer_id]
            _check_name_free(name, {names.key(each["name"]) for each in others})
            if with_ratings:
                removal.rename_in_ratings(database, row["screening_id"], row["name"], name)
            database.execute("UPDATE viewers SET name = ? WHERE id = ?", (name, viewer_id))
            removal.changed(database, row["screening_id"])

    def set_viewer_groups(self, viewer_id: str, groups: Mapping[str, str]) -> None:
        """Replace a viewer's groups; those without a value are left out."""
        self._set(viewer_id, "groups", hashed_json.to_text(names.groups(groups)))

    def set_viewer_consent(self, viewer_id: str, consent: Consent) -> None:
        """Replace what a viewer was told."""
        self._set(viewer_id, "consent", rows.consent_text(consent))

    def set_viewer_alignment(self, viewer_id: str, alignment: Alignment) -> None:
        """Replace how a viewer's recording becomes the film's time."""
        self._set(viewer_id, "alignment", _alignment_text(alignment))

    def set_viewer_seat(self, viewer_id: str, seat: int | None) -> None:
        """Say which face of a room's recording the viewer is; None for the one in the middle of attention."""
        _check_seat(seat)
        with self.database() as database, transaction(database):
            row = self._viewer_row(viewer_id)
            if row["recording"] is None:
                raise SettingsError(f"“{row['name']}” is no recording of a room.", "Only those have seats.")
            others = [each for each in _rows(database, "screening_id", row["screening_id"]) if each["id"] != viewer_id]
            _check_face_free(others, row["recording"], seat)
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
            delete(database)

    def _viewer_row(self, viewer_id: str) -> sqlite3.Row:
        found = self._viewer_rows("id", viewer_id)
        if not found:
            raise LibraryError("This viewer is not in the library.", "The viewer may have been deleted.")
        return found[0]

    def _viewer_rows(self, column: str, value: str) -> list[sqlite3.Row]:
        with self.database() as database:
            return _rows(database, column, value)


def _rows(database: sqlite3.Connection, column: str, value: str) -> list[sqlite3.Row]:
    return database.execute(f"SELECT * FROM viewers WHERE {column} = ? ORDER BY number", (value,)).fetchall()


def _next_number(database: sqlite3.Connection, screening_id: str) -> int:
    row: Any = database.execute(
        "UPDATE screenings SET viewers_added = viewers_added + 1 WHERE id = ? RETURNING viewers_added", (screening_id,)
    ).fetchall()
    return int(row[0][0])


def _alignment_text(alignment: Alignment) -> str:
    return hashed_json.to_text(audience.alignment_to_json(alignment))


def _check_seat(seat: int | None) -> None:
    if seat is not None and not 1 <= seat <= MAX_SEAT:
        raise SettingsError(f"The seat is {seat}.", f"Seats are counted from 1, from left to right, up to {MAX_SEAT}.")


def _check_name_free(name: str, taken: set[str]) -> None:
    if names.key(name) in taken:
        raise SettingsError(
            f"This screening has a viewer called “{name}” already.", "Give each viewer a name of their own."
        )


def _check_face_free(others: list[sqlite3.Row], recording: str, seat: int | None) -> None:
    """Raise SettingsError if a viewer of the screening is the same face of the same recording."""
    for row in others:
        if row["recording"] == recording and (row["seat"] == seat or row["seat"] is None or seat is None):
            raise SettingsError(
                f"This recording is the viewer “{row['name']}” of this screening already.",
                "Give a recording of someone else, or another seat of a room's recording.",
            )
