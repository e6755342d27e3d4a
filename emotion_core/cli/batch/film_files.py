"""The films that the words of a command name: files, folders, and patterns that the shell left to us."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_MAGIC = frozenset("*?[")
"""Characters of a pattern."""


@dataclass(slots=True)
class NamedFilms:
    """The files that words name, each once, in the order of the words; those of a folder by name."""

    files: list[Path] = field(default_factory=list)
    nothing: list[tuple[Path, str]] = field(default_factory=list)
    """Words that name no file, and why."""


def is_batch(words: Sequence[Path], csv_dir: Path | None, *, recursive: bool) -> bool:
    """Whether a call is about more than one film, or may be."""
    return len(words) != 1 or csv_dir is not None or recursive or words[0].is_dir() or _is_pattern(words[0])


def films_named(words: Sequence[Path], *, recursive: bool) -> NamedFilms:
    """The files behind `words`.

    Of a folder those with a film's suffix are taken, with `recursive` also of the folders in it. A pattern has “**” for
    any number of folders. Hidden files are left out unless they are named.
    """
    found, seen = NamedFilms(), set[Path]()
    for word in words:
        files, why_not = _files(word, recursive)
        if not files:
            found.nothing.append((word, why_not))
        for file in files:
            absolute = file.absolute()
            if absolute not in seen:
                seen.add(absolute)
                found.files.append(file)
    return found


def _files(word: Path, recursive: bool) -> tuple[list[Path], str]:
    """The files of a word; and why there are none, for a word that names none."""
    if word.is_dir():
        files = list(_films_below(word, recursive))
        hint = "" if recursive else " Add --recursive to look into its folders too."
        return files, f"There is no film in this folder.{hint}"
    if _is_pattern(word):
        import glob  # few calls have a pattern; unlike Path.glob it leaves hidden files out

        matches = sorted(Path(match) for match in glob.iglob(str(word), recursive=True))  # noqa: PTH207
        return [match for match in matches if match.is_file()], "No file has such a name."
    return [word], ""  # a missing one is an error of its own, with its reason


def _films_below(folder: Path, recursive: bool) -> Iterator[Path]:
    from ...ingest.allowed_folders import SUFFIXES

    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".")) if recursive else []
        for name in sorted(names):
            if not name.startswith(".") and os.path.splitext(name)[1].lower() in SUFFIXES:  # noqa: PTH122 -- many files
                yield Path(parent) / name


def _is_pattern(word: Path) -> bool:
    """Whether a word is a pattern; a file whose name has such characters is itself."""
    return not _MAGIC.isdisjoint(str(word)) and not word.exists()
