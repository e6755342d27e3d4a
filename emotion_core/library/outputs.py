"""Files that a command writes where the user says: reports, markers, pictures.

An output never destroys an input. A target that is a film, or that lies in the library's own folder, is refused, also
behind a symbolic or hard link. A regular file is replaced as a whole, and links are followed. `-`, devices and pipes
are written to directly.
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
from ..storage import Home, os_errors, write_whole

if TYPE_CHECKING:
    from .library import Library

STANDARD_OUTPUT = Path("-")


@dataclass(frozen=True, slots=True)
class Output:
    """A target, checked when it is created and again before it is written: an analysis may run in between."""

    path: Path
    library: Library
    inputs: tuple[Path, ...] = ()
    """Files that the command reads, besides the library's films."""

    def __post_init__(self) -> None:
        self._check()

    def _check(self) -> None:
        """Raise SettingsError if the target is an input, a folder, or lies in the library."""
        if self.path == STANDARD_OUTPUT:
            return
        target = _resolved(self.path)
        if target.is_dir():
            raise SettingsError(f"{self.path} is a folder.", "Name a file in it.")
        home = self.library.home
        check_folder(target.parent, home)
        if target.parent == _resolved(home) and target.name in {file.name for file in Home(home).own_files}:
            raise SettingsError(f"{self.path} belongs to the library.", "Name another file.")
        if (owner := _same(target, self.inputs)) is not None:
            raise SettingsError(f"{self.path} is {owner.name}, which this command reads.", "Name another file.")
        if (owner := _same(target, (film.path for film in self.library.films_and_recordings()))) is not None:
            raise SettingsError(f"{self.path} is a film of the library, {owner.name}.", "Name another file.")

    def write(self, content: bytes) -> None:
        """Write `content` to the target. Raises SettingsError, DiskFull or LibraryError.

        After an error a regular file is unchanged; a device or pipe keeps what was written before the error.
        """
        self._check()
        try:
            if self.is_standard_output:
                standard_streams.write_bytes(content)
            elif self.is_special:
                with self.path.open("wb", buffering=0) as file:
                    rest = memoryview(content)
                    while rest:
                        rest = rest[file.write(rest) :]
            else:
                write_whole(_resolved(self.path) if self.path.is_symlink() else self.path, content)
        except DiskFull as error:
            raise disk_full_elsewhere(error) from error
        except OSError as error:
            if error.errno in os_errors.NO_SPACE:
                raise disk_full_elsewhere(DiskFull(f"There is no space left on {self.path}.")) from error
            raise standard_streams.output_error(error, self.path) from error

    @property
    def is_special(self) -> bool:
        """Whether the target is standard output, a device or a pipe, which cannot be replaced by a renamed file."""
        if self.path == STANDARD_OUTPUT:
            return True
        try:
            return not stat.S_ISREG(self.path.stat().st_mode)
        except OSError:
            return False

    @property
    def is_standard_output(self) -> bool:
        """Whether the target is the file or terminal behind standard output."""
        if self.path == STANDARD_OUTPUT:
            return True
        try:
            return os.path.samestat(self.path.stat(), os.fstat(1))
        except OSError:
            return False


def outputs_for(library: Library, inputs: Iterable[Path | None], *targets: Path | None) -> list[Output | None]:
    """An Output for each target, None for None. Raises SettingsError, also where two targets are the same file."""
    input_files = tuple(path for path in inputs if path is not None)
    files = [_resolved(path) for path in targets if path is not None]
    if len(set(files)) < len(files):
        raise SettingsError(f"{files[0]} is named for two outputs.", "Name a file for each.")
    return [None if path is None else Output(path, library, input_files) for path in targets]


@contextlib.contextmanager
def keep_standard_output_clear(outputs: Iterable[Output | None]) -> Iterator[None]:
    """Redirect print to standard error inside the block if one of `outputs` writes to standard output."""
    if any(output is not None and output.is_standard_output for output in outputs):
        with contextlib.redirect_stdout(terminal.error_output()):
            yield
    else:
        yield


def disk_full_elsewhere(error: DiskFull) -> DiskFull:
    """`error` with advice for a disk other than the library's."""
    return DiskFull(error.problem, "Free some space there, or name a place on another disk; what was analysed is kept.")


def check_folder(folder: Path, home: Path) -> None:
    """Raise SettingsError if `folder` is a folder of the library at `home`, or lies in one."""
    resolved = _resolved(folder)
    if any(resolved.is_relative_to(_resolved(own)) for own in Home(home).own_folders):
        raise SettingsError(
            f"{folder} belongs to the library, which keeps films and analyses there.", "Name a folder outside it."
        )


def _same(target: Path, others: Iterable[Path]) -> Path | None:
    """The path among `others` of the same file as `target`, following links; None if there is none."""
    for other in others:
        with contextlib.suppress(OSError):
            if target.samefile(other):
                return other
    return None


def _resolved(path: Path) -> Path:
    """`path` with all links followed; it need not exist. Raises SettingsError for a circle of links."""
    try:
        return path.resolve(strict=False)
    except (OSError, RuntimeError) as error:
        raise SettingsError(f"{path} is a link that leads nowhere.", "Name another file.") from error
