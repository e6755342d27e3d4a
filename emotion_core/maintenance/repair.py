"""Repair the issues that `check` finds. Nothing that a user added, uploaded or corrected is deleted."""

from __future__ import annotations

import shutil
from pathlib import Path

from filelock import FileLock, Timeout

from ..decoding.isolated import probe
from ..errors import EmotionError, LibraryError
from ..expression.checkpoints import locate
from ..expression.selection import requested_engine
from ..jobs import scans
from ..library import Library, contents, copies, readable_rows
from ..media import confirm_content, confirm_unchanged
from ..storage import Home, clock, hashed_json, layout, stored_paths, try_lock
from . import check, check_hashes, check_lost, check_numbers, restore
from .issue import Issue


def repair(library: Library, issues: list[Issue]) -> None:
    """Repair each issue that has a repair. An issue that cannot be repaired now remains, and the next check finds it.

    The state is checked again before each repair: the app may run and use what was damaged or orphaned.
    """
    for issue in issues:
        if not issue.repair:
            continue
        try:
            _repair(library, issue)
        except (EmotionError, OSError):
            continue  # the next check reports it again


def restore_copy(home: Path, copy: Path | None) -> Path | None:
    """Make `copy` the library's database, or a new database if None. Returns the path of the previous one.

    Raises LibraryError, also while a job of the library runs.
    """
    with try_lock(Home(home).worker_lock) as free:
        if not free:
            raise LibraryError("The library is at work.", "Wait until its analyses are done, or cancel them.")
        aside = copies.restore(Home(home).database, copy)
    Library.open(home)  # migrates a copy of an older version
    return aside


def _repair(library: Library, issue: Issue) -> None:  # noqa: PLR0912, PLR0915 -- one branch for each kind
    match issue.kind:
        case "database":
            with library.database() as database:
                empty = contents.is_empty(database)
            if empty and (copy := copies.newest_usable(library.home)) is not None:
                restore_copy(library.home, copy.path)
        case "film":
            _restore_film(library, issue.subject)
        case "analysis":
            restore.restore_scan(library, issue.subject)
        case "aside":
            if not _has_owner(library, Path(issue.subject).name):
                copies.set_aside(library.home, library.home / issue.subject)
        case "facts":
            film_id = issue.subject
            with library.database() as database:
                row = database.execute("SELECT * FROM films WHERE id = ?", (film_id,)).fetchone()
                columns = readable_rows.unreadable_columns("films", row)
            if "media" in columns:
                path = library.home / stored_paths.from_text(row["path"])
                file = confirm_content(path, film_id, None)  # never take another film's facts
                media = probe(path, film_id, row["name"])
                confirm_unchanged(path, film_id, file)
                with library.database() as database:
                    database.execute(
                        "UPDATE films SET media = ? WHERE id = ?", (hashed_json.to_text(media.to_json()), film_id)
                    )
            if "added_at" in columns:
                _reset_date(library, "films", "added_at", film_id)
        case "recording":
            if _is_unused_recording(library, issue.subject):
                scans.delete_film(library, issue.subject)
        case "scan row":
            if not library.store(issue.subject).folder.exists():
                library.delete_scan(issue.subject)
        case "settings":
            settings = check.stored_settings(library.store(issue.subject).folder)
            with library.database() as database:
                row = database.execute("SELECT * FROM scans WHERE id = ?", (issue.subject,)).fetchone()
                columns = readable_rows.unreadable_columns("scans", row)
                if settings is not None and "settings" in columns:
                    database.execute("UPDATE scans SET settings = ? WHERE id = ?", (settings, issue.subject))
            if "created_at" in columns:
                _reset_date(library, "scans", "created_at", issue.subject)
        case "other film":
            _set_scan_aside(library, issue.subject, restart=issue.repair == check_numbers.READ_ANEW)
        case "edits":
            _restore_settings(library, issue.subject)
        case "scan":
            with try_lock(Home(library.home).worker_lock) as free:
                if free and not check_hashes.is_active(library, issue.subject):
                    library.store(issue.subject).drop_damaged()
        case "remains" | "made":
            _remove(library, Path(issue.subject))


def _set_scan_aside(library: Library, scan_id: str, *, restart: bool) -> None:
    """Set the files of a scan with another film's numbers aside; `restart`: request it again with the same settings.

    Raises EmotionError, without a change, if the film, the checkpoint or the engine is not available.
    """
    scan, folder = library.scan(scan_id), library.store(scan_id).folder
    if scans.status(library, scan_id).active or not folder.exists():
        return
    if restart:
        if library.verify(library.film(scan.film_id)) is None:
            return
        locate(scan.settings.checkpoint).weights_hash()
        requested_engine(scan.settings.engine)
    copies.set_aside(library.home, folder)
    if restart:
        library.delete_scan_files(scan_id)  # its analyses and job files
        scans.start(library, scan.film_id, scan.settings)
    else:
        library.delete_scan(scan_id)


def _reset_date(library: Library, table: str, column: str, subject: str) -> None:
    """Replace an unreadable date by the current time. Nothing is ordered by these dates."""
    with library.database() as database:
        database.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (clock.now().isoformat(), subject))


def _restore_film(library: Library, film_id: str) -> None:
    """Add the bytes in a film's folder as a film again. Edits that were stored for it apply again."""
    folder = Home(library.home).film(film_id)
    original = check_lost.original_file(folder)
    if original is None or _has_film(library, film_id):
        return
    if restore.restore_film(library, film_id, original):
        return
    with original.open("rb") as file:
        film = library.add_film(file, f"recovered {film_id[:8]}{original.suffix}")
    if film.id != film_id:  # the bytes are another film's and were copied to its folder
        shutil.rmtree(folder)


def _restore_settings(library: Library, film_id: str) -> None:
    """Make the newest readable step of a film's history its current report settings."""
    with library.database() as database, database:
        database.execute("BEGIN IMMEDIATE")
        row = database.execute("SELECT step, report_settings FROM edits WHERE film_id = ?", (film_id,)).fetchone()
        if row is None or not readable_rows.unreadable_columns("edits", row):
            return
        step = check.newest_readable_step(database, film_id, row["step"])
        if step is not None:
            database.execute(
                "UPDATE edits SET step = ?, report_settings = ?, revision = revision + 1 WHERE film_id = ?",
                (*step, film_id),
            )


def _remove(library: Library, path: Path) -> None:
    """Delete a file or folder without an owner, unless it has one by now."""
    place, name = library.home / path, path.name
    match path.parts[0]:
        case layout.FILMS if len(path.parts) == 2 and (_has_film(library, name) or check_lost.original_file(place)):
            return
        case layout.SCANS if len(path.parts) == 2 and (
            _has_owner(library, name) or not check_lost.is_duplicate(library, place)
        ):
            return
        case layout.JOBS if path.suffix == ".parts":
            if check_hashes.is_active(library, path.stem):
                return
        case layout.DERIVED | layout.JOBS if len(path.parts) == 2 and _has_owner(library, name):
            return
        case layout.INCOMING if place.is_dir():
            _remove_upload(place)
            return
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def _remove_upload(folder: Path) -> None:
    """Delete the rest of a removed upload, unless a request has locked it."""
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return
    try:
        if not (folder / "upload.json").exists():
            shutil.rmtree(folder)
    finally:
        lock.release()


def _is_unused_recording(library: Library, film_id: str) -> bool:
    """Whether a film is a recording, and no viewer's by now."""
    with library.database() as database:
        row = database.execute("SELECT role FROM films WHERE id = ?", (film_id,)).fetchone()
    return row is not None and row["role"] == "recording" and not library.viewers_of_recording(film_id)


def _has_film(library: Library, film_id: str) -> bool:
    """Whether a film has a row."""
    with library.database() as database:
        return database.execute("SELECT 1 FROM films WHERE id = ?", (film_id,)).fetchone() is not None


def _has_owner(library: Library, name: str) -> bool:
    """Whether a file or folder called `name` belongs to a film, scan or job that has a row."""
    with library.database() as database:
        return name.partition(".")[0].rpartition("-")[2] in check.owner_ids(database)
