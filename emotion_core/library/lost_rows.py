"""Films and analyses in a library's folders that its database does not know: it was lost, or is an older one."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UNREADABLE
from ..media.media import Media
from ..observations import later_version
from ..observations.store import FORMAT
from ..settings import ScanSettings, scan_from_json
from ..storage import descriptors, group_mode, hashed_json
from .database import transaction

FILM_ID, OWN_ID = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{32}")
REPAIR = "Run python -m emotion_core library check --repair: it puts them back, and deletes none of them."


@dataclass(frozen=True, slots=True)
class Beside:
    """What an analysis' own files say of it."""

    film_id: str
    media: Media
    settings: ScanSettings
    checkpoint_hash: str
    checkpoint_settings: str


def beside(folder: Path) -> Beside | None:
    """What the files of the analysis in `folder` say of it; None if they do not, or are of a later version."""
    try:
        header: dict[str, Any] = hashed_json.read(folder / "scan.json")
        if later_version.header(header, FORMAT):
            return None
        media = Media.from_json(header["media"])
        model = header["checkpoint"]
        if not FILM_ID.fullmatch(media.content_id) or not isinstance(model["hash"], str):
            return None
        settings = scan_from_json(header["scan_settings"])
        return Beside(media.content_id, media, settings, model["hash"], str(model.get("settings", "")))
    except (OSError, *UNREADABLE) as error:
        descriptors.refuse(error)
        group_mode.refuse(error)
        return None


def empty(database: sqlite3.Connection) -> bool:
    """Whether a database knows nothing at all."""
    tables = ("films", "scans", "edits")
    return not any(database.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in tables)


@descriptors.told()
def told(home: Path, database: sqlite3.Connection) -> str:
    """What a user must know of a database that was lost, in a sentence or two; empty if there is nothing to say."""
    if not any(_lost(home, database)):
        return ""
    with transaction(database):  # what is just being taken in has its row by now
        films, scans = _lost(home, database)
        if not (films or scans):
            return ""
        nothing = empty(database)
    told = [f"{films} film{'s' * (films > 1)}"] * (films > 0)
    told += ["1 analysis" if scans == 1 else f"{scans} analyses"] * (scans > 0)
    which = "the database is empty, and may have been lost" if nothing else "it may be an older copy"
    return f"The library {home} holds {' and '.join(told)} that its database does not know: {which}. {REPAIR}"


def _lost(home: Path, database: sqlite3.Connection) -> tuple[int, int]:
    """Films and finished analyses without a row."""
    films = set(_names(home / "films", FILM_ID)) - {row[0] for row in database.execute("SELECT id FROM films")}
    scans = set(_names(home / "scans", OWN_ID)) - {row[0] for row in database.execute("SELECT id FROM scans")}
    return (
        sum(any((home / "films" / film).glob("original*")) for film in films),
        sum((home / "scans" / scan / "sealed.json").exists() for scan in scans),
    )


def _names(folder: Path, kind: re.Pattern[str]) -> Iterator[str]:
    return (path.name for path in folder.iterdir() if kind.fullmatch(path.name))
