"""A library whose database was lost, or is an older one, beside folders full of work: `library check --repair`."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

from emotion_core.library import Library, copies, database as schema, editing, migrations
from emotion_core.maintenance import check
from emotion_core.storage import COPIES, DATABASE
from tests.support.clips import BIKES, CARPHONE
from tests.support.held_films import add_held_film, reports_of
from tests.support.repository import ROOT

from .acts import Verdict

COMMAND = [
    sys.executable, "-c",
    "from emotion_core.cli import library, main\n"
    "from emotion_core.library import copies\n"
    "from emotion_core.maintenance import check, repair\n"
    "print('ready', flush=True)\nmain.main()",
]  # fmt: skip
"""`python -m emotion_core`, that says when it was loaded."""
OLD_SCHEMA = 4
"""Migrations of the oldest database that is put beside newer folders."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A library before it lost anything, and what it holds."""

    home: Path
    film_id: str
    """Of the film that was corrected: "First" before the database was copied, "Second" after."""
    films: set[str]
    """Their names."""
    reports: dict[str, bytes]
    """Of each analysis, by its id."""
    work: dict[str, bytes]
    """Every file that is anyone's work."""
    seconds: float = 0.0
    """What a repair takes, once its program is loaded."""

    @classmethod
    def make(cls, folder: Path) -> Prepared:
        """A film with two analyses and a correction, which the copy of the database knows; a film, two analyses and a
        correction that it does not.
        """
        library = Library.open(folder / "library")
        film = add_held_film(library, CARPHONE)
        _name(library, film.id, "First")
        copies.create(library.home / DATABASE)
        add_held_film(library, BIKES)
        _name(library, film.id, "Second")
        films = {listed.name for listed in library.films()}
        prepared = cls(library.home, film.id, films, reports_of(library), work(library.home))
        home = prepared.lost(folder / "timed", "deleted")
        repair = start_repair(home)
        began = time.monotonic()
        assert repair.wait() == 0
        return replace(prepared, seconds=time.monotonic() - began)

    def lost(self, home: Path, loss: str) -> Path:
        """The library at `home`, without its database, or with another one."""
        shutil.copytree(self.home, home)
        LOSSES[loss](home / DATABASE)
        return home

    def names(self, library: Library) -> list[str]:
        """Those that the corrected film's scenes were given."""
        return [name for _, name in library.report_settings(self.film_id).corrections.names]


def _name(library: Library, film_id: str, name: str) -> None:
    number = len(library.report_settings(film_id).corrections.names)
    scene = library.analysis(film_id).scenes[number].scene
    editing.correct(library, film_id, editing.rename(scene, name), name)


def work(home: Path) -> dict[str, bytes]:
    """Films, and what was observed of them, by where it lies."""
    paths = (path for folder in ("films", "scans") for path in (home / folder).rglob("*"))
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in paths if path.is_file()}


def start_repair(home: Path) -> subprocess.Popen[str]:
    """A repair that is loaded, and goes on."""
    process = subprocess.Popen(
        [*COMMAND, "--home", str(home), "library", "check", "--repair"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _without_copies(file: Path) -> None:
    file.unlink()
    shutil.rmtree(file.parent / COPIES)


def _empty(file: Path) -> None:
    file.unlink()
    schema.connect(file).close()


def _older(file: Path) -> None:
    (copy,) = copies.all_copies(file.parent)
    shutil.copyfile(copy.path, file)


def _older_schema(file: Path) -> None:
    """The older database as a version of the program wrote it that knew fewer migrations."""
    _older(file)
    newer, older = file.with_name("newer.sqlite"), file.with_name("older.sqlite")
    file.rename(newer)
    with mock.patch.object(migrations, "MIGRATIONS", migrations.MIGRATIONS[:OLD_SCHEMA]):
        schema.connect(older).close()
    with contextlib.closing(sqlite3.connect(older, isolation_level=None)) as database:
        database.execute("ATTACH ? AS newer", (str(newer),))
        for table in ("films", "scans", "edits", "edit_history"):
            had = [row[1] for row in database.execute(f"PRAGMA main.table_info({table})")]
            has = {row[1] for row in database.execute(f"PRAGMA newer.table_info({table})")}
            both = ", ".join(column for column in had if column in has)
            database.execute(f"INSERT INTO {table} ({both}) SELECT {both} FROM newer.{table}")
    newer.unlink()
    older.rename(file)


def _damaged(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[: len(content) // 2] = os.urandom(len(content) // 2)
    file.write_bytes(content)


LOSSES: dict[str, Callable[[Path], None]] = {
    "deleted": Path.unlink,
    "deleted, without a copy": _without_copies,
    "empty": _empty,
    "older": _older,
    "older schema": _older_schema,
    "damaged": _damaged,
}
"""What becomes of a library's database."""
WANTED = {loss: [] if loss == "deleted, without a copy" else ["First"] for loss in LOSSES}
"""The corrections that a repair brings back: those that the newest copy of the database knows."""


class Repairing:
    """A repair that is killed, and then run again."""

    victims: tuple[tuple[str, ...], ...] = (("repair",),)

    def __init__(self, folder: Path, prepared: Prepared) -> None:
        number = int(folder.name)
        self._loss = list(LOSSES)[number % len(LOSSES)]  # in turn
        self._prepared, self._home = prepared, prepared.lost(folder, self._loss)
        self._repair: subprocess.Popen[str] | None = None
        self._killed: tuple[str, ...] = ()

    def begin(self) -> None:
        self._repair = start_repair(self._home)

    def wait(self, part: float) -> None:
        time.sleep(part * self._prepared.seconds)

    def kill(self, victims: tuple[str, ...]) -> None:
        assert self._repair is not None
        if self._repair.poll() is None:
            self._repair.kill()
            self._killed = victims
        self._repair.communicate()

    def finish(self) -> Verdict:
        missing = self._prepared.work.items() - work(self._home).items()
        repair = start_repair(self._home)
        output = repair.communicate()[0]
        library = Library.open(self._home)
        issues = check.find(library)
        names, wanted = self._prepared.names(library), WANTED[self._loss]
        films = {film.name for film in library.films()}
        return Verdict(
            killed=self._killed,
            kept=not missing
            and (work(self._home), films, names) == (self._prepared.work, self._prepared.films, wanted),
            identical=reports_of(library) == self._prepared.reports,
            little=repair.returncode == 0 and issues == [],
            note=f"{self._loss}: the next repair mended {output.count('Mended: ')} things"
            + (f"; gone after the kill: {sorted(dict(missing))}" if missing else "")
            + (f"; the films are called {films}" if films != self._prepared.films else "")
            + (f"; the corrected scenes are called {names}" if names != wanted else "")
            + (f"; left: {[finding.what for finding in issues]}" if issues else ""),
        )

    def clear(self) -> None:
        if self._repair is not None:
            self._repair.kill()
            self._repair.wait()
