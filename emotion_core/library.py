"""What is on disk: films, their scans, the editor's settings.

    library.sqlite
    films/<content id>/original.<ext>     bytes that the library holds
    scans/<scan id>/                      an observation store each
    derived/<scan id>/                    analyses; may be deleted at any time
    calibrations/<weights>.json           a temperature each, fitted here
    jobs/                                 requests and progress of work in the background
    incoming/                             films that are not yet whole (see incoming)

Several processes may use it at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import sqlite3
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from . import calibration, edits, schema
from .card import Card, card_of
from .errors import LibraryError
from .home import home as default_home
from .isolated import probe
from .media import Media, content_id
from .memory import Memory
from .observation_store import ObservationStore
from .records import Film, Scan
from .settings import ReportSettings, ScanSettings
from .space import space
from .storage import flush_folder, from_os_error
from .summary import Analysis, analyse

_CHUNK = 4 * 1024 * 1024
_ABANDONED_AFTER = 24 * 3600
"""Seconds after which an upload that no longer grows is nobody's."""
_SUFFIX = re.compile(r"^\.[a-z0-9]{1,5}$")


class Library:
    """The folder in which everything is kept. Cheap to open; safe from several processes at once."""

    def __init__(self, folder: Path) -> None:
        self.home = folder
        self._memory = Memory(folder)

    @classmethod
    def open(cls, home: Path | None = None) -> Library:
        """Open, create or bring up to date. Raises LibraryError."""
        folder = (home or default_home()).resolve()
        try:
            for name in ("films", "scans", "derived", "jobs", "incoming"):
                (folder / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise from_os_error(error, folder) from error
        schema.connect(folder / "library.sqlite").close()
        for part in (folder / "incoming").glob("*.part"):  # of add_film; uploads have folders and a time of their own
            with contextlib.suppress(OSError):  # another process may be faster
                if time.time() - part.stat().st_mtime > _ABANDONED_AFTER:
                    part.unlink()
        return cls(folder)

    @contextlib.contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """A connection for one short piece of work. Raises LibraryError."""
        connection = schema.connect(self.home / "library.sqlite")
        try:
            yield connection
        except sqlite3.Error as error:
            raise schema.refused(error, self.home / "library.sqlite", "written") from error
        finally:
            connection.close()

    # Films

    def add_film(self, source: BinaryIO, name: str) -> Film:
        """Take in a film's bytes, streamed to disk. Raises MediaError if it is none, LibraryError if it cannot be kept.

        Nothing is left behind on failure; the same bytes give the film that is there.
        """
        name = plain(name)
        part = self.home / "incoming" / f"{uuid.uuid4().hex}.part"
        before = space(self.home)
        try:
            digest_of_film, size = hashlib.sha256(), 0
            with part.open("wb") as file:
                while chunk := source.read(_CHUNK):
                    size += len(chunk)
                    if before.quota is not None:
                        before.must_hold(size, name)
                    digest_of_film.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            return self.take_in(part, digest_of_film.hexdigest(), name)
        except OSError as error:
            raise from_os_error(error, part) from error
        finally:
            part.unlink(missing_ok=True)

    def take_in(self, part: Path, film_id: str, name: str) -> Film:
        """Make `part`, a whole file on the library's disk with the SHA-256 `film_id`, a film, by moving it.

        Where the same bytes are here already, that film is returned and `part` stays. Called again after it was
        interrupted at any point, it goes on from there. Raises MediaError, or LibraryError; `part` then stays.
        """
        name = plain(name)
        if (known := self._known(film_id)) is not None and known.unchanged:
            return known
        suffix = Path(name).suffix.lower()
        path = self.home / "films" / film_id / f"original{suffix if _SUFFIX.match(suffix) else ''}"
        moving = part.exists()  # else it was moved before, and its row was not written any more
        media = probe(part if moving else path, film_id, name)
        try:
            with self.database() as database, database:
                database.execute("BEGIN IMMEDIATE")  # one at a time: another may take in the same bytes
                if (twin := self._film_in(database, film_id)) is not None and twin.unchanged:
                    return twin
                if moving:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    part.replace(path)
                    flush_folder(path.parent)
                self._remember(database, film_id, name, path, managed=True, media=media)
        except (OSError, LibraryError) as error:
            with contextlib.suppress(OSError):  # bytes without a row would lie there unseen
                if moving and not part.exists():
                    path.replace(part)
                path.parent.rmdir()
            if isinstance(error, OSError):
                raise from_os_error(error, part) from error
            raise
        return self.film(film_id)

    def refer_to(self, path: Path) -> Film:
        """Take in a film where it lies, without a copy. Raises MediaError."""
        film_id = content_id(path)
        if (known := self._known(film_id)) is not None and known.unchanged:
            return known
        media = probe(path, film_id, path.name)
        with self.database() as database:
            self._remember(database, film_id, plain(path.name), path.resolve(), managed=False, media=media)
        return self.film(film_id)

    def films(self) -> list[Film]:
        """All films, newest first."""
        with self.database() as database:
            rows = database.execute("SELECT * FROM films ORDER BY added_at DESC, id")
            return [Film.from_row(row, self.home) for row in rows]

    def film(self, film_id: str) -> Film:
        """Raises LibraryError if it is not here."""
        with self.database() as database:
            row = database.execute("SELECT * FROM films WHERE id = ?", (film_id,)).fetchone()
        if row is None:
            raise LibraryError("This film is not in the library.", "It may have been deleted; add it again.")
        return Film.from_row(row, self.home)

    def original(self, film_id: str) -> Path | None:
        """Where the film's bytes lie, or None if they are gone or are no longer the same."""
        film = self.film(film_id)
        return film.path if film.unchanged else None

    def delete_film(self, film_id: str) -> None:
        """Remove everything of a film; bytes that lie where the user keeps them stay. End its jobs first.

        Its row goes last, since on a full disk even that takes the space that the files gave back; bytes without a row
        would be taken for a film that lost its own. Raises LibraryError where the bytes cannot be removed.
        """
        for scan in self.scans(film_id):
            self.discard(scan.id)
        forget_uploads(self.home, film_id)
        for file in (self.home / "jobs").glob(f"*{film_id}*"):  # of work on the film itself
            file.unlink(missing_ok=True)
        remove_folder(self.home / "films" / film_id)
        with self.database() as database:
            database.execute("DELETE FROM films WHERE id = ?", (film_id,))

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
        return Scan.from_row(row)

    def scans(self, film_id: str) -> list[Scan]:
        """All scans of a film in whatever state, newest first."""
        with self.database() as database:
            return Scan.of_film(database, film_id)

    def forget_scan(self, scan_id: str) -> None:
        with self.database() as database:
            database.execute("DELETE FROM scans WHERE id = ?", (scan_id,))
        self.discard(scan_id)

    def discard(self, scan_id: str) -> None:
        """Delete what a scan left on disk."""
        self._memory.forget(self.store(scan_id))
        for folder in ("scans", "derived"):
            shutil.rmtree(self.home / folder / scan_id, ignore_errors=True)
        for file in (self.home / "jobs").glob(f"{scan_id}.*"):
            file.unlink(missing_ok=True)

    def scan_of(self, film_id: str) -> Scan | None:
        """The newest finished scan of a film."""
        return next((scan for scan in self.scans(film_id) if self.store(scan.id).sealed), None)

    def store(self, scan_id: str) -> ObservationStore:
        return ObservationStore(self.home / "scans" / scan_id)

    # What is made of a scan

    def report_settings(self, film_id: str) -> ReportSettings:
        """The film's own, or the defaults."""
        with self.database() as database:
            return edits.now(database, film_id)

    def set_report_settings(self, film_id: str, settings: ReportSettings, what: str = "") -> None:
        """A step that can be undone; `what` says in a few words what it does."""
        with self.database() as database:
            edits.save(database, film_id, settings, what)

    def edit_history(self, film_id: str) -> edits.History:
        """What can be undone and redone."""
        with self.database() as database:
            return edits.history(database, film_id)

    def undo(self, film_id: str) -> bool:
        """The film's report settings as they were a step before; False if there is none."""
        with self.database() as database:
            return edits.undo(database, film_id)

    def redo(self, film_id: str) -> bool:
        """The film's report settings as they were before an undo; False if there was none."""
        with self.database() as database:
            return edits.redo(database, film_id)

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

    def _known(self, film_id: str) -> Film | None:
        with self.database() as database:
            return self._film_in(database, film_id)

    def _film_in(self, database: sqlite3.Connection, film_id: str) -> Film | None:
        row = database.execute("SELECT * FROM films WHERE id = ?", (film_id,)).fetchone()
        return None if row is None else Film.from_row(row, self.home, known=True)

    def _remember(
        self, database: sqlite3.Connection, film_id: str, name: str, path: Path, *, managed: bool, media: Media
    ) -> None:
        file = path.stat()
        database.execute(
            "INSERT INTO films (id, name, path, managed, bytes, modified_ns, added_at, media) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "path = excluded.path, managed = excluded.managed, modified_ns = excluded.modified_ns",
            (
                film_id,
                name,
                str(path.relative_to(self.home) if managed else path),
                int(managed),
                file.st_size,
                file.st_mtime_ns,
                _now(),
                json.dumps(media.to_json()),
            ),
        )


def forget_uploads(home: Path, film_id: str) -> None:
    """Remove what is remembered of the uploads that a film came from, its name among it."""
    for told in (home / "incoming").glob("*/upload.json"):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # one that cannot be read names no film
            upload = json.loads(told.read_text(encoding="utf-8"))
            if film_id in (upload.get("content_id"), (upload.get("outcome") or {}).get("film_id")):
                told.unlink()
                shutil.rmtree(told.parent, ignore_errors=True)


def remove_folder(folder: Path) -> None:
    """Delete a folder and all in it. Raises LibraryError where some of it stays."""
    if folder.exists():
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise LibraryError(
                f"{folder} could not be removed: {error.strerror}.", "Check the folder's permissions, and delete again."
            ) from error


def plain(name: str) -> str:
    """A file name as text: no folders, no control characters, at most 200 characters."""
    last = re.split(r"[\\/]", name)[-1]
    return "".join(c for c in last if c.isprintable())[:200].strip() or "untitled"


def _now() -> str:
    return datetime.now(UTC).isoformat()
