"""Rows of the database made again from what lies beside them: films from their bytes, analyses from their own files."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path

from ..errors import UNREADABLE, EmotionError
from ..library import lost_rows
from ..library.database import transaction
from ..library.films import plain
from ..library.library import Library
from ..library.lost_rows import Beside
from ..library.records import Scan
from ..media import identity
from ..media.identity import Identity
from ..storage import hashed_json, stored_paths
from . import check_lost


def film(library: Library, film_id: str, original: Path) -> bool:
    """Make the bytes at `original`, in the library's own folder of the film `film_id`, a film again; its edits, if any
    were left, hold for it once more. False where they are those of another film. Raises EmotionError.
    """
    if identity.hashed(original)[0] != film_id:
        return False
    given = _named(library.home, film_id)
    name = given[0] if given is not None and Path(given[0]).suffix.lower() == original.suffix else ""
    # As where taking it in was interrupted after the bytes had been moved.
    moved = library.home / "incoming" / f"{film_id}.part"
    library.take_in(moved, film_id, name or f"recovered {film_id[:8]}{original.suffix}")
    return True


def analysis(library: Library, scan_id: str) -> bool:
    """Write the row of an analysis again, and that of its film where its bytes are gone; False if its files do not say
    enough.
    """
    folder = library.store(scan_id).folder
    told = lost_rows.beside(folder)
    if told is None:
        return False
    begun = datetime.fromtimestamp((folder / "scan.json").stat().st_mtime, UTC)
    with library.database() as database:
        known = database.execute("SELECT 1 FROM films WHERE id = ?", (told.film_id,)).fetchone() is not None
    original = None if known else check_lost.original(library.home / "films" / told.film_id)
    if original is not None:
        with contextlib.suppress(EmotionError):  # bytes that are no film any more are told of by themselves
            known = film(library, told.film_id, original)
    place = None if known else _place(library.home, told)
    with library.database() as database, transaction(database):
        if place is not None:
            name, path, file = place
            facts = (-1, 0, "") if file is None else (file.bytes, file.modified_ns, json.dumps(file.to_json()))
            database.execute(
                "INSERT OR IGNORE INTO films (id, name, path, managed, bytes, modified_ns, file, added_at, media) "
                "VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?)",
                (told.film_id, name, path, *facts, begun.isoformat(), hashed_json.packed_text(told.media.to_json())),
            )
        model = told.checkpoint_hash, told.checkpoint_settings
        Scan.insert(database, told.film_id, told.settings, *model, scan_id=scan_id, begun_at=begun)
    return True


def _place(home: Path, told: Beside) -> tuple[str, str, Identity | None]:
    """Name and path of a film that the library does not hold, and the identity of its file; None where it is not found:
    the row then has the size of no film, so that the pages ask for it.
    """
    given = _named(home, told.film_id)
    name = f"recovered {told.film_id[:8]}" if given is None else given[0]
    own = None if given is None else Path(given[1]).parts[-3:-1] == ("films", told.film_id)
    if given is not None and not own:  # what the library held is not looked for where it lay before it was moved
        path = Path(given[1])
        with contextlib.suppress(EmotionError):
            digest, file = identity.hashed(path)
            if digest == told.film_id:
                return name, stored_paths.as_text(path), file
        return name, stored_paths.as_text(path), None
    return name, stored_paths.as_text(home / "films" / told.film_id / "original"), None


def _named(home: Path, film_id: str) -> tuple[str, str] | None:
    """Name and path of a film as the newest request for work on it has them; None where there is none."""
    requests = sorted((home / "jobs").glob("*.request"), key=lambda file: file.stat().st_mtime, reverse=True)
    for request in requests:
        try:
            told = json.loads(request.read_text())
            if told["content_id"] == film_id:
                return plain(str(told["name"])), str(told["film"])
        except (OSError, *UNREADABLE):
            continue
    return None
