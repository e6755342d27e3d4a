"""Films and analyses in a library's folders that its database does not know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..errors import PlaceNotPermitted
from ..incoming import uploads_on_disk
from ..library import copies, lost_rows
from ..library.library import Library
from ..library.lost_rows import FILM_ID, OWN_ID
from ..storage import clock, descriptors
from .issue import Finding

_YOUNG = 600.0
"""Seconds in which a film's bytes may lie there before its row is written."""


def films(home: Path, ids: set[str], *, lost_all: bool) -> Iterator[Finding]:
    """Folders of films that the database does not know, but for films that are just being taken in."""
    coming = {upload.content_id for upload in uploads_on_disk.uploads(home)}
    for film_id in sorted(filter(FILM_ID.fullmatch, ids - coming)):
        folder = home / "films" / film_id
        if not lost_all and abs(age(folder)) < _YOUNG:  # what is dated later was written before the clock was set back
            continue
        path = f"films/{film_id}"
        if original(folder) is None:
            yield Finding("remains", path, f"{path} holds no film, only what was made of one.", "it is removed")
        else:
            yield Finding(
                "film", film_id, f"{path} holds a film that the database does not know.", "it is taken in again"
            )


def original(folder: Path) -> Path | None:
    """The bytes that were added, of those in a film's folder."""
    return next((path for path in sorted(folder.glob("original*")) if path.is_file()), None)


def analyses(library: Library, ids: set[str]) -> Iterator[Finding]:
    """Folders of analyses that the database does not know, the one begun first first."""
    folders = [library.store(name).folder for name in filter(OWN_ID.fullmatch, ids)]
    for folder in sorted(folders, key=lambda folder: (_written(folder), folder.name)):
        try:
            yield _analysis(library, folder)
        except PlaceNotPermitted as error:
            yield Finding("analysis", folder.name, f"scans/{folder.name} cannot be looked at: {error}")


def _analysis(library: Library, folder: Path) -> Finding:
    path = f"scans/{folder.name}"
    if library.store(folder.name).later:
        return Finding("later", folder.name, f"{path} was written by a later version, which can put it back.")
    if is_copy(library, folder):  # byte for byte: nothing is lost with it
        return Finding("remains", path, f"{path} belongs to no analysis.", "it is removed")
    if lost_rows.beside(folder) is not None and library.store(folder.name).segments_written:
        what = f"{path} holds an analysis that the database does not know."
        return Finding("analysis", folder.name, what, "it is put back")
    what = f"{path} holds no analysis that can be read, and the database knows none of this name."
    return Finding("aside", path, what, f"it is moved to the folder {copies.ASIDE}")


def is_copy(library: Library, folder: Path) -> bool:
    """Whether the finished analysis in `folder`, which has no row, is the very one that another row has."""
    seal, told = _seal(folder), lost_rows.beside(folder)
    if seal is None or told is None:
        return False
    others = (library.store(scan_id).folder for scan_id in library.scan_ids(told.film_id))
    return any(other != folder and _seal(other) == seal and _same(other, folder, "scan.json") for other in others)


def _same(one: Path, other: Path, name: str) -> bool:
    try:
        return (one / name).read_bytes() == (other / name).read_bytes()
    except OSError as error:
        descriptors.refuse(error)
        return False


def _seal(folder: Path) -> bytes | None:
    """What names the whole of a finished analysis; None while it is none."""
    try:
        return (folder / "sealed.json").read_bytes()
    except OSError as error:
        descriptors.refuse(error)
        return None


def _written(folder: Path) -> float:
    try:
        return (folder / "scan.json").stat().st_mtime
    except OSError:
        return 0.0


def age(path: Path) -> float:
    """Seconds since it, or the newest thing in it, changed."""
    try:
        return clock.surely() - max(each.stat().st_mtime for each in (path, *path.glob("*")))
    except OSError:
        return 0.0
