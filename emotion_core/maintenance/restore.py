"""Restore lost rows of the database: films from their bytes, scans from their own files."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path

from ..errors import INVALID_DATA_ERRORS, EmotionError
from ..library import Library, Scan, ScanFacts, contents, plain_name, transaction
from ..media import FileIdentity, hash_film
from ..storage import FILMS, Home, hashed_json, stored_paths
from . import check_lost


def restore_film(library: Library, film_id: str, original: Path) -> bool:
    """Add the bytes at `original`, in the library's folder of the film `film_id`, as that film again.

    Edits that were stored for it apply again. False if the bytes are another film's. Raises EmotionError.
    """
    if hash_film(original)[0] != film_id:
        return False
    request = _newest_request(library.home, film_id)
    name = request[0] if request is not None and Path(request[0]).suffix.lower() == original.suffix else ""
    # The same call as after an interruption between the move of the bytes and the write of the row.
    moved = Home(library.home).incoming / f"{film_id}.part"
    library.take_in(moved, film_id, name or f"recovered {film_id[:8]}{original.suffix}")
    return True


def restore_scan(library: Library, scan_id: str) -> bool:
    """Write the row of a scan again and, if its film has none, the film's. False if the scan's files lack the facts."""
    folder = library.store(scan_id).folder
    facts = contents.scan_facts(folder)
    if facts is None:
        return False
    begun_at = datetime.fromtimestamp((folder / "scan.json").stat().st_mtime, UTC)
    with library.database() as database:
        has_film = database.execute("SELECT 1 FROM films WHERE id = ?", (facts.film_id,)).fetchone() is not None
    original = None if has_film else check_lost.original_file(Home(library.home).film(facts.film_id))
    if original is not None:
        with contextlib.suppress(EmotionError):  # the check reports damaged bytes separately
            has_film = restore_film(library, facts.film_id, original)
    location = None if has_film else _film_location(library.home, facts)
    with library.database() as database, transaction(database):
        if location is not None:
            name, path, file = location
            file_facts = (-1, 0, "") if file is None else (file.bytes, file.modified_ns, json.dumps(file.to_json()))
            database.execute(
                "INSERT OR IGNORE INTO films (id, name, path, managed, bytes, modified_ns, file, added_at, media) "
                "VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?)",
                (
                    facts.film_id,
                    name,
                    path,
                    *file_facts,
                    begun_at.isoformat(),
                    hashed_json.to_text(facts.media.to_json()),
                ),
            )
        model = facts.checkpoint_hash, facts.checkpoint_settings
        Scan.insert(database, facts.film_id, facts.settings, *model, scan_id=scan_id, begun_at=begun_at)
    return True


def _film_location(home: Path, facts: ScanFacts) -> tuple[str, str, FileIdentity | None]:
    """Name and stored path of a film whose bytes the library does not hold, and the identity of its file.

    The identity is None if the file is not found. The row then has an impossible size, so that the pages ask for the
    film.
    """
    request = _newest_request(home, facts.film_id)
    name = f"recovered {facts.film_id[:8]}" if request is None else request[0]
    is_managed = None if request is None else Path(request[1]).parts[-3:-1] == (FILMS, facts.film_id)
    if request is not None and not is_managed:  # a managed film's path may be outdated: the library may have been moved
        path = Path(request[1])
        with contextlib.suppress(EmotionError):
            digest, file = hash_film(path)
            if digest == facts.film_id:
                return name, stored_paths.as_text(path), file
        return name, stored_paths.as_text(path), None
    return name, stored_paths.as_text(Home(home).film(facts.film_id) / "original"), None


def _newest_request(home: Path, film_id: str) -> tuple[str, str] | None:
    """Name and path of a film in the newest job request about it; None if there is none."""
    requests = sorted(Home(home).jobs.glob("*.request"), key=lambda file: file.stat().st_mtime, reverse=True)
    for request in requests:
        try:
            data = json.loads(request.read_text())
            if data["content_id"] == film_id:
                return plain_name(str(data["name"])), str(data["film"])
        except (OSError, *INVALID_DATA_ERRORS):
            continue
    return None
