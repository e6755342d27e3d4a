"""Repairs of what `check` finds. Nothing that a user added, sent or corrected is ever deleted here."""

from __future__ import annotations

import shutil
from pathlib import Path

from filelock import FileLock, Timeout

from ..decoding.isolated import probe
from ..errors import EmotionError, LibraryError
from ..expression.checkpoints.location import locate
from ..expression.selection.choice import asked_for
from ..jobs import scans
from ..jobs.worker import LOCK
from ..library import copies, database as schema, lost_rows, readable_rows
from ..library.library import Library
from ..media import identity
from ..storage import clock, hashed_json, stored_paths
from ..storage.files import if_free
from . import check, check_hashes, check_lost, check_numbers, restore
from .issue import Finding


def repair(library: Library, findings: list[Finding]) -> None:
    """Do about each finding what it says. What cannot be done stays as it is, to be found again.

    Each is looked at anew first: the app may run, and what was out of order may be in use by now.
    """
    for finding in findings:
        if not finding.repair:
            continue
        try:
            _mend(library, finding)
        except (EmotionError, OSError):
            continue  # the next search says that it is still there


def put_back(home: Path, copy: Path | None) -> Path | None:
    """Make `copy` the library's database, or begin a new one; returns where the one that was there is kept.

    Raises LibraryError, also while analyses or copies for the browser are being made.
    """
    with if_free(home / LOCK) as free:
        if not free:
            raise LibraryError("The library is at work.", "Wait until its analyses are done, or cancel them.")
        aside = copies.put_back(home / schema.FILE, copy)
    Library.open(home)  # the copy may be of an older version
    return aside


def _mend(library: Library, finding: Finding) -> None:  # noqa: PLR0912 -- a branch a kind
    match finding.kind:
        case "database":
            with library.database() as database:
                empty = lost_rows.empty(database)
            if empty and (copy := copies.newest_whole(library.home)) is not None:
                put_back(library.home, copy.path)
        case "film":
            _take_back(library, finding.subject)
        case "analysis":
            restore.analysis(library, finding.subject)
        case "aside":
            if not _owned(library, Path(finding.subject).name):
                copies.set_aside(library.home, library.home / finding.subject)
        case "facts":
            film_id = finding.subject
            with library.database() as database:
                row = database.execute("SELECT * FROM films WHERE id = ?", (film_id,)).fetchone()
                wrong = readable_rows.columns("films", row)
            if "media" in wrong:
                path = library.home / stored_paths.from_text(row["path"])
                file = identity.confirmed(path, film_id, None)  # facts of another film are none of this one's
                media = probe(path, film_id, row["name"])
                identity.still(path, film_id, file)
                with library.database() as database:
                    database.execute(
                        "UPDATE films SET media = ? WHERE id = ?", (hashed_json.packed_text(media.to_json()), film_id)
                    )
            if "added_at" in wrong:
                _date(library, "films", "added_at", film_id)
        case "scan row":
            if not library.store(finding.subject).folder.exists():
                library.forget_scan(finding.subject)
        case "settings":
            settings = check.settings_of(library.store(finding.subject).folder)
            with library.database() as database:
                row = database.execute("SELECT * FROM scans WHERE id = ?", (finding.subject,)).fetchone()
                wrong = readable_rows.columns("scans", row)
                if settings is not None and "settings" in wrong:
                    database.execute("UPDATE scans SET settings = ? WHERE id = ?", (settings, finding.subject))
            if "created_at" in wrong:
                _date(library, "scans", "created_at", finding.subject)
        case "other film":
            _read_anew(library, finding.subject, again=finding.repair == check_numbers.READ_ANEW)
        case "edits":
            _put_back(library, finding.subject)
        case "scan":
            with if_free(library.home / LOCK) as free:
                if free and not check_hashes.active(library, finding.subject):
                    library.store(finding.subject).drop_damaged()
        case "remains" | "made":
            _remove(library, Path(finding.subject))


def _read_anew(library: Library, scan_id: str, *, again: bool) -> None:
    """Move away what an analysis read of another film; `again`: ask for it anew, with the same settings.

    Raises EmotionError, and leaves it, where the film, the model or the engine is not here.
    """
    scan, folder = library.scan(scan_id), library.store(scan_id).folder
    if scans.status(library, scan_id).active or not folder.exists():
        return
    if again:
        if library.holding(library.film(scan.film_id)) is None:
            return
        locate(scan.settings.checkpoint).weights_hash()
        asked_for(scan.settings.engine)
    copies.set_aside(library.home, folder)
    if again:
        library.discard(scan_id)  # the reports that were made of it
        scans.start(library, scan.film_id, scan.settings)
    else:
        library.forget_scan(scan_id)


def _date(library: Library, table: str, column: str, subject: str) -> None:
    """A date that cannot be read becomes now: nothing is ordered by it."""
    with library.database() as database:
        database.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (clock.now().isoformat(), subject))


def _take_back(library: Library, film_id: str) -> None:
    """Bytes without a row become a film again; its edits, if any were left, hold for it once more."""
    folder = library.home / "films" / film_id
    bytes_of_it = check_lost.original(folder)
    if bytes_of_it is None or _known(library, film_id):
        return
    if restore.film(library, film_id, bytes_of_it):
        return
    with bytes_of_it.open("rb") as file:
        film = library.add_film(file, f"recovered {film_id[:8]}{bytes_of_it.suffix}")
    if film.id != film_id:  # they were not what the folder's name says, and lie in a folder of their own now
        shutil.rmtree(folder)


def _put_back(library: Library, film_id: str) -> None:
    """The newest report settings of a film that can be read."""
    with library.database() as database, database:
        database.execute("BEGIN IMMEDIATE")
        row = database.execute("SELECT step, report_settings FROM edits WHERE film_id = ?", (film_id,)).fetchone()
        if row is None or not readable_rows.columns("edits", row):
            return
        kept = check.step_before(database, film_id, row["step"])
        if kept is not None:
            database.execute(
                "UPDATE edits SET step = ?, report_settings = ?, revision = revision + 1 WHERE film_id = ?",
                (*kept, film_id),
            )


def _remove(library: Library, path: Path) -> None:
    """A file or folder that nobody needs, unless somebody does by now."""
    place, name = library.home / path, path.name
    match path.parts[0]:
        case "films" if len(path.parts) == 2 and (_known(library, name) or check_lost.original(place)):
            return
        case "scans" if len(path.parts) == 2 and (_owned(library, name) or not check_lost.is_copy(library, place)):
            return
        case "derived" | "jobs" if len(path.parts) == 2 and _owned(library, name):
            return
        case "incoming" if place.is_dir():
            _remove_upload(place)
            return
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def _remove_upload(folder: Path) -> None:
    """What an upload left, unless a request holds it."""
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


def _known(library: Library, film_id: str) -> bool:
    with library.database() as database:
        return database.execute("SELECT 1 FROM films WHERE id = ?", (film_id,)).fetchone() is not None


def _owned(library: Library, name: str) -> bool:
    """Whether a file or folder called `name` is named after something that is there."""
    with library.database() as database:
        return name.partition(".")[0].rpartition("-")[2] in check.owners(database)
