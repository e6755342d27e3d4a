"""Films and scans in a library's folders without a row in its database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..errors import PlaceNotPermitted
from ..incoming import upload_store
from ..library import FILM_ID, GENERATED_ID, Library, contents
from ..storage import FILMS, SCANS, SET_ASIDE, Home, clock, descriptors
from .issue import Issue

_YOUNG = 600.0
"""Seconds within which the row of a film is written after its bytes were moved."""


def find_films(home: Path, ids: set[str], *, lost_all: bool) -> Iterator[Issue]:
    """Issues of film folders, named `ids`, without a row, except for films that are being added."""
    uploaded = {upload.content_id for upload in upload_store.all_uploads(home)}
    for film_id in sorted(filter(FILM_ID.fullmatch, ids - uploaded)):
        folder = Home(home).film(film_id)
        if not lost_all and abs(age(folder)) < _YOUNG:  # a later date means that the clock was set back
            continue
        path = f"{FILMS}/{film_id}"
        if original_file(folder) is None:
            yield Issue("remains", path, f"{path} holds no film, only what was made of one.", "it is removed")
        else:
            yield Issue(
                "film", film_id, f"{path} holds a film that the database does not know.", "it is taken in again"
            )


def original_file(folder: Path) -> Path | None:
    """The file with a film's bytes in its folder; None if there is none."""
    return next((path for path in sorted(folder.glob("original*")) if path.is_file()), None)


def find_scans(library: Library, ids: set[str]) -> Iterator[Issue]:
    """Issues of scan folders, named `ids`, without a row, the oldest first."""
    folders = [library.store(name).folder for name in filter(GENERATED_ID.fullmatch, ids)]
    for folder in sorted(folders, key=lambda folder: (_start_time(folder), folder.name)):
        try:
            yield _scan_issue(library, folder)
        except PlaceNotPermitted as error:
            yield Issue("analysis", folder.name, f"{SCANS}/{folder.name} cannot be looked at: {error}")


def _scan_issue(library: Library, folder: Path) -> Issue:
    """The issue of a scan's folder without a row."""
    path = f"{SCANS}/{folder.name}"
    if library.store(folder.name).is_later:
        return Issue("later", folder.name, f"{path} was written by a later version, which can put it back.")
    if is_duplicate(library, folder):  # removing it loses nothing
        return Issue("remains", path, f"{path} belongs to no analysis.", "it is removed")
    if contents.scan_facts(folder) is not None and library.store(folder.name).segments_written:
        what = f"{path} holds an analysis that the database does not know."
        return Issue("analysis", folder.name, what, "it is put back")
    what = f"{path} holds no analysis that can be read, and the database knows none of this name."
    return Issue("aside", path, what, f"it is moved to the folder {SET_ASIDE}")


def is_duplicate(library: Library, folder: Path) -> bool:
    """Whether the finished scan in `folder`, which has no row, equals one with a row, byte for byte."""
    seal, facts = _seal(folder), contents.scan_facts(folder)
    if seal is None or facts is None:
        return False
    others = (library.store(scan_id).folder for scan_id in library.scan_ids(facts.film_id))
    return any(
        other != folder and _seal(other) == seal and _is_same_file(other, folder, "scan.json") for other in others
    )


def _is_same_file(folder: Path, other: Path, name: str) -> bool:
    """Whether two folders hold equal files called `name`."""
    try:
        return (folder / name).read_bytes() == (other / name).read_bytes()
    except OSError as error:
        descriptors.raise_if_ran_out(error)
        return False


def _seal(folder: Path) -> bytes | None:
    """Content of a finished scan's seal, which names the hash of each part; None for other scans."""
    try:
        return (folder / "sealed.json").read_bytes()
    except OSError as error:
        descriptors.raise_if_ran_out(error)
        return None


def _start_time(folder: Path) -> float:
    """Time at which a scan began, seconds since 1970; 0 if it is not known."""
    try:
        return (folder / "scan.json").stat().st_mtime
    except OSError:
        return 0.0


def age(path: Path) -> float:
    """Seconds since the last change of a file, or of a folder or an entry in it."""
    try:
        return clock.earliest() - max(file.stat().st_mtime for file in (path, *path.glob("*")))
    except OSError:
        return 0.0
