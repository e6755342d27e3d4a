"""Films on this machine's own disks, opened where they lie: only below the folders that config.toml allows."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..errors import AccessError
from ..library.library import Library
from ..library.records import Film
from ..plain_text import in_one_line
from ..storage.config import Configuration

SUFFIXES = (
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".mxf", ".avi", ".ts", ".m2ts", ".mts", ".mpg", ".mpeg", ".vob", ".mod",
    ".3gp", ".3g2", ".mj2",
)  # fmt: skip
"""What the containers that are read (probe.CONTAINERS) are usually called."""
MOST_FILMS = 1000
"""More are not listed."""
MOST_FILES = 100_000
"""Looked at below all folders together."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be a film."""

    path: Path
    """Absolute, as it is reached below an allowed folder; links in it are not yet followed."""
    name: str
    """To show: the path from its allowed folder's name on."""
    bytes: int
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class Listing:
    """Sorted by path."""

    films: tuple[Found, ...]
    all_of_them: bool
    """False where there are more than are listed or looked at."""


def listing(configuration: Configuration) -> Listing:
    """Films below the allowed folders: nothing hidden, nothing that a link leads out to; linked folders are skipped."""
    found: list[Found] = []
    looked_at = 0
    for folder in configuration.folders:
        for path in _files(folder):
            looked_at += 1
            if looked_at > MOST_FILES or len(found) >= MOST_FILMS:
                return Listing(tuple(sorted(found, key=lambda film: film.path)), all_of_them=False)
            if (film := _film(configuration, folder, path)) is not None:
                found.append(film)
    return Listing(tuple(sorted(found, key=lambda film: film.path)), all_of_them=True)


def refer(library: Library, configuration: Configuration, path: Path) -> Film:
    """Take in the film at `path` where it lies.

    Raises AccessError where that is not allowed, MediaError, LibraryError.
    """
    place = allowed(configuration, path)
    if place is None:
        raise AccessError(
            f"{path} is no film below the folders that may be opened.",
            "The owner of this machine names them as `folders` in config.toml.",
        )
    return library.refer_to(place)


def allowed(configuration: Configuration, path: Path) -> Path | None:
    """Where `path` leads once every link is followed, if it is a file of a film's suffix below an allowed folder."""
    try:
        place = path.resolve(strict=True)
        if not path.is_absolute() or not stat.S_ISREG(place.stat().st_mode):
            return None
        for folder in configuration.folders:
            root = folder.resolve(strict=False)
            if place.is_relative_to(root) and _shown(place.relative_to(root)):
                return place
    except (OSError, RuntimeError, ValueError):  # is gone, links in a circle, holds a NUL
        return None
    return None


def _shown(inside: Path) -> bool:
    return inside.suffix.lower() in SUFFIXES and not any(name.startswith(".") for name in inside.parts)


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place) / name for name in sorted(names))


def _film(configuration: Configuration, folder: Path, path: Path) -> Found | None:
    if path.name.startswith(".") or (place := allowed(configuration, path)) is None:
        return None
    try:
        file = place.stat()
    except OSError:
        return None
    name = in_one_line(Path(folder.name) / path.relative_to(folder))
    return Found(path, name, file.st_size, datetime.fromtimestamp(file.st_mtime, UTC))
