"""Find issues of a library: damaged data, lost rows and orphaned files. Nothing is changed; `repair` repairs.

Safe while the app runs: scans, uploads and films in progress are skipped.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from ..errors import INVALID_DATA_ERRORS, LaterVersion, NotPermitted, OutOfDescriptors, UploadGone
from ..incoming import upload_store
from ..library import GENERATED_ID, Library, contents, readable_rows
from ..media import identity
from ..observations import later_version
from ..settings import scan_from_json, to_json
from ..storage import DERIVED, EMBEDDINGS, FILMS, INCOMING, JOBS, SCANS, Home, descriptors, hashed_json, stored_paths
from ..system import memory_limits
from . import check_database, check_hashes, check_lost, check_numbers, check_screenings
from .issue import Issue, Kind

_OLD = 24 * 3600.0
"""Seconds after which a temporary file counts as abandoned."""
_JOB_FILE = re.compile(r"(?:[a-z]+-)?([0-9a-f]{32}|[0-9a-f]{64})(?:-[0-9]+)?\.(request|events|log|pid)")
_PARTS = re.compile(r"([0-9a-f]{32})\.parts")
"""As storage.Home.parts."""


@descriptors.translate_errors()
def find(library: Library, *, hashes: bool = False) -> list[Issue]:
    """All issues, in the order in which they must be repaired.

    `hashes`: also hash every film's bytes, and compare each finished scan with its film.
    Raises LibraryError if the database cannot be read at all.
    """
    home = library.home
    upload_store.clear_cache()
    # List the folders before the rows: a film that is added meanwhile has its row by then.
    folders = {folder.name: _names(folder) for folder in Home(home).base_folders}
    readings = check_screenings.reading_files(home)
    with library.database() as database:
        films = {row["id"]: row for row in database.execute("SELECT * FROM films")}
        scans = {row["id"]: row for row in database.execute("SELECT * FROM scans")}
        ids = owner_ids(database)
        of_screenings = [*check_screenings.find(home, database, readings)]
        issues = [*check_database.find(home, database), *_check_edits(database, films)]
        lost_all = contents.is_empty(database)
    issues += check_lost.find_films(home, folders[FILMS] - films.keys(), lost_all=lost_all)
    for row in films.values():
        issues += _guarded("facts", f"the film “{row['name']}”", row, partial(_check_film, home, row, hashes=hashes))
    for row in scans.values():
        name, look = f"an analysis of {_name(films, row['film_id'])}", partial(_check_scan, library, row, films)
        row_issues = _guarded("scan", name, row, look)
        if (
            hashes
            and not row_issues
            and library.store(row["id"]).sealed
            and (film := films.get(row["film_id"])) is not None
        ):
            row_issues = _guarded("scan", name, row, partial(check_numbers.check_scan, library, row, film, name))
        issues += row_issues
    issues += of_screenings
    issues += check_hashes.check_shared_files(home, hashes=hashes)
    issues += check_lost.find_scans(library, folders[SCANS] - ids)
    issues += _check_uploads(home, folders[INCOMING])
    issues += _check_orphans(home, folders, ids)
    issues += _check_parts(library, folders[JOBS])
    return issues


def _guarded(kind: Kind, name: str, row: sqlite3.Row, look: Callable[[], Iterator[Issue]]) -> list[Issue]:
    """Issues that `look` finds in a row. If it fails, that is an issue too, and other rows are still checked."""
    issues = []
    try:
        for issue in look():  # keep the issues found before a failure
            issues.append(issue)
    except OutOfDescriptors:
        raise
    except Exception as error:
        descriptors.raise_if_ran_out(error)
        memory_limits.raise_if_memory_error(error, "The check")
        issues.append(Issue(kind, row["id"], f"{name} ({row['id'][:8]}) cannot be looked at: {error!r}."))
    return issues


def owner_ids(database: sqlite3.Connection) -> set[str]:
    """Ids of all films, scans, jobs and viewers: the names of files in the library's folders that belong to a row."""
    tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    queries = [f"SELECT id FROM {table}" for table in ("films", "scans", "jobs", "viewers") if table in tables]
    return {row[0] for row in database.execute(" UNION ".join(queries))}


def _check_edits(database: sqlite3.Connection, films: dict[str, sqlite3.Row]) -> Iterator[Issue]:
    """Issues of current report settings and of steps of their history."""
    for row in database.execute("SELECT film_id, step, report_settings FROM edits").fetchall():
        if not readable_rows.unreadable_columns("edits", row):
            continue
        if readable_rows.is_later("edits", row):
            yield Issue(
                "later", row["film_id"], str(readable_rows.edits_error(row, _unquoted_name(films, row["film_id"])))
            )
            continue
        name, step = _name(films, row["film_id"]), newest_readable_step(database, row["film_id"], row["step"])
        repair = "" if step is None else "they are put back from the history of edits"
        yield Issue("edits", row["film_id"], f"The report settings of {name} cannot be read.", repair)
    for row in database.execute("SELECT film_id, step, report_settings FROM edit_history").fetchall():
        if readable_rows.unreadable_columns("edits", row):
            what = f"Step {row['step']} of the edits of {_name(films, row['film_id'])}"
            if readable_rows.is_later("edits", row):
                yield Issue("later", row["film_id"], str(later_version.refusal(what)))
            else:
                yield Issue("edits", row["film_id"], f"{what} cannot be read.")


def newest_readable_step(database: sqlite3.Connection, film_id: str, step: int | None) -> tuple[int, str] | None:
    """Number and settings of the newest readable step of a film's history, at most `step`; None if there is none."""
    rows = database.execute(
        "SELECT step, report_settings FROM edit_history WHERE film_id = ? AND step <= ? ORDER BY step DESC",
        (film_id, -1 if step is None else step),
    )
    return next(((row[0], row[1]) for row in rows if not readable_rows.unreadable_columns("edits", row)), None)


def _check_film(home: Path, row: sqlite3.Row, *, hashes: bool) -> Iterator[Issue]:
    """Issues of a film's row and bytes."""
    name, path = f"“{row['name']}”", home / stored_paths.from_text(row["path"])
    exists = path.is_file()
    if readable_rows.is_later("films", row):
        yield Issue("later", row["id"], str(readable_rows.film_error(row)))
    elif columns := readable_rows.unreadable_columns("films", row):
        repair = "they are read from its bytes again" if exists or columns == ("added_at",) else ""
        yield Issue("facts", row["id"], f"What is known of {name} cannot be read.", repair)
    if row["bytes"] < 0:
        yield Issue("bytes", row["id"], f"The bytes of {name} were not found. {_again(row)}")
    yield from check_hashes.check_film_files(home, row["id"], row["name"], hashes=hashes)
    if not row["managed"]:  # a disk outside the library may be unmounted for a while
        if hashes and row["bytes"] >= 0:
            yield from check_numbers.check_film(home, row)
        return
    again = _again(row)
    file = identity.identity_at(path)
    if file is not None and file.bytes != row["bytes"]:
        yield Issue("bytes", row["id"], f"{name} has {file.bytes} bytes instead of {row['bytes']}. {again}")
    elif file is None or (hashes and (digest := identity.content_id_at(path, file)) is None):
        yield Issue("bytes", row["id"], f"The bytes of {name} are gone, or cannot be read. {again}")
    elif hashes and digest != row["id"]:
        yield Issue("bytes", row["id"], f"The bytes of {name} are no longer those that were added. {again}")


def _again(row: sqlite3.Row) -> str:
    """What brings a film's bytes back. What was read off a recording is whole without them."""
    if row["role"] != "recording":
        return "Add the film again."
    return "It is a recording of viewers: take it in again on the Screening page. Their numbers are whole without it."


def _check_scan(library: Library, row: sqlite3.Row, films: dict[str, sqlite3.Row]) -> Iterator[Issue]:
    """Issues of a scan's row and files."""
    scan_id, store = row["id"], library.store(row["id"])
    name = f"an analysis of {_name(films, row['film_id'])}"
    if readable_rows.is_later("scans", row):
        yield Issue("later", scan_id, str(readable_rows.scan_error(row, _unquoted_name(films, row["film_id"]))))
        return
    if columns := readable_rows.unreadable_columns("scans", row):
        can_repair = "settings" not in columns or stored_settings(store.folder) is not None
        repair = "they are read from its files" if can_repair else ""
        yield Issue("settings", scan_id, f"The settings of {name} cannot be read.", repair)
        return
    if store.sealed:
        with contextlib.suppress(OSError):  # deleted meanwhile
            film = films.get(row["film_id"])
            is_recording = film is not None and film["role"] == "recording"
            yield from check_hashes.check_finished_scan(library, scan_id, name, is_recording=is_recording)
    elif store.folder.exists():
        yield from check_hashes.check_unfinished_scan(library, scan_id, name)
    elif _was_finished(library.home, scan_id) and not check_hashes.is_active(library, scan_id):
        yield Issue("scan row", scan_id, f"The files of {name} are gone.", "it is forgotten; the film stays")


def stored_settings(folder: Path) -> str | None:
    """The settings in a scan's own files, as JSON for its row; None if they cannot be read."""
    try:
        settings = hashed_json.read(folder / "scan.json")["scan_settings"]
        settings = to_json(replace(scan_from_json(settings), people=(folder / EMBEDDINGS).is_dir()))
    except (OSError, *INVALID_DATA_ERRORS) as error:
        descriptors.raise_if_ran_out(error)
        return None
    return hashed_json.to_text(settings)


def _was_finished(home: Path, scan_id: str) -> bool:
    """Whether a scan without files once finished. One that failed before its first file did not."""
    events = Home(home).events(scan_id)
    return Home(home).analyses(scan_id).exists() or (events.exists() and b'"event": "done"' in events.read_bytes())


def _check_uploads(home: Path, names: set[str]) -> Iterator[Issue]:
    """Issues of the folders of uploads."""
    for name in sorted(filter(GENERATED_ID.fullmatch, names)):
        folder, path = Home(home).incoming / name, f"{INCOMING}/{name}"
        if not folder.is_dir() or _is_upload(home, name):
            continue
        if upload_store.is_later(home, name):
            yield Issue("later", path, str(later_version.refusal(f"What {path} says of its upload")))
        elif (folder / "upload.json").exists():
            yield Issue("upload", path, f"What {path} says of its upload cannot be read. Send the film again.")
        elif check_lost.age(folder) > _OLD:
            yield Issue("remains", path, f"{path} is what is left of an upload that was removed.", "it is removed")


def _is_upload(home: Path, upload_id: str) -> bool:
    try:
        upload_store.read(home, upload_id)
    except (UploadGone, LaterVersion, NotPermitted):
        return False
    return True


def _check_orphans(home: Path, folders: dict[str, set[str]], owners: set[str]) -> Iterator[Issue]:
    """Files and folders in derived and jobs without an owner, and abandoned temporary files."""
    for name in sorted(filter(GENERATED_ID.fullmatch, folders[DERIVED] - owners)):
        yield Issue("remains", f"{DERIVED}/{name}", f"{DERIVED}/{name} belongs to no analysis.", "it is removed")
    for name in sorted(folders[JOBS]):
        match = _JOB_FILE.fullmatch(name)
        if match is not None and match[1] not in owners:
            yield Issue("remains", f"{JOBS}/{name}", f"{JOBS}/{name} belongs to no analysis.", "it is removed")
    for file in sorted(_abandoned_files(home)):
        path = file.relative_to(home).as_posix()
        yield Issue("remains", path, f"{path} was never written to its end.", "it is removed")


def _check_parts(library: Library, names: set[str]) -> Iterator[Issue]:
    """What other machines read of films whose analysis ended long ago: the cluster's owner deletes it while it runs."""
    for name in sorted(names):
        match = _PARTS.fullmatch(name)
        is_old = match is not None and check_lost.age(Home(library.home).jobs / name) > _OLD
        if match is not None and is_old and not check_hashes.is_active(library, match[1]):
            yield Issue("remains", f"{JOBS}/{name}", f"{JOBS}/{name} was left by a cluster.", "it is removed")


def _abandoned_files(home: Path) -> set[Path]:
    """Temporary files that were not changed for a day: the process that wrote them was ended."""
    layout = Home(home)
    folders = [layout.films, layout.scans, layout.derived, layout.jobs]
    folders += [layout.calibrations, layout.networks, layout.readings, layout.copies]
    # os.walk, unlike glob, ignores folders that are deleted meanwhile.
    files = {Path(place) / name for folder in folders for place, _, names in os.walk(folder) for name in names}
    files |= {file for folder in (home, layout.incoming) for file in folder.glob("*.part")}
    parts = {file for file in files if file.suffix == ".part" and file.is_file() and check_lost.age(file) > _OLD}
    return {file for file in parts if file.parent != layout.incoming or not upload_store.is_being_written(file)}


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _unquoted_name(films: dict[str, sqlite3.Row], film_id: str) -> str:
    return str(films[film_id]["name"]) if film_id in films else film_id[:8]


def _name(films: dict[str, sqlite3.Row], film_id: str) -> str:
    return f"“{films[film_id]['name']}”" if film_id in films else f"a film that is not here ({film_id[:8]})"
