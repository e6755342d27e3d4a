"""Uploads as they lie on disk: what was announced, what has arrived, what became of it.

    incoming/<upload id>/
        upload.json           what was announced, and in the end what became of it; written whole
        part                  the bytes so far: their number is the offset
        lock                  held by whoever writes

An upload is there while its upload.json is.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import uuid
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from ..errors import LaterVersion, NotPermitted, SettingsError, UploadGone
from ..observations import later_version
from ..settings import ScanSettings, scan_from_json, to_json
from ..storage import clock, descriptors, group_mode, hashed_json
from ..storage.files import flush_folder, from_os_error

REMEMBERED = timedelta(hours=24)
"""For how long it is known what became of an upload: whoever sent its last byte may have missed the answer."""

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an upload whose bytes are all here."""

    film_id: str = ""
    """The film that it is; empty where it is none."""
    known: bool = False
    """Whether the same bytes were in the library before."""
    problem: str = ""
    """Why it was refused, or, for a film, why its analysis did not begin: one clear message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A film on its way in."""

    id: str
    """Chosen here, 32 hex digits; never anything that was given."""
    name: str
    """As the user knows the film; text, never a path."""
    length: int
    """Bytes that were announced."""
    settings: ScanSettings | None
    """What to analyse it with once it is here; None: with nothing."""
    settings_are_later: bool = False
    """Whether it is to be analysed with what only a later version knows: then `settings` is None."""
    content_id: str = ""
    """SHA-256 of all its bytes, hex; known once they are here and about to be taken in."""
    outcome: Outcome | None = None
    """None while it is unfinished."""
    offset: int = 0
    """Bytes that are here."""
    changed_at: datetime = datetime.min
    """When the last byte came, or it was announced."""

    @property
    def whole(self) -> bool:
        return self.offset >= self.length

    def expires(self, unfinished_days: float) -> datetime:
        """From when on it is nobody's, if no byte comes till then."""
        return self.changed_at + timedelta(days=unfinished_days)


def folder(home: Path, upload_id: str) -> Path:
    """Raises UploadGone where `upload_id` is none that was chosen here."""
    return Path(_place(home, upload_id))


def _place(home: Path, upload_id: str) -> str:
    """As `folder`; in lists of uploads each path costs as much as a look at its file."""
    if upload_id and not _ID.fullmatch(upload_id):
        raise gone()
    return f"{home}{os.sep}incoming{os.sep}{upload_id}"


def part(home: Path, upload_id: str) -> Path:
    """Where an upload's bytes lie."""
    return folder(home, upload_id) / "part"


def new(home: Path, name: str, length: int, settings: ScanSettings | None) -> Upload:
    """An upload of which no byte is here. Raises LibraryError."""
    upload = Upload(id=uuid.uuid4().hex, name=name, length=length, settings=settings)
    place = folder(home, upload.id)
    try:
        place.mkdir(parents=True)
        part(home, upload.id).touch()
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
    """Keep what is known of an upload. Raises LibraryError."""
    kept = asdict(replace(upload, settings=None))
    kept["settings"] = None if upload.settings is None else to_json(upload.settings)
    for seen in ("id", "offset", "changed_at", "settings_are_later"):  # the disk says these itself
        del kept[seen]
    hashed_json.write(folder(home, upload.id) / "upload.json", kept, indent=1)


def read(home: Path, upload_id: str) -> Upload:
    """Raises UploadGone, LaterVersion where a later version wrote it down, or NotPermitted."""
    place = _place(home, upload_id)
    try:
        told = os.stat(f"{place}/upload.json")  # noqa: PTH116 - a Path costs more than the look
        as_it_was = (told.st_mtime_ns, told.st_size, told.st_ino)
        known = _announced.get(place)
        if known is None or known[0] != as_it_was:
            known = _announced[place] = as_it_was, _from_file(place, upload_id)
        try:
            here = os.stat(f"{place}/part")  # noqa: PTH116
        except FileNotFoundError:  # its bytes go when it is about to be, or was, taken in: then they are all here
            offset, changed = known[1].length, told.st_mtime
        else:
            offset, changed = here.st_size, here.st_mtime
        return replace(known[1], offset=offset, changed_at=datetime.fromtimestamp(changed, UTC))
    except (OSError, ValueError, TypeError, KeyError) as error:
        _announced.pop(place, None)
        descriptors.refuse(error)
        group_mode.refuse(error)
        later_version.refuse("What is known of this upload", is_later(home, upload_id))
        raise gone() from error


_announced: dict[str, tuple[tuple[int, int, int], Upload]] = {}
"""By folder, what this process has read of upload.json, and the time, size and inode that the file had: it is written
whole, and so changes all three. Bounded by the uploads there are."""


def read_anew() -> None:
    """Forget what this process has read of uploads, so that the next look is at the disk."""
    _announced.clear()


def _from_file(place: str, upload_id: str) -> Upload:
    kept: dict[str, Any] = hashed_json.read(Path(place, "upload.json"))
    settings, outcome = kept.pop("settings"), kept.pop("outcome")
    return Upload(
        **kept,
        id=upload_id,
        settings=_settings(settings),
        settings_are_later=later_version.scan_settings(settings),
        outcome=None if outcome is None else Outcome(**outcome),
    )


def is_later(home: Path, upload_id: str) -> bool:
    """Whether a later version wrote down what is known of an upload: it is left as it is."""
    try:
        kept = hashed_json.read(folder(home, upload_id) / "upload.json")
    except (OSError, ValueError, RecursionError):
        return False
    known = {field.name for field in fields(Upload)}
    return isinstance(kept, dict) and bool(kept.keys() - known)


def _settings(kept: Any) -> ScanSettings | None:
    """What an analysis was asked with; None where it was not, or with what this version does not know."""
    try:
        return None if kept is None else scan_from_json(kept)
    except (SettingsError, ValueError, TypeError, KeyError, AttributeError):
        return None


def flush(home: Path, upload_id: str) -> None:
    """Make what has arrived survive a power cut: after a crash the system may still hold it in memory only."""
    try:
        with part(home, upload_id).open("r+b") as file:
            os.fsync(file.fileno())
    except FileNotFoundError:
        pass  # taken in or removed meanwhile
    except OSError as error:
        raise from_os_error(error, part(home, upload_id)) from error


def uploads(home: Path) -> list[Upload]:
    """All that can be read, finished or not, those that moved last first."""
    found = []
    for name in names(home):
        with contextlib.suppress(UploadGone, LaterVersion, NotPermitted):
            found.append(read(home, name))
    here = {_place(home, upload.id) for upload in found}
    own = _place(home, "")
    for place in [place for place in _announced.copy() if place.startswith(own) and place not in here]:
        _announced.pop(place, None)
    return sorted(found, key=lambda upload: (upload.changed_at, upload.id), reverse=True)


def names(home: Path) -> list[str]:
    """Of what lies in the folder of uploads."""
    with contextlib.suppress(FileNotFoundError):
        return os.listdir(home / "incoming")  # noqa: PTH208 - iterdir takes ten times as long
    return []


def remove(home: Path, upload_id: str) -> None:
    """It is gone at once; its bytes follow."""
    place = folder(home, upload_id)
    _announced.pop(_place(home, upload_id), None)
    (place / "upload.json").unlink(missing_ok=True)
    shutil.rmtree(place, ignore_errors=True)


def forget(home: Path, film_id: str) -> None:
    """Remove what is remembered of the uploads that a film came from, its name among it."""
    for upload in uploads(home):
        if upload.outcome is not None and film_id in (upload.content_id, upload.outcome.film_id):
            remove(home, upload.id)


def remove_remains(home: Path, known: set[str]) -> None:
    """Delete folders of a day or more that are no uploads: of ones that were removed, or announced, by half.

    `known` are the ids of those that were there a moment ago.
    """
    for place in (home / "incoming" / name for name in names(home) if name not in known):
        with contextlib.suppress(OSError):
            old = clock.surely() - place.stat().st_mtime > REMEMBERED.total_seconds()
            if old and place.is_dir() and not (place / "upload.json").exists():
                shutil.rmtree(place, ignore_errors=True)


def parts(home: Path) -> list[Path]:
    """Films on their way in besides uploads: files, each of which one process writes."""
    return [home / "incoming" / name for name in names(home) if name.endswith(".part")]


def being_written(part: Path) -> bool:
    """Whether a film's bytes outside an upload, in a file called after the process that takes them in, still come."""
    process = part.stem.rpartition(".")[2]
    return process.isdecimal() and len(process) < 10 and psutil.pid_exists(int(process))


def gone() -> UploadGone:
    return UploadGone("There is no such upload here.", "It may have been removed or have expired; send the film again.")
