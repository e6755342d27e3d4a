"""A library: films, their scans and report settings, below one folder with the layout of storage.layout.Home.

Several processes may use it at once.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import EarlierVersion, LibraryError
from ..expression.checkpoints import calibration
from ..incoming import upload_store
from ..settings import ReportSettings, ScanSettings
from ..storage import Home, clock, from_os_error, group_mode, home as default_home, remove_folder
from . import contents, copies, database as schema, edit_history as edits, readable_rows
from .projects import Projects
from .projects.kept_pairs import forget_pairs
from .records import Scan

if TYPE_CHECKING:  # a library is opened without the arrays that its analyses need
    from ..analysis import Analysis, FilmSummary, MemoryCache
    from ..observations import ObservationStore

_ABANDONED_AFTER = 24 * 3600
"""Seconds without growth after which the temporary file of an added film is deleted."""


_warned: set[Path] = set()
"""Libraries about whose lost rows this process has warned."""


def _warn_once(folder: Path, warning: str) -> None:
    """Log a warning about a library once in this process: the app opens the library for each request."""
    if folder not in _warned:
        _warned.add(folder)
        logging.getLogger(__name__).warning("%s", warning)


class Library(Projects):
    """A library's films, scans, report settings, analyses, screenings and projects.

    Cheap to open; safe to use from several processes.
    """

    _shares_memory = False

    @cached_property
    def _memory(self) -> MemoryCache:
        from ..analysis import MemoryCache

        return MemoryCache.shared(self.home) if self._shares_memory else MemoryCache(self.home)

    def sharing_memory(self) -> Library:
        """This library, whose analyses in memory are those of all that share them in this process."""
        self._shares_memory = True
        return self

    @classmethod
    def open(cls, home: Path | None = None) -> Library:
        """Open a library; create it, or migrate its database, if needed. Raises LibraryError."""
        folder = (home or default_home()).resolve()
        group_mode.check_writable(folder)
        try:
            for base in Home(folder).base_folders:
                base.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise from_os_error(error, folder) from error
        schema.connect(Home(folder).database).close()
        library = cls(folder)
        if warning := library.loss_warning():  # no copy now: it would push out a copy that has the lost rows
            _warn_once(folder, warning)
        else:
            copies.create_daily(Home(folder).database)
        for part in upload_store.temporary_films(folder):  # left by add_film; uploads expire separately
            with contextlib.suppress(OSError):  # another process may delete it at the same time
                is_old = clock.earliest() - part.stat().st_mtime > _ABANDONED_AFTER
                if is_old and not upload_store.is_being_written(part):
                    part.unlink()
        return library

    @classmethod
    def existing(cls, home: Path | None = None) -> Library:
        """Open a library like `open`, but never create one. Raises LibraryError if there is none."""
        folder = (home or default_home()).resolve()
        contents.check_is_library(folder)
        return cls.open(folder)

    def loss_warning(self) -> str:
        """Message about films and scans in the folders that the database does not know; empty if there are none."""
        with self.database() as database:
            return contents.loss_warning(self.home, database)

    def delete_film(self, film_id: str) -> None:
        """Remove everything about a film except bytes outside the library. The caller must end its jobs first, and
        delete its screenings. Viewers whom it shows stay without a recording.

        Its row goes last: on a full disk deleting a row needs the space that the files free. Bytes without a row would
        count as a film whose row was lost. Raises LibraryError if the bytes cannot be removed.
        """
        for scan_id in self.scan_ids(film_id):
            self.delete_scan_files(scan_id)
        upload_store.remove_uploads_of_film(self.home, film_id)
        for file in Home(self.home).jobs.glob(f"*{film_id}*"):  # jobs about the film itself
            with contextlib.suppress(OSError):  # a leftover holds the film's id only; a check removes it
                file.unlink(missing_ok=True)
        remove_folder(Home(self.home).film(film_id))
        copies.remove_film(self.home, film_id)
        with self.database() as database:
            database.execute("DELETE FROM films WHERE id = ?", (film_id,))

    def change_token(self) -> str:
        """Text that changes when any process adds, changes or removes a film, a screening, a viewer or a project, or
        requests or ends an analysis.
        """
        with self.database() as database:
            films, screenings, projects, jobs = database.execute(
                "SELECT (SELECT group_concat(id || name || role) FROM films), "
                "(SELECT group_concat(id || '-' || revision) FROM screenings), "
                "(SELECT group_concat(id || '-' || revision) FROM projects), "
                "(SELECT group_concat(number || replace(state, 'running', 'queued')) "
                "FROM jobs WHERE scan_id IS NOT NULL)"
            ).fetchone()
        return f"{films} {screenings} {projects} {jobs}"

    # Scans

    def add_scan(
        self, film_id: str, settings: ScanSettings, checkpoint_hash: str, checkpoint_settings: str = ""
    ) -> Scan:
        """Add a row for a new scan. `checkpoint_hash` and `checkpoint_settings` are SHA-256, hex."""
        with self.database() as database:
            scan_id = Scan.insert(database, film_id, settings, checkpoint_hash, checkpoint_settings)
        return self.scan(scan_id)

    def scan(self, scan_id: str) -> Scan:
        """The scan with this id. Raises LibraryError if there is none or its row cannot be read."""
        with self.database() as database:
            row = database.execute("SELECT * FROM scans WHERE id = ?", (scan_id,)).fetchone()
        if row is None:
            raise LibraryError("This analysis is not in the library.", "It may have been deleted.")
        if readable_rows.unreadable_columns("scans", row):
            raise readable_rows.scan_error(row, self._film_name(row["film_id"]))
        return Scan.from_row(row)

    def scans(self, film_id: str) -> list[Scan]:
        """All readable scans of a film, in any state, the one started last first."""
        with self.database() as database:
            return Scan.of_film(database, film_id)

    def _film_name(self, film_id: str) -> str:
        """A film's name, or the beginning of its id if it has no row."""
        with self.database() as database:
            row = database.execute("SELECT name FROM films WHERE id = ?", (film_id,)).fetchone()
        return film_id[:8] if row is None else str(row["name"])

    def scan_starts(self) -> list[tuple[str, str, int]]:
        """Of each scan its id, its film's, and the number of its start, ascending: one started again has another."""
        with self.database() as database:
            return [tuple(row) for row in database.execute("SELECT id, film_id, begun FROM scans ORDER BY begun")]

    def scan_ids(self, film_id: str) -> list[str]:
        """Ids of all scans of a film, including unreadable rows, the one started last first."""
        with self.database() as database:
            rows = database.execute(
                "SELECT id FROM scans WHERE film_id = ? ORDER BY begun DESC, rowid DESC", (film_id,)
            )
            return [row[0] for row in rows]

    def delete_scan(self, scan_id: str) -> None:
        """Delete a scan with its files and analyses. The row goes last: after a kill no files remain without a row."""
        self.delete_scan_files(scan_id)
        with self.database() as database:
            database.execute("DELETE FROM scans WHERE id = ?", (scan_id,))

    def delete_scan_files(self, scan_id: str) -> None:
        """Delete a scan's observations, analyses and job files; its row remains."""
        self._memory.forget(self.store(scan_id))
        with contextlib.suppress(OSError):  # without its seal a partly deleted scan does not count as finished
            (Home(self.home).scan(scan_id) / "sealed.json").unlink(missing_ok=True)
        for folder in (Home(self.home).scan(scan_id), Home(self.home).analyses(scan_id)):
            shutil.rmtree(folder, ignore_errors=True)
        forget_pairs(self.home, scan_id)
        parts = Home(self.home).parts(scan_id)
        for file in Home(self.home).jobs.glob(f"{scan_id}.*"):
            if file == parts:  # its folder stays: it tells the cluster's owner whose parts to delete in the exchange
                for part in parts.iterdir():
                    shutil.rmtree(part, ignore_errors=True) if part.is_dir() else part.unlink(missing_ok=True)
            else:
                file.unlink(missing_ok=True)

    def forget_people(self, film_id: str) -> None:
        """Delete all that tells the people of a film apart, from every scan of it, which stay as they are otherwise.

        The caller must end its jobs first. A call that was interrupted can be repeated. Raises LibraryError.
        """
        for scan_id in self.scan_ids(film_id):
            store = self.store(scan_id)
            try:
                store.forget_people()
            except OSError as error:
                raise from_os_error(error, store.folder, "deleted") from error
        with self.database() as database:
            for scan in Scan.of_film(database, film_id):
                if scan.settings.people:
                    scan.set_settings(database, replace(scan.settings, people=False))

    def forget_sound(self, film_id: str) -> None:
        """Delete the fingerprints of a film's sound from every scan of it. As `forget_people`."""
        for scan_id in self.scan_ids(film_id):
            store = self.store(scan_id)
            try:
                store.forget_sound()
            except OSError as error:
                raise from_os_error(error, store.folder, "deleted") from error

    def newest_scan(self, film_id: str) -> Scan | None:
        """The newest finished scan of a film, or None. Raises LibraryError if its row cannot be read."""
        with self.database() as database:
            rows = Scan.rows_of_film(database, film_id)
        row = next((row for row in rows if self.store(row["id"]).sealed), None)
        if row is not None and readable_rows.unreadable_columns("scans", row):
            raise readable_rows.scan_error(row, self._film_name(film_id))
        return None if row is None else Scan.from_row(row)

    def store(self, scan_id: str) -> ObservationStore:
        """The observation store of a scan."""
        from ..observations import ObservationStore

        return ObservationStore(Home(self.home).scan(scan_id))

    # Report settings and analyses

    def report_settings(self, film_id: str) -> ReportSettings:
        """The film's report settings, or the defaults."""
        with self.database() as database:
            return edits.state(database, film_id).settings

    def edit_state(self, film_id: str) -> edits.EditState:
        """The film's report settings and their revision."""
        with self.database() as database:
            return edits.state(database, film_id)

    def set_report_settings(self, film_id: str, settings: ReportSettings, what: str = "") -> None:
        """Store report settings as a step that can be undone, with the description `what`.

        To derive settings from the current ones, use `change_report_settings` or `editing`: this method replaces what
        another process saved since they were read.
        """
        with self.database() as database:
            edits.save(database, film_id, settings, what)

    def change_report_settings(self, film_id: str, make_settings: edits.Change, what: str = "") -> None:
        """Like `set_report_settings`, with settings computed from the current ones while no other process saves."""
        with self.database() as database:
            edits.change(database, film_id, make_settings, what)

    def edit_history(self, film_id: str) -> edits.History:
        """Descriptions of what can be undone and redone."""
        with self.database() as database:
            return edits.history(database, film_id)

    def undo(self, film_id: str, revision: int | None = None) -> bool:
        """Return the film's report settings to the previous step; False if there is none.

        Raises CorrectionError if `revision`, the one that the caller displayed, is no longer current.
        """
        with self.database() as database:
            return edits.undo(database, film_id, revision)

    def redo(self, film_id: str, revision: int | None = None) -> bool:
        """Return the film's report settings to the step that was undone; False if there is none. Raises as `undo`."""
        with self.database() as database:
            return edits.redo(database, film_id, revision)

    def analysis(self, film_id: str) -> Analysis:
        """Analysis of the newest finished scan under the film's settings. Raises LibraryError if there is none."""
        scan = self.newest_scan(film_id)
        if scan is None:
            raise LibraryError(
                f"{self.film(film_id).name} has not been analysed yet.", "Analyse it on the Library page."
            )
        return self.analysis_of(scan, self.report_settings(film_id))

    def partial_analysis(self, film_id: str) -> Analysis | None:
        """Analysis of what the newest scan has stored before its end; None if that is nothing.

        It ends after the last stored frame; cuts by hand beyond that frame are left out.
        """
        from ..analysis import analyse

        scan = next(iter(self.scans(film_id)), None)
        if scan is None or (store := self.store(scan.id)).sealed or not store.segment_count:
            return None
        observations, settings = store.read_partial(), self.report_settings(film_id)
        cuts = tuple((frame, name) for frame, name in settings.shots.cuts if frame < observations.frames)
        temperature = calibration.resolve_temperature(settings.temperature, observations.checkpoint.hash, self.home)
        settings = replace(settings, shots=replace(settings.shots, cuts=cuts))
        return analyse(observations, settings, temperature=temperature)

    def analysis_of(self, scan: Scan, settings: ReportSettings) -> Analysis:
        """Analysis of a finished scan under `settings`, from a cache if possible.

        Raises ScanError, LaterVersion, and EarlierVersion with the film's name for a layout that is no longer read.
        """
        from ..observations import earlier_version

        store = self.store(scan.id)
        try:
            if not store.sealed:
                store.read()  # raises the error that says why
            return self._memory.analysis(Home(self.home).analyses(scan.id), store, settings)
        except EarlierVersion as error:
            raise earlier_version(f"The analysis of “{self._film_name(scan.film_id)}”") from error

    def film_summary(self, film_id: str) -> FilmSummary | None:
        """Summary of a film for lists; None while no scan is finished."""
        from ..analysis import summarize_film

        scan = self.newest_scan(film_id)
        if scan is None:
            return None
        return summarize_film(self.analysis_of(scan, self.report_settings(film_id)), self.store(scan.id))
