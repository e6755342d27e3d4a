"""Files that a command writes where the user says: reports, markers, pictures.

An output never destroys an input. A target that is a film, or that lies in the library's own folder, is refused,
whether it is named, linked or hard-linked. A regular file is replaced as a whole, links are followed. `-`, devices and
pipes are written through.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..console import standard_streams, terminal
from ..errors import DiskFull, SettingsError
from ..storage import os_errors
from ..storage.files import write_whole

if TYPE_CHECKING:
    from .library import Library

STANDARD_OUTPUT = Path("-")

_FOLDERS = ("films", "scans", "derived", "jobs", "incoming", "calibrations", "engines", "networks")
_FILES = ("library.sqlite", "library.sqlite-wal", "library.sqlite-shm", "config.toml", "links.key")
"""What a library keeps in its folder, beside which its owner may keep other things."""


@dataclass(frozen=True, slots=True)
class Output:
    """A target that is checked when it is named, and again when it is written: an analysis may lie between."""

    path: Path
    library: Library
    inputs: tuple[Path, ...] = ()
    """Files that the command reads, beside the library's films."""

    def __post_init__(self) -> None:
        self._check()

    def _check(self) -> None:
        """Raise SettingsError where the target is an input, lies in the library or is a folder."""
        if self.path == STANDARD_OUTPUT:
            return
        target = _resolved(self.path)
        if target.is_dir():
            raise SettingsError(f"{self.path} is a folder.", "Name a file in it.")
        home = self.library.home
        check_folder(target.parent, home)
        if target.parent == _resolved(home) and target.name in _FILES:
            raise SettingsError(f"{self.path} belongs to the library.", "Name another file.")
        if (owner := _same(target, self.inputs)) is not None:
            raise SettingsError(f"{self.path} is {owner.name}, which this command reads.", "Name another file.")
        if (owner := _same(target, (film.path for film in self.library.films()))) is not None:
            raise SettingsError(f"{self.path} is a film of the library, {owner.name}.", "Name another file.")

    def write(self, content: bytes) -> None:
        """Put `content` at the target. Raises SettingsError, DiskFull or LibraryError; an old file is then as before.

        A target that is no regular file keeps what was written before the error.
        """
        self._check()
        try:
            if self.is_standard_output:
                standard_streams.write_out(content)
            elif self.is_special:
                with self.path.open("wb", buffering=0) as file:
                    rest = memoryview(content)
                    while rest:
                        rest = rest[file.write(rest) :]
            else:
                write_whole(_resolved(self.path) if self.path.is_symlink() else self.path, content)
        except DiskFull as error:
            raise elsewhere(error) from error
        except OSError as error:
            if error.errno in os_errors.NO_SPACE:
                raise elsewhere(DiskFull(f"There is no space left on {self.path}.")) from error
            raise standard_streams.failed(error, self.path) from error

    @property
    def is_special(self) -> bool:
        """Whether the target is standard output, a device or a pipe: written through, under no other name."""
        if self.path == STANDARD_OUTPUT:
            return True
        try:
            return not stat.S_ISREG(self.path.stat().st_mode)
        except OSError:
            return False

    @property
    def is_standard_output(self) -> bool:
        """Whether `write` goes where print does."""
        if self.path == STANDARD_OUTPUT:
            return True
        try:
            return os.path.samestat(self.path.stat(), os.fstat(1))
        except OSError:
            return False


def asked_for(library: Library, inputs: Iterable[Path | None], *targets: Path | None) -> list[Output | None]:
    """An Output for each of `targets` that is given. Raises SettingsError, also where two are the same file."""
    read = tuple(path for path in inputs if path is not None)
    named = [_resolved(path) for path in targets if path is not None]
    if len(set(named)) < len(named):
        raise SettingsError(f"{named[0]} is named for two outputs.", "Name a file for each.")
    return [None if path is None else Output(path, library, read) for path in targets]


@contextlib.contextmanager
def clear_of(outputs: Iterable[Output | None]) -> Iterator[None]:
    """What is printed meanwhile goes to standard error, if one of `outputs` takes standard output."""
    if any(output is not None and output.is_standard_output for output in outputs):
        with contextlib.redirect_stdout(terminal.stream()):
            yield
    else:
        yield


def elsewhere(error: DiskFull) -> DiskFull:
    """A full disk that is not the library's."""
    return DiskFull(error.problem, "Free some space there, or name a place on another disk; what was analysed is kept.")


def check_folder(folder: Path, home: Path) -> None:
    """Raise SettingsError where `folder` is one of those that the library in `home` keeps, or lies in one."""
    within = _resolved(folder)
    if any(within.is_relative_to(_resolved(home / name)) for name in _FOLDERS):
        raise SettingsError(
            f"{folder} belongs to the library, which keeps films and analyses there.", "Name a folder outside it."
        )


def _same(target: Path, others: Iterable[Path]) -> Path | None:
    """Which of `others` is the file at `target`, by whatever name; None if it is none, or is not there."""
    for other in others:
        with contextlib.suppress(OSError):
            if target.samefile(other):
                return other
    return None


def _resolved(path: Path) -> Path:
    """`path` with every link followed, also where it leads to nothing yet. Raises SettingsError for a circle."""
    try:
        return path.resolve(strict=False)
    except (OSError, RuntimeError) as error:
        raise SettingsError(f"{path} is a link that leads nowhere.", "Name another file.") from error
