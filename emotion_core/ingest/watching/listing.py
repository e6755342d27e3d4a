"""List the films of watched folders: names, sizes and times only, so that a look at 10,000 files is cheap."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...storage import stored_paths
from ..allowed_folders import SUFFIXES
from .settling import Seen


def films_in(folders: Sequence[Path], unreadable: list[tuple[Path, str]]) -> Iterator[Seen]:
    """The files below `folders` that may be films.

    Hidden files, linked folders and links that lead elsewhere are left out. Folders that cannot be listed are added to
    `unreadable`, with the reason.
    """
    waiting = [str(folder) for folder in reversed(folders)]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            unreadable.append((Path(folder), error.strerror or str(error)))
            continue
        for entry in found:
            if entry.name.startswith("."):
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif is_film_name(entry.name) and entry.is_file(follow_symlinks=False):
                    facts = entry.stat(follow_symlinks=False)
                    yield Seen(stored_paths.as_text(Path(entry.path)), facts.st_size, facts.st_mtime_ns)
            except OSError:  # it was removed meanwhile
                continue


def is_film_name(name: str) -> bool:
    """Whether a file has the suffix of a film; what is still being copied often has another one after it."""
    return os.path.splitext(name)[1].lower() in SUFFIXES  # noqa: PTH122 -- many files
