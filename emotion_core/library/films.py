"""The films of a library, copied into it or referred to in place. The only writer of their rows."""

from __future__ import annotations

import contextlib
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
from ..formatting import REPLACEMENT
from ..incoming import storage_budget
from ..media import FileIdentity, identity
from ..storage import Home, RunningHash, flush_folder, from_os_error, hashed_json, make_folder, stored_paths
from . import database as schema, readable_rows
from .records import Film, Role

_CHUNK = 4 * 1024 * 1024
_SUFFIX = re.compile(r"^\.[a-z0-9]{1,5}$")


class Films:
    """The films of the library at `home`. Cheap to create; safe to use from several processes."""

    def __init__(self, folder: Path) -> None:
        self.home = folder

    @contextlib.contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """A connection to the library's database for the block. Raises LibraryError."""
        connection = schema.connect(Home(self.home).database)
        try:
            yield connection
        except sqlite3.Error as error:
            raise schema.from_sqlite_error(error, Home(self.home).database, "written") from error
        finally:
            connection.close()

    def add_film(self, source: BinaryIO, name: str, role: Role = "film") -> Film:
        """Copy a film's bytes into the library. Bytes that the library already has return the existing film.

        `role` as in `take_in`. Raises MediaError if they are no film, LibraryError if they cannot be stored; nothing is
        left behind then.
        """
        name = plain_name(name)
        part = Home(self.home).incoming / f"{uuid.uuid4().hex}.{os.getpid()}.part"
        before = storage_budget(self.home)
        try:
            running_hash = RunningHash()
            with part.open("wb") as file:
                while chunk := source.read(_CHUNK):
                    running_hash.update(chunk)
                    if before.quota is not None:
                        before.check_room(running_hash.size, name)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            return self.take_in(part, running_hash.hexdigest(), name, role)
        except OSError as error:
            raise from_os_error(error, part) from error
        finally:
            part.unlink(missing_ok=True)

    def take_in(self, part: Path, film_id: str, name: str, role: Role = "film") -> Film:
        """Make `part`, a complete file on the library's disk with the SHA-256 `film_id`, a film by moving it.

        If the library already holds the same bytes, that film is returned and `part` stays. A film that was referred
        to in place becomes a held one: users expect what they uploaded to be safe. After an interruption at any point
        another call continues. Raises MediaError or LibraryError, also if a later version wrote the film's row; `part`
        then stays.
        """
        name = plain_name(name)
        existing = self._find(film_id)
        is_present = existing is not None and existing.unchanged
        if existing is not None and existing.managed and is_present:
            return self._in_role(existing, role)
        suffix = Path(name).suffix.lower()
        path = Home(self.home).film(film_id) / f"original{suffix if _SUFFIX.match(suffix) else ''}"
        moving = part.exists()  # otherwise an interrupted call moved it before writing the row
        media = probe(part if moving else path, film_id, name)
        try:
            with self.database() as database, database:
                database.execute("BEGIN IMMEDIATE")  # another process may add the same bytes
                if (twin := self._film_in(database, film_id)) is not None and twin.managed and twin.unchanged:
                    Film.set_role(database, film_id, role)
                    return replace(twin, role="film" if role == "film" else twin.role)
                if moving:
                    make_folder(path.parent)
                    part.replace(path)
                    flush_folder(path.parent)
                Film.insert(database, self.home, film_id, name, path, managed=True, media=media, role=role)
        except (OSError, LibraryError) as error:
            with contextlib.suppress(OSError):  # leave no bytes without a row
                if moving and not part.exists():
                    path.replace(part)
                path.parent.rmdir()
            if isinstance(error, OSError):
                raise from_os_error(error, part) from error
            raise
        return replace(self.film(film_id), was_present=is_present)

    def refer_to(self, path: Path, role: Role = "film") -> Film:
        """Add a film in place, without copying it; `role` as in `take_in`.

        Raises MediaError, FilmChanged while it is being written.

        If the file changes while it is read, it is read again, so that hash and facts describe the same bytes.
        """
        for _ in range(identity.TRIES):
            film_id, file = identity.hash_film(path)
            existing = self._find(film_id)
            if existing is not None and not existing.managed and existing.path == path.resolve():
                existing = self._with_identity(existing, file)
            if existing is not None and self._is_in_place(existing):
                return self.refresh(self._in_role(existing, role))
            try:
                media = probe(path, film_id, path.name)
            except MediaError:
                if identity.identity_at(path) == file:
                    raise
                continue  # another process was writing the file
            if identity.identity_at(path) == file:
                name, resolved = plain_name(path.name), path.resolve()
                with self.database() as database:
                    Film.insert(
                        database, self.home, film_id, name, resolved, managed=False, media=media, file=file, role=role
                    )
                return self.film(film_id)
        raise identity.still_written_error(path)

    def _in_role(self, film: Film, role: Role) -> Film:
        """`film` after it was added once more in `role`."""
        if role in (film.role, "recording"):
            return film
        with self.database() as database:
            Film.set_role(database, film.id, role)
        return replace(film, role=role)

    @staticmethod
    def _is_in_place(film: Film) -> bool:
        """Whether a film's bytes are where its row says, judged without reading them."""
        return (
            film.unchanged if film.managed else film.file is not None and identity.identity_at(film.path) == film.file
        )

    def _with_identity(self, film: Film, file: FileIdentity) -> Film:
        """`film` with the new identity of its file, which is stored."""
        if file == film.file:
            return film
        with self.database() as database:
            Film.update_identity(database, film.id, stored_paths.as_text(film.path), file)
        return replace(film, bytes=file.bytes, modified_ns=file.modified_ns, file=file)

    def verify(self, film: Film) -> Film | None:
        """The film if its file holds its bytes; None if it does not or is missing.

        A file outside the library whose identity differs from the stored one is hashed, and the new identity is stored.
        For a file of the library its size suffices, because a copied library has other times; the processes that
        analyse it check more.
        """
        now = identity.identity_at(film.path)
        if film.managed or now is None or now == film.file or now.bytes != film.bytes:
            return film if film.unchanged or now == film.file else None
        return self._with_identity(film, now) if identity.content_id_at(film.path, now) == film.id else None

    def refresh(self, film: Film) -> Film:
        """The film with its facts as this version reads them: facts of an earlier version are read from the file again.

        A proxy that shows another picture than this version would is removed. Raises MediaError.
        """
        if film.media.track is not None or (verified := self.verify(film)) is None:
            return film
        film, before = verified, identity.identity_at(verified.path)
        media = probe(film.path, film.id, film.name)
        if identity.identity_at(film.path) != before:
            return film  # the facts may be those of another film
        with self.database() as database, database:
            database.execute("UPDATE films SET media = ? WHERE id = ?", (hashed_json.to_text(media.to_json()), film.id))
        if not media.same_track_as(film.media):
            for outdated in (Home(self.home).proxy(film.id), Home(self.home).playability(film.id)):
                outdated.unlink(missing_ok=True)
        return replace(film, media=media)

    def films(self) -> list[Film]:
        """All films whose rows can be read, the newest first; recordings of viewers are none."""
        return [film for film in self.films_and_recordings() if film.role == "film"]

    def film_ids(self) -> list[str]:
        """Ids of all films, the newest first, also of those whose rows cannot be read. Quick for many films."""
        with self.database() as database:
            rows = database.execute("SELECT id FROM films WHERE role = 'film' ORDER BY rowid DESC").fetchall()
        return [str(row["id"]) for row in rows]

    def films_and_recordings(self) -> list[Film]:
        """All films and recordings of viewers whose rows can be read, the newest first."""
        with self.database() as database:
            return [
                Film.from_row(row, self.home)
                for row in self._rows(database)
                if not readable_rows.unreadable_columns("films", row)
            ]

    def unreadable(self) -> list[tuple[str, str, LibraryError]]:
        """Id, name and error of each film whose row cannot be read; `films` leaves these out.

        That of a recording is told where its viewer is listed, and by a check of the library.
        """
        with self.database() as database:
            rows = [row for row in self._rows(database) if readable_rows.unreadable_columns("films", row)]
            return [
                (row["id"], row["name"], readable_rows.film_error(row)) for row in rows if row["role"] != "recording"
            ]

    @staticmethod
    def _rows(database: sqlite3.Connection) -> list[sqlite3.Row]:
        return database.execute("SELECT * FROM films ORDER BY rowid DESC").fetchall()

    def film(self, film_id: str) -> Film:
        """The film with this id. Raises LibraryError if there is none or its row cannot be read."""
        with self.database() as database:
            row = database.execute("SELECT * FROM films WHERE id = ?", (film_id,)).fetchone()
        if row is None:
            raise LibraryError("This film is not in the library.", "It may have been deleted; add it again.")
        if readable_rows.unreadable_columns("films", row):
            raise readable_rows.film_error(row)
        return Film.from_row(row, self.home)

    def role_of(self, film_id: str) -> Role | None:
        """What the bytes with this id are in the library; None where it has none."""
        with self.database() as database:
            row = database.execute("SELECT role FROM films WHERE id = ?", (film_id,)).fetchone()
        return None if row is None else "recording" if row["role"] == "recording" else "film"

    def original(self, film_id: str) -> Path | None:
        """Path of the film's bytes; None if they are missing or changed, as `verify` finds."""
        film = self.film(film_id)
        return film.path if self.verify(film) is not None else None

    def _find(self, film_id: str) -> Film | None:
        """The film with this id; None if there is none or its row is damaged. Raises LaterVersion."""
        with self.database() as database:
            return self._film_in(database, film_id)

    def _film_in(self, database: sqlite3.Connection, film_id: str) -> Film | None:
        row = database.execute("SELECT * FROM films WHERE id = ?", (film_id,)).fetchone()
        if row is not None and readable_rows.is_later("films", row):
            raise readable_rows.film_error(row)
        if row is None or readable_rows.unreadable_columns("films", row):  # adding the film again repairs its row
            return None
        return Film.from_row(row, self.home, was_present=True)


def plain_name(name: str) -> str:
    """A file name as text: without folders and control characters, at most 200 characters.

    Bytes that are no UTF-8 are replaced.
    """
    last = re.sub("[\ud800-\udfff]", REPLACEMENT, re.split(r"[\\/]", name)[-1])
    return "".join(c for c in last if c.isprintable())[:200].strip() or "untitled"
