"""Finished analyses whose numbers are not those of the film they are filed under."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ..decoding import isolated
from ..errors import EmotionError
from ..library.library import Library
from ..media import identity
from ..storage import stored_paths
from .issue import Finding

READ_ANEW = "it is read anew, and what there was is moved to the folder set-aside"
SET_ASIDE = "it is moved to the folder set-aside"


def film(home: Path, row: sqlite3.Row) -> Iterator[Finding]:
    """Of a film that lies elsewhere: whether its file holds other bytes under its size and time.

    One that is away is not looked at, and one that was exported anew is no damage: its page says so.
    """
    path = home / stored_paths.from_text(row["path"])
    file = identity.at(path)
    if file is None or (file.bytes, file.modified_ns) != (row["bytes"], row["modified_ns"]):
        return
    digest = identity.digest_at(path, file)
    if digest is not None and digest != row["id"]:
        yield Finding(
            "bytes",
            row["id"],
            f"{path} no longer holds “{row['name']}”, but other bytes. Put that film back, or open the file again.",
        )


def analysis(library: Library, row: sqlite3.Row, film: sqlite3.Row, of: str) -> Iterator[Finding]:
    """Whether a finished analysis, called `of` in messages, holds the numbers of its film: some are made again.

    Where the film's file holds another film, which lay there before the analysis began to read, its numbers are that
    one's if they fit it.
    """
    path, store = library.home / stored_paths.from_text(film["path"]), library.store(row["id"])
    file = identity.at(path)
    if file is None or (digest := identity.digest_at(path, file)) is None:
        return
    is_its_film = digest == film["id"]
    begun = identity.at(store.folder / "scan.json")
    if not is_its_film and (begun is None or file.changed_ns >= begun.modified_ns):
        return  # it was read before the file was replaced
    try:
        fits = isolated.fits(path, film["id"], file, store.folder, film["name"])
    except EmotionError:  # read by an earlier version in another way, or not readable now: nothing can be told
        return
    if is_its_film and fits is False:
        what = f"The numbers of {of} are not its film's: frames that were read again gave others."
        yield Finding("other film", row["id"], what, READ_ANEW)
    elif not is_its_film and fits:
        what = f"The numbers of {of} are another film's, which was put in its place at {path} before it was read."
        yield Finding("other film", row["id"], what, SET_ASIDE)
