"""The reports of many films in one folder: a file each, whose name is that of its film and of no other.

Beside them lies films.csv: what became of each film, and which report is whose. A later call reads it, so that a report
is replaced by one of the same film only; another film of that name gets a name with the beginning of its id.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from ...errors import DiskFull, SettingsError
from ...formatting import printable
from ...library import Library
from ...library.outputs import check_folder, disk_full_elsewhere
from ...report.csv_file import rows_csv
from ...storage import from_os_error, write_whole
from .outcome import Outcome

INDEX = "films.csv"
COLUMNS = ("film", "state", "report", "reason", "film_id")
MOST_NAME_BYTES = 180
"""Bytes of a report's name before its suffixes: file systems take 255."""
_REPLACED = '<>:"/\\|?*'
"""Characters that a name must not have on every system."""
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
"""Names that Windows keeps for devices."""


class ReportFolder:
    """The folder `--csv-dir` of one call."""

    def __init__(self, folder: Path, library: Library) -> None:
        """Make the folder. Raises SettingsError where it is in the library, LibraryError where it cannot be used."""
        if folder.exists() and not folder.is_dir():
            raise SettingsError(f"{folder} is no folder.", "Name a folder for the reports.")
        check_folder(folder, library.home)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise from_os_error(error, folder) from error
        self.folder = folder
        self._rows: dict[str, tuple[str, ...]] = self._read()
        """Rows of the index, by film."""
        self._owners = {row[2].casefold(): row[4] for row in self._rows.values() if row[2]}
        """Ids of the films of reports, by the report's name."""

    def write(self, film: Path, film_id: str, content: bytes) -> tuple[str, str]:
        """Write a film's report; its name, and a sentence where that is not the film's. Raises LibraryError."""
        plain = safe_stem(film.stem)
        for stem in (plain, f"{plain}-{film_id[:8]}", f"{plain}-{film_id}"):
            name = f"{stem}.csv"
            if self._is_free(name, film_id):
                break
        self._owners[name.casefold()] = film_id
        try:
            write_whole(self.folder / name, content)
        except DiskFull as error:
            raise disk_full_elsewhere(error) from error
        note = "" if stem == plain else f"{plain}.csv is another film's, or was there: this report is {name}."
        return name, note

    def note(self, outcome: Outcome) -> None:
        """Note what became of a film for the index."""
        film = printable(outcome.film.absolute())
        self._rows[film] = (film, outcome.state, outcome.report, printable(outcome.reason), outcome.film_id)

    def write_index(self) -> None:
        """Write films.csv. Raises LibraryError, DiskFull."""
        try:
            write_whole(self.folder / INDEX, rows_csv(COLUMNS, self._rows.values()))
        except DiskFull as error:
            raise disk_full_elsewhere(error) from error

    def _is_free(self, name: str, film_id: str) -> bool:
        """Whether a report of this film may have a name: no other film's has it, and no file that is not its own."""
        owner = self._owners.get(name.casefold())
        if owner is not None:
            return owner == film_id
        return name.casefold() != INDEX and not (self.folder / name).exists()

    def _read(self) -> dict[str, tuple[str, ...]]:
        """The index of earlier calls; empty where there is none, or another program's."""
        try:
            text = (self.folder / INDEX).read_text("utf-8-sig", "replace")
        except OSError:
            return {}
        try:
            rows = list(csv.reader(io.StringIO(text)))
        except csv.Error:  # such as a cell longer than any of ours
            rows = [[]]
        if not rows:
            return {}
        if tuple(rows[0]) != COLUMNS:
            raise SettingsError(
                f"{self.folder / INDEX} is not the list of films that this command writes.",
                "Name another folder with --csv-dir.",
            )
        return {row[0]: tuple(row) for row in rows[1:] if len(row) == len(COLUMNS)}


def safe_stem(stem: str) -> str:
    """A film's name without its suffix, as the name of a file on every system."""
    text = "".join("_" if character in _REPLACED else character for character in printable(stem)).strip(" .")
    text = "".join(character if character.isprintable() else "_" for character in text)
    while len(text.encode()) > MOST_NAME_BYTES:
        text = text[:-1]
    text = text.lstrip("=+-@") or "film"  # the index shows it in a spreadsheet
    return f"{text}_" if text.casefold() in _RESERVED else text
