"""What is on disk: films, their scans, the editor's settings.

    library.sqlite                        films, scans, edits, jobs
    films/<content id>/original.<ext>     bytes that the library holds
    films/<content id>/proxy.mp4          a copy for browsers, proxy.json: its hash, and playable.json: whether the
                                          film needs one; of its second video track proxy-2.mp4, proxy-2.json and
                                          playable-2.json, where that was read
    scans/<scan id>/                      an observation store each
    derived/<scan id>/                    analyses; may be deleted at any time
    calibrations/<weights>.json           a temperature each, fitted here
    jobs/                                 requests and progress of work in the background
    incoming/                             films that are not yet whole (see incoming.uploads_on_disk)
    engines/                              what engines measured here, and which one is the default
    networks/                             what engines compiled; may be deleted at any time
    config.toml                           what the owner of the machine allows (see storage.config)
    copies/                               of library.sqlite (see copies)
    set-aside/                            what a repair could not put back; yours to look at, and to delete
    links.key                             signs links to the app's own routes

Several processes may use it at once.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
from dataclasses import replace
from pathlib import Path

from ..analysis.analyse import analyse
from ..analysis.film_summary import Card, card_of
from ..analysis.memory_cache import Memory
from ..analysis.records import Analysis
from ..errors import LibraryError
from ..expression.checkpoints import calibration
from ..incoming import uploads_on_disk
from ..observations.store import ObservationStore
from ..settings import ReportSettings, ScanSettings
from ..storage import clock, group_mode
from ..storage.files import from_os_error, remove_folder
from ..storage.paths import home as default_home
from . import copies, database as schema, edit_history as edits, existing, lost_rows, readable_rows
from .films import Films
from .records import Scan

_ABANDONED_AFTER = 24 * 3600
"""Seconds after which an upload that no longer grows is nobody's."""


_said: set[Path] = set()
"""Libraries of which this process has said that their database was lost."""


def _say_once(folder: Path, told: str) -> None:
    """On the terminal, where a library is opened for each request too."""
    if folder not in _said:
        _said.add(folder)
        logging.getLogger(__name__).warning("%s", told)


class Library(Films):
    """The folder in which everything is kept. Cheap to open; safe from several processes at once."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._memory = Memory(folder)

    @classmethod
    def open(cls, home: Path | None = None) -> Library:
        """Open, create or bring up to date. Raises LibraryError."""
        folder = (home or default_home()).resolve()
        group_mode.must_be_ours(folder, schema.FILE)
        try:
            for name in ("films", "scans", "derived", "jobs", "incoming"):
                (folder / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise from_os_error(error, folder) from error
        schema.connect(folder / "library.sqlite").close()
        library = cls(folder)
        if told := library.lost():  # copies of what is left would push out those of what was there
            _say_once(folder, told)
        else:
            copies.keep_daily(folder / "library.sqlite")
        for part in uploads_on_disk.parts(folder):  # of add_film; uploads have folders and a time of their own
            with contextlib.suppress(OSError):  # another process may be faster
                if not uploads_on_disk.being_written(part) and clock.surely() - part.stat().st_mtime > _ABANDONED_AFTER:
                    part.unlink()
        return library

    @classmethod
    def existing(cls, home: Path | None = None) -> Library:
        """Open a library that is there, as `open`; where there is none, nothing is made. Raises LibraryError."""
        folder = (home or default_home()).resolve()
        existing.must_exist(folder)
        return cls.open(folder)

    def lost(self) -> str:
        """What must be said at once where the database does not know what lies in the folders; empty if all is well."""
        with self.database() as database:
            return lost_rows.told(self.home, database)

    def delete_film(self, film_id: str) -> None:
        """Remove everything of a film; bytes that lie where the user keeps them stay. End its jobs first.

        Its row goes last, since on a full disk even that takes the space that the files gave back; bytes without a row
        would be taken for a film that lost its own. Raises LibraryError where the bytes cannot be removed.
        """
        for scan_id in self.scan_ids(film_id):
            self.discard(scan_id)
        uploads_on_disk.forget(self.home, film_id)
        for file in (self.home / "jobs").glob(f"*{film_id}*"):  # of work on the film itself
            with contextlib.suppress(OSError):  # what stays names the film no more than its id; a check removes it
                file.unlink(missing_ok=True)
        remove_folder(self.home / "films" / film_id)
        copies.forget_film(self.home, film_id)
        with self.database() as database:
            database.execute("DELETE FROM films WHERE id = ?", (film_id,))

    def state(self) -> str:
        """Another text once a film came or went, or an analysis was asked for, begun or over, in whatever process."""
        with self.database() as database:
            films, jobs = database.execute(
                "SELECT (SELECT group_concat(id || name) FROM films), "
                "(SELECT group_concat(number || state) FROM jobs WHERE scan_id IS NOT NULL)"
            ).fetchone()
        return f"{films} {jobs}"

    # Scans

    def add_scan(
        self, film_id: str, settings: ScanSettings, checkpoint_hash: str, checkpoint_settings: str = ""
    ) -> Scan:
        with self.database() as database:
            scan_id = Scan.insert(database, film_id, settings, checkpoint_hash, checkpoint_settings)
        return self.scan(scan_id)

    def scan(self, scan_id: str) -> Scan:
        """Raises LibraryError if it is not here."""
        with self.database() as database:
            row = database.execute("SELECT * FROM scans WHERE id = ?", (scan_id,)).fetchone()
        if row is None:
            raise LibraryError("This analysis is not in the library.", "It may have been deleted.")
        if readable_rows.columns("scans", row):
            raise readable_rows.scan(row, self._name_of(row["film_id"]))
        return Scan.from_row(row)

    def scans(self, film_id: str) -> list[Scan]:
        """All scans of a film that can be read, in whatever state, the one begun last first."""
        with self.database() as database:
            return Scan.of_film(database, film_id)

    def _name_of(self, film_id: str) -> str:
        with self.database() as database:
            row = database.execute("SELECT name FROM films WHERE id = ?", (film_id,)).fetchone()
        return film_id[:8] if row is None else str(row["name"])

    def scan_ids(self, film_id: str) -> list[str]:
        """Of all scans of a film, also of those whose rows cannot be read, the one begun last first."""
        with self.database() as database:
            rows = database.execute(
                "SELECT id FROM scans WHERE film_id = ? ORDER BY begun DESC, rowid DESC", (film_id,)
            )
            return [row[0] for row in rows]

    def forget_scan(self, scan_id: str) -> None:
        """Delete an analysis. Its files go first: files without a row are taken for an analysis that lost its own."""
        self.discard(scan_id)
        with self.database() as database:
            database.execute("DELETE FROM scans WHERE id = ?", (scan_id,))

    def discard(self, scan_id: str) -> None:
        """Delete what a scan left on disk."""
        self._memory.forget(self.store(scan_id))
        with contextlib.suppress(OSError):  # what is removed by half is not taken for finished
            (self.home / "scans" / scan_id / "sealed.json").unlink(missing_ok=True)
        for folder in ("scans", "derived"):
            shutil.rmtree(self.home / folder / scan_id, ignore_errors=True)
        for file in (self.home / "jobs").glob(f"{scan_id}.*"):
            file.unlink(missing_ok=True)

    def scan_of(self, film_id: str) -> Scan | None:
        """The newest finished scan of a film. Raises LibraryError where its row cannot be read."""
        with self.database() as database:
            rows = Scan.rows_of_film(database, film_id)
        row = next((row for row in rows if self.store(row["id"]).sealed), None)
        if row is not None and readable_rows.columns("scans", row):
            raise readable_rows.scan(row, self._name_of(film_id))
        return None if row is None else Scan.from_row(row)

    def store(self, scan_id: str) -> ObservationStore:
        return ObservationStore(self.home / "scans" / scan_id)

    # What is made of a scan

    def report_settings(self, film_id: str) -> ReportSettings:
        """The film's own, or the defaults."""
        with self.database() as database:
            return edits.now(database, film_id)

    def edit_state(self, film_id: str) -> edits.State:
        """The film's report settings, and which revision they are."""
        with self.database() as database:
            return edits.state(database, film_id)

    def set_report_settings(self, film_id: str, settings: ReportSettings, what: str = "") -> None:
        """A step that can be undone, whatever the settings were; `what` says in a few words what it does.

        For settings made of those that hold, use `change_report_settings` or `editing`: what another process saved
        between the reading and this is replaced here.
        """
        with self.database() as database:
            edits.save(database, film_id, settings, what)

    def change_report_settings(self, film_id: str, made: edits.Change, what: str = "") -> None:
        """As `set_report_settings`, with settings made of those that hold; nobody else saves any meanwhile."""
        with self.database() as database:
            edits.change(database, film_id, made, what)

    def edit_history(self, film_id: str) -> edits.History:
        """What can be undone and redone."""
        with self.database() as database:
            return edits.history(database, film_id)

    def undo(self, film_id: str, revision: int | None = None) -> bool:
        """The film's report settings as they were a step before; False if there is none.

        Raises CorrectionError where `revision`, the one that was shown, no longer holds.
        """
        with self.database() as database:
            return edits.undo(database, film_id, revision)

    def redo(self, film_id: str, revision: int | None = None) -> bool:
        """The film's report settings as they were before an undo; False if there was none. Raises as `undo`."""
        with self.database() as database:
            return edits.redo(database, film_id, revision)

    def analysis(self, film_id: str) -> Analysis:
        """The newest finished scan under the film's settings. Raises LibraryError if there is none."""
        scan = self.scan_of(film_id)
        if scan is None:
            raise LibraryError(
                f"{self.film(film_id).name} has not been analysed yet.", "Analyse it on the Library page."
            )
        return self.analysis_of(scan, self.report_settings(film_id))

    def analysis_so_far(self, film_id: str) -> Analysis | None:
        """What the newest scan has written down before its end, or None while that is nothing.

        The film ends after the last frame written; cuts by hand beyond it are left out.
        """
        scan = next(iter(self.scans(film_id)), None)
        if scan is None or (store := self.store(scan.id)).sealed or not store.segments:
            return None
        seen, settings = store.so_far(), self.report_settings(film_id)
        cuts = tuple((frame, name) for frame, name in settings.shots.cuts if frame < seen.frames)
        temperature = calibration.resolved(settings.temperature, seen.checkpoint.hash, self.home)
        return analyse(seen, replace(settings, shots=replace(settings.shots, cuts=cuts)), temperature=temperature)

    def analysis_of(self, scan: Scan, settings: ReportSettings) -> Analysis:
        store = self.store(scan.id)
        if not store.sealed:
            store.read()  # says why there is none
        return self._memory.analysis(self.home / "derived" / scan.id, store, settings)

    def card(self, film_id: str) -> Card | None:
        """What a list shows, or None while no scan is finished."""
        scan = self.scan_of(film_id)
        if scan is None:
            return None
        return card_of(self.analysis_of(scan, self.report_settings(film_id)), self.store(scan.id))
