"""The uploads of a library on disk.

    incoming/<upload id>/
        upload.json           what was announced and, in the end, the result; written atomically
        part                  the bytes so far: their number is the offset
        lock                  held by the request that writes

An upload exists as long as its upload.json does.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import uuid
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from ..errors import LaterVersion, NotPermitted, UploadGone
from ..observations import later_version
from ..settings import ScanSettings, to_json
from ..storage import INCOMING, Home, clock, descriptors, flush_folder, from_os_error, group_mode, hashed_json
from .recording_claim import RecordingClaim
from .upload import Upload, has_unknown_fields

OUTCOME_LIFETIME = timedelta(hours=24)
"""Time for which the result of an upload is stored: the client may have missed the answer to its last request."""

_ID = re.compile(r"[0-9a-f]{32}")


def folder(home: Path, upload_id: str) -> Path:
    """Folder of an upload. Raises UploadGone if `upload_id` does not have the form of an id."""
    return Path(_folder_name(home, upload_id))


def _folder_name(home: Path, upload_id: str) -> str:
    """`folder` as a string: in long lists of uploads, creating a Path costs as much as a stat of its file."""
    if upload_id and not _ID.fullmatch(upload_id):
        raise upload_gone()
    return f"{home}{os.sep}{INCOMING}{os.sep}{upload_id}"


def part_path(home: Path, upload_id: str) -> Path:
    """The file with an upload's bytes."""
    return folder(home, upload_id) / "part"


def create(
    home: Path,
    name: str,
    length: int,
    settings: ScanSettings | None,
    recording: RecordingClaim | None = None,
    announced_id: str = "",
) -> Upload:
    """Create an upload without any bytes. Raises LibraryError."""
    upload = Upload(
        id=uuid.uuid4().hex, name=name, length=length, settings=settings, recording=recording, announced_id=announced_id
    )
    place = folder(home, upload.id)
    try:
        place.mkdir(parents=True)
        part_path(home, upload.id).touch()
        write(home, upload)
        flush_folder(place.parent)
    except OSError as error:
        remove(home, upload.id)
        raise from_os_error(error, place) from error
    except BaseException:
        remove(home, upload.id)
        raise
    return read(home, upload.id)


def write(home: Path, upload: Upload) -> None:
    """Store the record of an upload. Raises LibraryError."""
    data = asdict(replace(upload, settings=None, outcome=None))
    data["settings"] = None if upload.settings is None else to_json(upload.settings)
    data["outcome"] = None if upload.outcome is None else upload.outcome.to_json()
    for name in ("recording", "announced_id"):  # earlier versions do not know these fields
        if not data[name]:
            del data[name]
    for derived in ("id", "offset", "changed_at", "settings_are_later"):  # read from the disk itself
        del data[derived]
    hashed_json.write(folder(home, upload.id) / "upload.json", data, indent=1)


def read(home: Path, upload_id: str) -> Upload:
    """The upload with this id. Raises UploadGone, NotPermitted, and LaterVersion if a later version wrote it."""
    place = _folder_name(home, upload_id)
    try:
        stat = os.stat(f"{place}/upload.json")  # noqa: PTH116 - a Path costs more than the stat
        version = stat.st_mtime_ns, stat.st_size, stat.st_ino
        cached = _cache.get(place)
        if cached is None or cached[0] != version:
            upload = Upload.from_json(upload_id, hashed_json.read(Path(place, "upload.json")))
            cached = _cache[place] = version, upload
        upload = cached[1]
        try:
            part = os.stat(f"{place}/part")  # noqa: PTH116
        except FileNotFoundError:  # the bytes are moved when the upload becomes a film, so all have arrived
            offset, changed = upload.length, stat.st_mtime
        else:
            offset, changed = part.st_size, part.st_mtime
        return replace(upload, offset=offset, changed_at=datetime.fromtimestamp(changed, UTC))
    except (OSError, ValueError, TypeError, KeyError) as error:
        _cache.pop(place, None)
        descriptors.raise_if_ran_out(error)
        group_mode.raise_if_denied(error)
        later_version.raise_if_later("What is known of this upload", is_later(home, upload_id))
        raise upload_gone() from error


_cache: dict[str, tuple[tuple[int, int, int], Upload]] = {}
"""Content of each upload.json by folder, with the time, size and inode of the file: an atomic write changes all three.
Bounded by the number of uploads."""


def clear_cache() -> None:
    """Forget what this process has read of uploads, so that the next call reads the disk."""
    _cache.clear()


def is_later(home: Path, upload_id: str) -> bool:
    """Whether a later version wrote the record of an upload, which must then stay as it is."""
    try:
        data = hashed_json.read(folder(home, upload_id) / "upload.json")
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(data, dict) and has_unknown_fields(data)


def flush(home: Path, upload_id: str) -> None:
    """Flush an upload's bytes to disk. After a crash of the program the system may hold them in memory only."""
    try:
        with part_path(home, upload_id).open("r+b") as file:
            os.fsync(file.fileno())
    except FileNotFoundError:
        pass  # it became a film or was removed meanwhile
    except OSError as error:
        raise from_os_error(error, part_path(home, upload_id)) from error


def all_uploads(home: Path) -> list[Upload]:
    """All readable uploads, finished or not, the one with the newest byte first."""
    uploads = []
    for name in entry_names(home):
        with contextlib.suppress(UploadGone, LaterVersion, NotPermitted):
            uploads.append(read(home, name))
    existing = {_folder_name(home, upload.id) for upload in uploads}
    prefix = _folder_name(home, "")
    for place in [place for place in _cache.copy() if place.startswith(prefix) and place not in existing]:
        _cache.pop(place, None)
    return sorted(uploads, key=lambda upload: (upload.changed_at, upload.id), reverse=True)


def entry_names(home: Path) -> list[str]:
    """Names of all entries of the folder of uploads."""
    with contextlib.suppress(FileNotFoundError):
        return os.listdir(Home(home).incoming)  # noqa: PTH208 - iterdir takes ten times as long
    return []


def remove(home: Path, upload_id: str) -> None:
    """Remove an upload. Its record goes first, so that it ceases to exist at once."""
    place = folder(home, upload_id)
    _cache.pop(_folder_name(home, upload_id), None)
    (place / "upload.json").unlink(missing_ok=True)
    shutil.rmtree(place, ignore_errors=True)


def remove_uploads_of_film(home: Path, film_id: str) -> None:
    """Remove the records of finished uploads of a film, which hold its name."""
    for upload in all_uploads(home):
        if upload.outcome is not None and film_id in (upload.content_id, upload.outcome.film_id):
            remove(home, upload.id)


def remove_uploads_of_viewer(home: Path, viewer_id: str) -> None:
    """Remove the records of finished uploads of a viewer's recording, which hold a name and the consent."""
    for upload in all_uploads(home):
        if upload.outcome is not None and upload.outcome.viewer_id == viewer_id:
            remove(home, upload.id)


def remove_orphans(home: Path, upload_ids: set[str]) -> None:
    """Delete folders, a day old or more, without a record: of partly removed or partly created uploads.

    `upload_ids` are the existing uploads, whose folders are skipped.
    """
    for place in (Home(home).incoming / name for name in entry_names(home) if name not in upload_ids):
        with contextlib.suppress(OSError):
            is_old = clock.earliest() - place.stat().st_mtime > OUTCOME_LIFETIME.total_seconds()
            if is_old and place.is_dir() and not (place / "upload.json").exists():
                shutil.rmtree(place, ignore_errors=True)


def temporary_films(home: Path) -> list[Path]:
    """Temporary files of films that are being added without an upload. One process writes each file."""
    return [Home(home).incoming / name for name in entry_names(home) if name.endswith(".part")]


def is_being_written(temporary_film: Path) -> bool:
    """Whether the process whose number is in the name of a temporary file still runs."""
    process = temporary_film.stem.rpartition(".")[2]
    return process.isdecimal() and len(process) < 10 and psutil.pid_exists(int(process))


def upload_gone() -> UploadGone:
    """The error for an upload that does not exist."""
    return UploadGone("There is no such upload here.", "It may have been removed or have expired; send the film again.")
