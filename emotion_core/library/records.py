"""The rows of the library's database: films and scans."""

from __future__ import annotations

import json
import sqlite3
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from ..formatting import printable
from ..media import FileIdentity, Media, identity_at
from ..settings import ScanSettings, scan_from_json, to_json
from ..storage import clock, group_mode, hashed_json, stored_paths
from . import readable_rows

Role = Literal["film", "recording"]
"""What the bytes are in the library: a film, or only a recording of viewers, which is never listed as a film."""

_NEXT = "(SELECT coalesce(max(begun), 0) + 1 FROM scans)"
"""SQL expression for the next value of `scans.begun`, which orders scans by their start."""


@dataclass(frozen=True, slots=True)
class Film:
    """A film in the library."""

    id: str
    """SHA-256 of its bytes, hex."""
    name: str
    """The user's file name; text, never a path."""
    path: Path
    managed: bool
    """Whether the bytes lie in the library's folder."""
    bytes: int
    modified_ns: int
    """Time of the file's last modification, nanoseconds since 1970."""
    added_at: datetime
    media: Media
    file: FileIdentity | None = None
    """Identity of the file when it was hashed; None if an earlier version hashed it."""
    role: Role = "film"
    """"film" also of a film that is a recording of viewers besides."""
    was_present: bool = False
    """Set by the methods that add a film: whether the library had the same bytes before."""

    @property
    def unchanged(self) -> bool:
        """Whether the file at `path` is still the one that was added, judged by its size and time of modification.

        Editors export again under the same name. `Films.verify` makes sure.
        """
        now = identity_at(self.path)
        if now is None:
            return False
        # Only the library writes its own files, and a copied library has other times.
        return now.bytes == self.bytes and (self.managed or now.modified_ns == self.modified_ns)

    @staticmethod
    def insert(
        database: sqlite3.Connection,
        home: Path,
        film_id: str,
        name: str,
        path: Path,
        *,
        managed: bool,
        media: Media,
        file: FileIdentity | None = None,
        role: Role = "film",
    ) -> None:
        """Insert a film's row, or update it except for name and date; one that is a film stays one.

        `file` is its file's identity when it was hashed; None: the current one.
        """
        file = file or FileIdentity.of(path.stat())
        database.execute(
            "INSERT INTO films (id, name, path, managed, bytes, modified_ns, added_at, media, file, role) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "path = excluded.path, managed = excluded.managed, modified_ns = excluded.modified_ns, "
            "bytes = excluded.bytes, media = excluded.media, file = excluded.file, "
            "role = CASE WHEN excluded.role = 'film' THEN 'film' ELSE role END",
            (
                film_id,
                name,
                stored_paths.as_text(path.relative_to(home) if managed else path),
                int(managed),
                file.bytes,
                file.modified_ns,
                clock.now().isoformat(),
                hashed_json.to_text(media.to_json()),
                json.dumps(file.to_json()),
                role,
            ),
        )

    @staticmethod
    def set_role(database: sqlite3.Connection, film_id: str, role: Role) -> None:
        """Store that a film was added in `role`: a recording becomes a film, and a film stays one."""
        if role == "film":
            database.execute("UPDATE films SET role = 'film' WHERE id = ?", (film_id,))

    @staticmethod
    def update_identity(database: sqlite3.Connection, film_id: str, path: str, file: FileIdentity) -> None:
        """Store the new identity of a film's file, unless the stored path is no longer `path`."""
        database.execute(
            "UPDATE films SET bytes = ?, modified_ns = ?, file = ? WHERE id = ? AND path = ?",
            (file.bytes, file.modified_ns, json.dumps(file.to_json()), film_id, path),
        )

    @property
    def missing_message(self) -> str:
        """Message about a film that is not `unchanged`, one or two sentences."""
        if not group_mode.may_read(self.path):
            place = printable(self.path)
            return f"You have no permission to read {self.name} at {place}. Its owner may let you; else upload it."
        return f"The file of {self.name} is no longer at {printable(self.path)}, or has changed. Add the film again."

    @classmethod
    def from_row(cls, row: sqlite3.Row, home: Path, *, was_present: bool = False) -> Film:
        """The film of a row of `films`. Managed films lie below `home`, so that a library can be moved."""
        return cls(
            id=row["id"],
            name=row["name"],
            path=home / stored_paths.from_text(row["path"]),
            managed=bool(row["managed"]),
            bytes=row["bytes"],
            modified_ns=row["modified_ns"],
            added_at=datetime.fromisoformat(row["added_at"]),
            media=Media.from_json(hashed_json.from_text(row["media"])),
            file=_file(row["file"]),
            role="recording" if row["role"] == "recording" else "film",
            was_present=was_present,
        )


def _file(text: str) -> FileIdentity | None:
    """The stored identity of a file; None if there is none or it cannot be read: the file is then hashed again."""
    try:
        return FileIdentity.from_json(json.loads(text))
    except (ValueError, RecursionError):
        return None


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan of a film, started, finished or stopped."""

    id: str
    film_id: str
    settings: ScanSettings
    checkpoint_hash: str
    """SHA-256 of the checkpoint's weights, hex."""
    checkpoint_settings: str
    """SHA-256 of the checkpoint's config and processor, hex; empty in scans of older versions."""
    created_at: datetime

    def has_same_request(self, settings: ScanSettings, checkpoint_hash: str, checkpoint_settings: str) -> bool:
        """Whether the scan was requested with these settings and this checkpoint, or with people besides: all else of
        it is the same. One that read every face will do where faces may be taken over.
        """
        without_more = replace(
            self.settings,
            people=self.settings.people and settings.people,
            reuse_faces=self.settings.reuse_faces or settings.reuse_faces,
        )
        own = (without_more, self.checkpoint_hash, self.checkpoint_settings)
        return own == (settings, checkpoint_hash, checkpoint_settings)

    @staticmethod
    def insert(
        database: sqlite3.Connection,
        film_id: str,
        settings: ScanSettings,
        checkpoint_hash: str,
        checkpoint_settings: str,
        *,
        scan_id: str | None = None,
        begun_at: datetime | None = None,
    ) -> str:
        """Insert a row for a new scan, the newest of all, and return its id.

        `scan_id` and `begun_at` are those of a scan whose row was lost. If a row with that id exists, it is unchanged.
        """
        scan_id, now = scan_id or uuid.uuid4().hex, (begun_at or clock.now()).isoformat()
        database.execute(
            "INSERT OR IGNORE INTO scans "
            "(id, film_id, settings, checkpoint_hash, checkpoint_settings, created_at, begun) "
            f"VALUES (?, ?, ?, ?, ?, ?, {_NEXT})",
            (scan_id, film_id, hashed_json.to_text(to_json(settings)), checkpoint_hash, checkpoint_settings, now),
        )
        return scan_id

    def set_settings(self, database: sqlite3.Connection, settings: ScanSettings) -> None:
        """Store other settings of the scan."""
        text = hashed_json.to_text(to_json(settings))
        database.execute("UPDATE scans SET settings = ? WHERE id = ?", (text, self.id))

    def restart(self, database: sqlite3.Connection) -> str:
        """Make the scan the newest of all, as it is started or requested again; returns its id."""
        now = clock.now().isoformat()
        database.execute(f"UPDATE scans SET created_at = ?, begun = {_NEXT} WHERE id = ?", (now, self.id))
        return self.id

    @classmethod
    def of_film(cls, database: sqlite3.Connection, film_id: str) -> list[Scan]:
        """All readable scans of a film, in any state, the one started last first."""
        rows = cls.rows_of_film(database, film_id)
        return [cls.from_row(row) for row in rows if not readable_rows.unreadable_columns("scans", row)]

    @staticmethod
    def rows_of_film(database: sqlite3.Connection, film_id: str) -> list[sqlite3.Row]:
        """Rows of a film's scans, in the order of `of_film`."""
        order = "ORDER BY begun DESC, rowid DESC"
        return database.execute(f"SELECT * FROM scans WHERE film_id = ? {order}", (film_id,)).fetchall()

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Scan:
        """The scan of a row of `scans`."""
        return cls(
            id=row["id"],
            film_id=row["film_id"],
            settings=scan_from_json(hashed_json.from_text(row["settings"])),
            checkpoint_hash=row["checkpoint_hash"],
            checkpoint_settings=row["checkpoint_settings"],
            created_at=datetime.fromisoformat(row["created_at"]),
        )
