"""The films of a library: taken in, or referred to where they lie, and told again; who alone writes their rows."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sqlite3
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from ..decoding.isolated import probe
from ..errors import LibraryError, MediaError
from ..incoming.quota import space
from ..media import identity
from ..media.identity import Identity
from ..media.media import Media
from ..plain_text import REPLACEMENT
from ..storage import clock, hashed_json, stored_paths
from ..storage.files import flush_folder, from_os_error, make_folder
from . import database as schema, readable_rows
from .records import Film

_CHUNK = 4 * 1024 * 1024
_SUFFIX = re.compile(r"^\.[a-z0-9]{1,5}$")


class Films:
    """The films below a library's folder. Cheap to make; safe from several processes at once."""

    def __init__(self, folder: Path) -> None:
        self.home = folder

    @contextlib.contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """A connection to the library's database for one short piece of work. Raises LibraryError."""
        connection = schema.connect(self.home / "library.sqlite")
        try:
            yield connection
        except sqlite3.Error as error:
            raise schema.refused(error, self.home / "library.sqlite", "written") from error
        finally:
            connection.close()

    def add_film(self, source: BinaryIO, name: str) -> Film:
        """Take in a film's bytes, streamed to disk. Raises MediaError if it is none, LibraryError if it cannot be kept.

        Nothing is left behind on failure; the same bytes give the film that is there.
        """
        name = plain(name)
        part = self.home / "incoming" / f"{uuid.uuid4().hex}.{os.getpid()}.part"
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

        Where the library holds the same bytes already, that film is returned and `part` stays; a film that was only
        referred to is held from now on, since its user may take what was uploaded for safe. Called again after it was
        interrupted at any point, it goes on from there. Raises MediaError, or LibraryError; `part` then stays. So it
        is where a later version wrote the film down.
        """
        name = plain(name)
        known = self._known(film_id)
        here = known is not None and known.unchanged
        if known is not None and known.managed and here:
            return known
        suffix = Path(name).suffix.lower()
        path = self.home / "films" / film_id / f"original{suffix if _SUFFIX.match(suffix) else ''}"
        moving = part.exists()  # else it was moved before, and its row was not written any more
        media = probe(part if moving else path, film_id, name)
        try:
            with self.database() as database, database:
                database.execute("BEGIN IMMEDIATE")  # one at a time: another may take in the same bytes
                if (twin := self._film_in(database, film_id)) is not None and twin.managed and twin.unchanged:
                    return twin
                if moving:
                    make_folder(path.parent)
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
        return replace(self.film(film_id), known=here)

    def refer_to(self, path: Path) -> Film:
        """Take in a film where it lies, without a copy. Raises MediaError, FilmChanged while it is being written.

        Its hash and its facts are of the very same bytes: if the file changes meanwhile, all is read once more.
        """
        for _ in range(identity.TRIES):
            film_id, file = identity.hashed(path)
            known = self._known(film_id)
            if known is not None and not known.managed and known.path == path.resolve():
                known = self._seen_again(known, file)
            if known is not None and self._lies_there(known):
                return self.up_to_date(known)
            try:
                media = probe(path, film_id, path.name)
            except MediaError:
                if identity.at(path) == file:
                    raise
                continue  # it was read while it was written
            if identity.at(path) == file:
                name, place = plain(path.name), path.resolve()
                with self.database() as database:
                    self._remember(database, film_id, name, place, managed=False, media=media, file=file)
                return self.film(film_id)
        raise identity.being_written(path)

    @staticmethod
    def _lies_there(film: Film) -> bool:
        """Whether a film's bytes are where its row says, as far as that is known without reading them."""
        return film.unchanged if film.managed else film.file is not None and identity.at(film.path) == film.file

    def _seen_again(self, film: Film, file: Identity) -> Film:
        """The film whose file was hashed again, and is this one by now."""
        if file == film.file:
            return film
        with self.database() as database:
            Film.seen_again(database, film.id, stored_paths.as_text(film.path), file)
        return replace(film, bytes=file.bytes, modified_ns=file.modified_ns, file=file)

    def holding(self, film: Film) -> Film | None:
        """The film, once its file is known to hold its bytes; None where it does not, or is gone.

        A file that lies elsewhere is read through where its identity is not the one it was hashed with, and the row
        takes the new one. Of the library's own, which a copied library has under other times, the size is enough here:
        the processes that make numbers of it ask for more.
        """
        now = identity.at(film.path)
        if film.managed or now is None or now == film.file or now.bytes != film.bytes:
            return film if film.unchanged or now == film.file else None
        return self._seen_again(film, now) if identity.digest_at(film.path, now) == film.id else None

    def up_to_date(self, film: Film) -> Film:
        """The film with its facts as this version reads them; one whose file is there is looked at again where an
        earlier version did. What that made for browsers goes if it shows another picture. Raises MediaError.
        """
        if film.media.track is not None or (held := self.holding(film)) is None:
            return film
        film, before = held, identity.at(held.path)
        media = probe(film.path, film.id, film.name)
        if identity.at(film.path) != before:
            return film  # what was read may be of another
        with self.database() as database, database:
            database.execute(
                "UPDATE films SET media = ? WHERE id = ?", (hashed_json.packed_text(media.to_json()), film.id)
            )
        if not media.reads_the_same_as(film.media):
            for name in ("proxy.mp4", "playable.json"):
                (self.home / "films" / film.id / name).unlink(missing_ok=True)
        return replace(film, media=media)

    def films(self) -> list[Film]:
        """All films that can be read, the one that came last first."""
        with self.database() as database:
            return [
                Film.from_row(row, self.home) for row in self._rows(database) if not readable_rows.columns("films", row)
            ]

    def unreadable(self) -> list[tuple[str, str, LibraryError]]:
        """Of the films whose rows cannot be read, which `films` leaves out: id, name, and what to say of it."""
        with self.database() as database:
            rows = [row for row in self._rows(database) if readable_rows.columns("films", row)]
            return [(row["id"], row["name"], readable_rows.film(row)) for row in rows]

    @staticmethod
    def _rows(database: sqlite3.Connection) -> list[sqlite3.Row]:
        return database.execute("SELECT * FROM films ORDER BY rowid DESC").fetchall()

    def film(self, film_id: str) -> Film:
        """Raises LibraryError if it is not here."""
        with self.database() as database:
            row = database.execute("SELECT * FROM films WHERE id = ?", (film_id,)).fetchone()
        if row is None:
            raise LibraryError("This film is not in the library.", "It may have been deleted; add it again.")
        if readable_rows.columns("films", row):
            raise readable_rows.film(row)
        return Film.from_row(row, self.home)

    def original(self, film_id: str) -> Path | None:
        """Where the film's bytes lie, or None if they are gone or are no longer the same, as `holding` finds."""
        film = self.film(film_id)
        return film.path if self.holding(film) is not None else None

    def _known(self, film_id: str) -> Film | None:
        with self.database() as database:
            return self._film_in(database, film_id)

    def _film_in(self, database: sqlite3.Connection, film_id: str) -> Film | None:
        row = database.execute("SELECT * FROM films WHERE id = ?", (film_id,)).fetchone()
        if row is not None and readable_rows.is_later("films", row):
            raise readable_rows.film(row)
        if row is None or readable_rows.columns("films", row):  # to add it again mends what is known of it
            return None
        return Film.from_row(row, self.home, known=True)

    def _remember(
        self,
        database: sqlite3.Connection,
        film_id: str,
        name: str,
        path: Path,
        *,
        managed: bool,
        media: Media,
        file: Identity | None = None,
    ) -> None:
        """Write a film's row; `file` is its file's identity when it was hashed, without it that of now."""
        file = file or Identity.of(path.stat())
        database.execute(
            "INSERT INTO films (id, name, path, managed, bytes, modified_ns, added_at, media, file) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "path = excluded.path, managed = excluded.managed, modified_ns = excluded.modified_ns, "
            "bytes = excluded.bytes, media = excluded.media, file = excluded.file",
            (
                film_id,
                name,
                stored_paths.as_text(path.relative_to(self.home) if managed else path),
                int(managed),
                file.bytes,
                file.modified_ns,
                clock.now().isoformat(),
                hashed_json.packed_text(media.to_json()),
                json.dumps(file.to_json()),
            ),
        )


def plain(name: str) -> str:
    """A file name as text: no folders, no control characters, at most 200 characters; each byte that was no UTF-8 has a
    replacement.
    """
    last = re.sub("[\ud800-\udfff]", REPLACEMENT, re.split(r"[\\/]", name)[-1])
    return "".join(c for c in last if c.isprintable())[:200].strip() or "untitled"
