"""Films on this machine's disks, used in place: only those below the folders that config.toml allows."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..errors import AccessError
from ..formatting import in_one_line
from ..library import Film, Library
from ..storage import Configuration

SUFFIXES = (
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".mxf", ".avi", ".ts", ".m2ts", ".mts", ".mpg", ".mpeg", ".vob", ".mod",
    ".3gp", ".3g2", ".mj2",
)  # fmt: skip
"""Usual file suffixes of the containers that can be read (probe.CONTAINERS)."""
MOST_FILMS = 1000
"""Most films in a listing."""
MOST_FILES = 100_000
"""Most files examined below all folders together."""


@dataclass(frozen=True, slots=True)
class CandidateFilm:
    """A file that may be a film."""

    path: Path
    """Absolute path below an allowed folder, with links not resolved."""
    name: str
    """Name to display: the path from the allowed folder's name on."""
    bytes: int
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class Listing:
    """The films below the allowed folders, sorted by path."""

    films: tuple[CandidateFilm, ...]
    all_of_them: bool
    """False if a limit ended the search."""


def list_films(configuration: Configuration) -> Listing:
    """List the films below the allowed folders.

    Hidden files, linked folders, and links that lead outside the allowed folders are skipped.
    """
    films: list[CandidateFilm] = []
    examined = 0
    for folder in configuration.folders:
        for path in _files(folder):
            examined += 1
            if examined > MOST_FILES or len(films) >= MOST_FILMS:
                return Listing(tuple(sorted(films, key=lambda film: film.path)), all_of_them=False)
            if (film := _film(configuration, folder, path)) is not None:
                films.append(film)
    return Listing(tuple(sorted(films, key=lambda film: film.path)), all_of_them=True)


def refer(library: Library, configuration: Configuration, path: Path) -> Film:
    """Add the film at `path` to the library without copying it.

    Raises AccessError if the path is not allowed, MediaError, LibraryError.
    """
    target = allowed(configuration, path)
    if target is None:
        raise AccessError(
            f"{path} is no film below the folders that may be opened.",
            "The owner of this machine names them as `folders` in config.toml.",
        )
    return library.refer_to(target)


def allowed(configuration: Configuration, path: Path) -> Path | None:
    """`path` with all links resolved; None unless it is a file with a film's suffix below an allowed folder."""
    try:
        target = path.resolve(strict=True)
        if not path.is_absolute() or not stat.S_ISREG(target.stat().st_mode):
            return None
        for folder in configuration.folders:
            root = folder.resolve(strict=False)
            if target.is_relative_to(root) and _is_listed(target.relative_to(root)):
                return target
    except (OSError, RuntimeError, ValueError):  # the file is gone, the links are circular, the path contains NUL
        return None
    return None


def _is_listed(relative: Path) -> bool:
    return relative.suffix.lower() in SUFFIXES and not any(name.startswith(".") for name in relative.parts)


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent) / name for name in sorted(names))


def _film(configuration: Configuration, folder: Path, path: Path) -> CandidateFilm | None:
    if path.name.startswith(".") or (target := allowed(configuration, path)) is None:
        return None
    try:
        file = target.stat()
    except OSError:
        return None
    name = in_one_line(Path(folder.name) / path.relative_to(folder))
    return CandidateFilm(path, name, file.st_size, datetime.fromtimestamp(file.st_mtime, UTC))
