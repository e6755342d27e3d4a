"""Viewers added to screenings: recordings, live sessions and synthetic curves."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ... import audience
from ...errors import SettingsError
from ...storage import Home, clock, hashed_json, write_whole
from ..database import transaction
from . import names, removal, rows
from .stored_viewers import StoredViewers, viewer_rows

if TYPE_CHECKING:
    from ...audience import Alignment, Consent, Readings, Viewer, ViewerKind

MAX_SEAT = 10_000


class AddedViewers(StoredViewers):
    """The viewers of the screenings of the library at `home`, to read and to add."""

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
        is taken. Raises SettingsError for a name that another viewer of the screening has, for a face that is one of
        its viewers already, and for the film that was shown: its faces are the cast's.
        """
        film = self.film(recording)
        if self.screening(screening_id).film_id == recording:
            raise SettingsError(
                f"{film.name} is the film that was shown, no recording of its viewers.",
                "Give recordings of those who watched it.",
            )
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
        check_seat(seat)
        if readings is not None:
            self._write_readings(viewer_id, readings)
        try:
            with self.database() as database, transaction(database):
                self._screening_row(screening_id)
                others = viewer_rows(database, "screening_id", screening_id)
                taken = {names.key(row["name"]) for row in others}
                if name:
                    check_name_free(wanted, taken)
                else:
                    wanted = names.free(wanted, taken)
                if recording is not None:
                    check_face_free(others, recording, seat)
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
                        rows.alignment_text(alignment or audience.Alignment()),
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


def _next_number(database: sqlite3.Connection, screening_id: str) -> int:
    row: Any = database.execute(
        "UPDATE screenings SET viewers_added = viewers_added + 1 WHERE id = ? RETURNING viewers_added", (screening_id,)
    ).fetchall()
    return int(row[0][0])


def check_seat(seat: int | None) -> None:
    if seat is not None and not 1 <= seat <= MAX_SEAT:
        raise SettingsError(f"The seat is {seat}.", f"Seats are counted from 1, from left to right, up to {MAX_SEAT}.")


def check_name_free(name: str, taken: set[str]) -> None:
    if names.key(name) in taken:
        raise SettingsError(
            f"This screening has a viewer called “{name}” already.", "Give each viewer a name of their own."
        )


def check_face_free(others: list[sqlite3.Row], recording: str, seat: int | None) -> None:
    """Raise SettingsError if a viewer of the screening is the same face of the same recording."""
    for row in others:
        if row["recording"] == recording and (row["seat"] == seat or row["seat"] is None or seat is None):
            raise SettingsError(
                f"This recording is the viewer “{row['name']}” of this screening already.",
                "Give a recording of someone else, or another seat of a room's recording.",
            )
