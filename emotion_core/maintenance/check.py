"""What is out of order in a library: damage, and what belongs to nothing. Looking changes nothing; `repair` repairs.

Safe while the app runs: what is being scanned, sent or taken in is left out.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from ..errors import UNREADABLE, LaterVersion, NotPermitted, OutOfDescriptors, UploadGone
from ..incoming import uploads_on_disk
from ..library import copies, lost_rows, readable_rows
from ..library.library import Library
from ..library.lost_rows import OWN_ID
from ..media import identity
from ..observations import later_version
from ..settings import scan_from_json
from ..storage import descriptors, hashed_json, stored_paths
from . import check_database, check_hashes, check_lost, check_numbers
from .issue import Finding, Kind

_OLD = 24 * 3600.0
"""Seconds after which a temporary file is nobody's."""
_JOB_FILE = re.compile(r"(?:[a-z]+-)?([0-9a-f]{32}|[0-9a-f]{64})(?:-[0-9]+)?\.(request|events|log|pid)")


@descriptors.told()
def find(library: Library, *, hashes: bool = False) -> list[Finding]:
    """All that is out of order, in the order in which it is to be repaired; `hashes` reads every film's bytes too, and
    holds each finished analysis against its film.

    Raises LibraryError where the database cannot be read at all.
    """
    home = library.home
    uploads_on_disk.read_anew()
    # What is on disk first, then the rows: something that comes in meanwhile has a row by then.
    folders = {name: _names(home / name) for name in ("films", "scans", "derived", "jobs", "incoming")}
    with library.database() as database:
        films = {row["id"]: row for row in database.execute("SELECT * FROM films")}
        scans = {row["id"]: row for row in database.execute("SELECT * FROM scans")}
        at_work = owners(database)
        found = [*check_database.find(home, database), *_edits(database, films)]
        nothing = lost_rows.empty(database)
    found += check_lost.films(home, folders["films"] - films.keys(), lost_all=nothing)
    for row in films.values():
        found += _each("facts", f"the film “{row['name']}”", row, partial(_film, home, row, hashes=hashes))
    for row in scans.values():
        of, look = f"an analysis of {_name(films, row['film_id'])}", partial(_scan, library, row, films)
        wrong = _each("scan", of, row, look)
        if hashes and not wrong and library.store(row["id"]).sealed and (film := films.get(row["film_id"])) is not None:
            wrong = _each("scan", of, row, partial(check_numbers.analysis, library, row, film, of))
        found += wrong
    found += check_hashes.library_wide(home, hashes=hashes)
    found += check_lost.analyses(library, folders["scans"] - at_work)
    found += _uploads(home, folders["incoming"])
    found += _remains(home, folders, at_work)
    return found


def _each(kind: Kind, of: str, row: sqlite3.Row, look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """What `look` finds in a row; a row that it cannot look at is a finding itself, and the others are looked at."""
    found = []
    try:
        for each in look():  # what was found before it failed stays
            found.append(each)
    except OutOfDescriptors:
        raise
    except Exception as error:
        descriptors.refuse(error)
        found.append(Finding(kind, row["id"], f"{of} ({row['id'][:8]}) cannot be looked at: {error!r}."))
    return found


def owners(database: sqlite3.Connection) -> set[str]:
    """What may have files named after it in scans, derived and jobs: films, scans, jobs where the schema has them."""
    tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    named = [f"SELECT id FROM {table}" for table in ("films", "scans", "jobs") if table in tables]
    return {row[0] for row in database.execute(" UNION ".join(named))}


def _edits(database: sqlite3.Connection, films: dict[str, sqlite3.Row]) -> Iterator[Finding]:
    """Of the settings in force and of those that can be gone back to."""
    for row in database.execute("SELECT film_id, step, report_settings FROM edits").fetchall():
        if not readable_rows.columns("edits", row):
            continue
        if readable_rows.is_later("edits", row):
            yield Finding("later", row["film_id"], str(readable_rows.edits(row, _plain_name(films, row["film_id"]))))
            continue
        name, kept = _name(films, row["film_id"]), step_before(database, row["film_id"], row["step"])
        repair = "" if kept is None else "they are put back from the history of edits"
        yield Finding("edits", row["film_id"], f"The report settings of {name} cannot be read.", repair)
    for row in database.execute("SELECT film_id, step, report_settings FROM edit_history").fetchall():
        if readable_rows.columns("edits", row):
            what = f"Step {row['step']} of the edits of {_name(films, row['film_id'])}"
            if readable_rows.is_later("edits", row):
                yield Finding("later", row["film_id"], str(later_version.refused(what)))
            else:
                yield Finding("edits", row["film_id"], f"{what} cannot be read.")


def step_before(database: sqlite3.Connection, film_id: str, step: int | None) -> tuple[int, str] | None:
    """The newest step of a film's edits, at most `step`, whose settings can be read, and these."""
    rows = database.execute(
        "SELECT step, report_settings FROM edit_history WHERE film_id = ? AND step <= ? ORDER BY step DESC",
        (film_id, -1 if step is None else step),
    )
    return next(((row[0], row[1]) for row in rows if not readable_rows.columns("edits", row)), None)


def _film(home: Path, row: sqlite3.Row, *, hashes: bool) -> Iterator[Finding]:
    name, path = f"“{row['name']}”", home / stored_paths.from_text(row["path"])
    here = path.is_file()
    if readable_rows.is_later("films", row):
        yield Finding("later", row["id"], str(readable_rows.film(row)))
    elif wrong := readable_rows.columns("films", row):
        repair = "they are read from its bytes again" if here or wrong == ("added_at",) else ""
        yield Finding("facts", row["id"], f"What is known of {name} cannot be read.", repair)
    if row["bytes"] < 0:
        yield Finding("bytes", row["id"], f"The bytes of {name} were not found. Add the film again.")
    yield from check_hashes.beside_film(home, row["id"], row["name"], hashes=hashes)
    if not row["managed"]:  # where the user keeps it, a disk may be away for a while
        if hashes and row["bytes"] >= 0:
            yield from check_numbers.film(home, row)
        return
    again = "Add the film again."
    file = identity.at(path)
    if file is not None and file.bytes != row["bytes"]:
        yield Finding("bytes", row["id"], f"{name} has {file.bytes} bytes instead of {row['bytes']}. {again}")
    elif file is None or (hashes and (digest := identity.digest_at(path, file)) is None):
        yield Finding("bytes", row["id"], f"The bytes of {name} are gone, or cannot be read. {again}")
    elif hashes and digest != row["id"]:
        yield Finding("bytes", row["id"], f"The bytes of {name} are no longer those that were added. {again}")


def _scan(library: Library, row: sqlite3.Row, films: dict[str, sqlite3.Row]) -> Iterator[Finding]:
    scan_id, store = row["id"], library.store(row["id"])
    of = f"an analysis of {_name(films, row['film_id'])}"
    if readable_rows.is_later("scans", row):
        yield Finding("later", scan_id, str(readable_rows.scan(row, _plain_name(films, row["film_id"]))))
        return
    if wrong := readable_rows.columns("scans", row):
        here = "settings" not in wrong or settings_of(store.folder) is not None
        repair = "they are read from its files" if here else ""
        yield Finding("settings", scan_id, f"The settings of {of} cannot be read.", repair)
        return
    if store.sealed:
        with contextlib.suppress(OSError):  # it was deleted meanwhile
            yield from check_hashes.analysis(library, scan_id, of)
    elif store.folder.exists():
        yield from check_hashes.unfinished(library, scan_id, of)
    elif _was_finished(library.home, scan_id) and not check_hashes.active(library, scan_id):
        yield Finding("scan row", scan_id, f"The files of {of} are gone.", "it is forgotten; the film stays")


def settings_of(folder: Path) -> str | None:
    """The settings that a scan's own files name, as JSON; None if they do not."""
    try:
        settings = hashed_json.read(folder / "scan.json")["scan_settings"]
        scan_from_json(settings)
    except (OSError, *UNREADABLE) as error:
        descriptors.refuse(error)
        return None
    return hashed_json.packed_text(settings)


def _was_finished(home: Path, scan_id: str) -> bool:
    """Whether a scan without files once had some; one that failed at once never did, and says why."""
    events = home / "jobs" / f"{scan_id}.events"
    return (home / "derived" / scan_id).exists() or (events.exists() and b'"event": "done"' in events.read_bytes())


def _uploads(home: Path, names: set[str]) -> Iterator[Finding]:
    for name in sorted(filter(OWN_ID.fullmatch, names)):
        folder, path = home / "incoming" / name, f"incoming/{name}"
        if not folder.is_dir() or _is_upload(home, name):
            continue
        if uploads_on_disk.is_later(home, name):
            yield Finding("later", path, str(later_version.refused(f"What {path} says of its upload")))
        elif (folder / "upload.json").exists():
            yield Finding("upload", path, f"What {path} says of its upload cannot be read. Send the film again.")
        elif check_lost.age(folder) > _OLD:
            yield Finding("remains", path, f"{path} is what is left of an upload that was removed.", "it is removed")


def _is_upload(home: Path, upload_id: str) -> bool:
    try:
        uploads_on_disk.read(home, upload_id)
    except (UploadGone, LaterVersion, NotPermitted):
        return False
    return True


def _remains(home: Path, folders: dict[str, set[str]], owners: set[str]) -> Iterator[Finding]:
    for name in sorted(filter(OWN_ID.fullmatch, folders["derived"] - owners)):
        yield Finding("remains", f"derived/{name}", f"derived/{name} belongs to no analysis.", "it is removed")
    for name in sorted(folders["jobs"]):
        of = _JOB_FILE.fullmatch(name)
        if of is not None and of[1] not in owners:
            yield Finding("remains", f"jobs/{name}", f"jobs/{name} belongs to no analysis.", "it is removed")
    for file in sorted(_temporary(home)):
        path = file.relative_to(home).as_posix()
        yield Finding("remains", path, f"{path} was never written to its end.", "it is removed")


def _temporary(home: Path) -> set[Path]:
    """What was being written when a process died, a day ago or more."""
    inside = [home / name for name in ("films", "scans", "derived", "jobs", "calibrations", "networks", copies.FOLDER)]
    # Walked: unlike a glob it does not mind folders that go meanwhile.
    found = {Path(place) / name for folder in inside for place, _, names in os.walk(folder) for name in names}
    found |= {file for folder in (home, home / "incoming") for file in folder.glob("*.part")}
    parts = {file for file in found if file.suffix == ".part" and file.is_file() and check_lost.age(file) > _OLD}
    return {file for file in parts if file.parent != home / "incoming" or not uploads_on_disk.being_written(file)}


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _plain_name(films: dict[str, sqlite3.Row], film_id: str) -> str:
    return str(films[film_id]["name"]) if film_id in films else film_id[:8]


def _name(films: dict[str, sqlite3.Row], film_id: str) -> str:
    return f"“{films[film_id]['name']}”" if film_id in films else f"a film that is not here ({film_id[:8]})"
