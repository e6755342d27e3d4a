"""Finished scans whose numbers are not those of their film."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ..decoding import isolated
from ..errors import EmotionError
from ..library import Library
from ..media import identity
from ..storage import stored_paths
from .issue import Issue

READ_ANEW = "it is read anew, and what there was is moved to the folder set-aside"
SET_ASIDE = "it is moved to the folder set-aside"


def check_film(home: Path, row: sqlite3.Row) -> Iterator[Issue]:
    """The issue of a film outside the library whose file holds other bytes with the same size and time.

    Missing files are skipped. A file that was exported again is no damage; the film's page reports it.
    """
    path = home / stored_paths.from_text(row["path"])
    file = identity.identity_at(path)
    if file is None or (file.bytes, file.modified_ns) != (row["bytes"], row["modified_ns"]):
        return
    digest = identity.content_id_at(path, file)
    if digest is not None and digest != row["id"]:
        yield Issue(
            "bytes",
            row["id"],
            f"{path} no longer holds “{row['name']}”, but other bytes. Put that film back, or open the file again.",
        )


def check_scan(library: Library, row: sqlite3.Row, film: sqlite3.Row, name: str) -> Iterator[Issue]:
    """The issue of a finished scan, called `name` in messages, with another film's numbers.

    Some frames are analysed again and compared. If the film's file holds another film since before the scan began, the
    scan's numbers belong to that film if they match it.
    """
    path, store = library.home / stored_paths.from_text(film["path"]), library.store(row["id"])
    file = identity.identity_at(path)
    if file is None or (digest := identity.content_id_at(path, file)) is None:
        return
    is_its_film = digest == film["id"]
    header = identity.identity_at(store.folder / "scan.json")
    if not is_its_film and (header is None or file.changed_ns >= header.modified_ns):
        return  # the scan read the film before the file was replaced
    try:
        matches = isolated.matches_scan(path, film["id"], file, store.folder, film["name"])
    except EmotionError:  # scanned differently by an earlier version, or not readable now: undecidable
        return
    if is_its_film and matches is False:
        what = f"The numbers of {name} are not its film's: frames that were read again gave others."
        yield Issue("other film", row["id"], what, READ_ANEW)
    elif not is_its_film and matches:
        what = f"The numbers of {name} are another film's, which was put in its place at {path} before it was read."
        yield Issue("other film", row["id"], what, SET_ASIDE)
