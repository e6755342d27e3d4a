"""The rows of the library's database: films and scans."""

from __future__ import annotations

import json
import sqlite3
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..media import identity
from ..media.identity import Identity
from ..media.media import Media
from ..plain_text import shown
from ..settings import ScanSettings, scan_from_json, to_json
from ..storage import clock, group_mode, hashed_json, stored_paths
from . import readable_rows

_NEXT = "(SELECT coalesce(max(begun), 0) + 1 FROM scans)"
"""Of the counter that says which scan was begun last."""


@dataclass(frozen=True, slots=True)
class Film:
    """A film in the library."""

    id: str
    """SHA-256 of its bytes, hex."""
    name: str
    """As the user named the file; text, never a path."""
    path: Path
    managed: bool
    """Whether the library holds the bytes."""
    bytes: int
    modified_ns: int
    """When the file last changed, nanoseconds since 1970."""
    added_at: datetime
    media: Media
    file: Identity | None = None
    """Of its file when that was hashed; None where an earlier version did."""
    known: bool = False
    """Set on what `add_film` returns: the same bytes were here before."""

    @property
    def unchanged(self) -> bool:
        """Whether the file at `path` is still the one that was added, as far as its size and its time of modification
        tell: editors export again under the same name. `Films.holding` is sure of it.
        """
        now = identity.at(self.path)
        if now is None:
            return False
        # The library's own files change at nobody's hand, and a copied library has other times.
        return now.bytes == self.bytes and (self.managed or now.modified_ns == self.modified_ns)

    @staticmethod
    def seen_again(database: sqlite3.Connection, film_id: str, path: str, file: Identity) -> None:
        """Write down the identity of a film's file that was hashed again, unless the film lies elsewhere by now than
        at `path`, as it is stored.
        """
        database.execute(
            "UPDATE films SET bytes = ?, modified_ns = ?, file = ? WHERE id = ? AND path = ?",
            (file.bytes, file.modified_ns, json.dumps(file.to_json()), film_id, path),
        )

    @property
    def why_gone(self) -> str:
        """What is said of a film that is not `unchanged`, in a sentence or two."""
        if not group_mode.may_read(self.path):
            place = shown(self.path)
            return f"You have no permission to read {self.name} at {place}. Its owner may let you; else upload it."
        return f"The file of {self.name} is no longer at {shown(self.path)}, or has changed. Add the film again."

    @classmethod
    def from_row(cls, row: sqlite3.Row, home: Path, *, known: bool = False) -> Film:
        """`home` is where the paths of managed films begin, so that a library can be moved."""
        return cls(
            id=row["id"],
            name=row["name"],
            path=home / stored_paths.from_text(row["path"]),
            managed=bool(row["managed"]),
            bytes=row["bytes"],
            modified_ns=row["modified_ns"],
            added_at=datetime.fromisoformat(row["added_at"]),
            media=Media.from_json(hashed_json.unpacked_text(row["media"])),
            file=_file(row["file"]),
            known=known,
        )


def _file(text: str) -> Identity | None:
    """What cannot be read is not known: then the file is hashed again."""
    try:
        return Identity.from_json(json.loads(text))
    except (ValueError, RecursionError):
        return None


@dataclass(frozen=True, slots=True)
class Scan:
    """One observation of a film."""

    id: str
    film_id: str
    settings: ScanSettings
    checkpoint_hash: str
    """SHA-256 of its weights, hex."""
    checkpoint_settings: str
    """SHA-256 of its config and processor, hex; empty in scans of older versions."""
    created_at: datetime

    def asks_the_same(self, settings: ScanSettings, checkpoint_hash: str, checkpoint_settings: str) -> bool:
        """Whether it was asked with these very settings and this model."""
        mine = (self.settings, self.checkpoint_hash, self.checkpoint_settings)
        return mine == (settings, checkpoint_hash, checkpoint_settings)

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
        """Write a new one down, begun last, and return its id. `scan_id` and `begun_at` are those of one that was lost,
        of which nothing is written where it is known again.
        """
        scan_id, now = scan_id or uuid.uuid4().hex, (begun_at or clock.now()).isoformat()
        database.execute(
            "INSERT OR IGNORE INTO scans "
            "(id, film_id, settings, checkpoint_hash, checkpoint_settings, created_at, begun) "
            f"VALUES (?, ?, ?, ?, ?, ?, {_NEXT})",
            (scan_id, film_id, hashed_json.packed_text(to_json(settings)), checkpoint_hash, checkpoint_settings, now),
        )
        return scan_id

    def restarted(self, database: sqlite3.Connection) -> str:
        """It is begun again, or asked for again, now: the film's newest; returns its id."""
        now = clock.now().isoformat()
        database.execute(f"UPDATE scans SET created_at = ?, begun = {_NEXT} WHERE id = ?", (now, self.id))
        return self.id

    @classmethod
    def of_film(cls, database: sqlite3.Connection, film_id: str) -> list[Scan]:
        """All scans of a film that can be read, in whatever state, the one begun last first."""
        rows = cls.rows_of_film(database, film_id)
        return [cls.from_row(row) for row in rows if not readable_rows.columns("scans", row)]

    @staticmethod
    def rows_of_film(database: sqlite3.Connection, film_id: str) -> list[sqlite3.Row]:
        """As they are stored, in the order of `of_film`."""
        order = "ORDER BY begun DESC, rowid DESC"
        return database.execute(f"SELECT * FROM scans WHERE film_id = ? {order}", (film_id,)).fetchall()

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Scan:
        return cls(
            id=row["id"],
            film_id=row["film_id"],
            settings=scan_from_json(hashed_json.unpacked_text(row["settings"])),
            checkpoint_hash=row["checkpoint_hash"],
            checkpoint_settings=row["checkpoint_settings"],
            created_at=datetime.fromisoformat(row["created_at"]),
        )
