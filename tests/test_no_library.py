"""Commands that only read or mend say so where there is no library, and make none."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from emotion_core.errors import LibraryError
from emotion_core.library.library import Library
from tests import terminal
from tests.clips import BIKES, CARPHONE, clip

READING = {
    "library check": ("library", "check"),
    "library check --repair": ("library", "check", "--repair"),
    "library check --hashes": ("library", "check", "--hashes", "--json"),
    "library check --put-back": ("library", "check", "--put-back", "0001-2026-11-28.sqlite"),
    "scenes": ("scenes", "FILM"),
    "scenes --undo": ("scenes", "FILM", "--undo"),
    "markers": ("markers", "FILM", "--to", "resolve", "--out", "OUT"),
    "compare": ("compare", "FILM", "OTHER"),
}


def nothing(home: Path) -> None:
    """No folder at all."""


def empty(home: Path) -> None:
    home.mkdir()


def photos(home: Path) -> None:
    (home / "films").mkdir(parents=True)
    (home / "films" / "holiday.jpg").write_bytes(b"\xff\xd8")
    (home / "beach.jpg").write_bytes(b"\xff\xd8")


def empty_database(home: Path) -> None:
    home.mkdir()
    (home / "library.sqlite").touch()


def no_database(home: Path) -> None:
    """A file of the database's name that is none."""
    home.mkdir()
    (home / "library.sqlite").write_text("shelves, books, loans")


def a_file(home: Path) -> None:
    home.write_text("I am no folder.")


def others_database(version: int) -> Callable[[Path], None]:
    """A database of another program, at this version of its own."""

    def made(home: Path) -> None:
        home.mkdir()
        with sqlite3.connect(home / "library.sqlite") as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("CREATE TABLE books (title TEXT)")
            database.execute("INSERT INTO books VALUES ('Film form')")
            database.execute(f"PRAGMA user_version = {version}")
        database.close()

    return made


HOMES: dict[str, tuple[Callable[[Path], None], str]] = {
    "no folder": (nothing, "There is no library at"),
    "an empty folder": (empty, "There is no library at"),
    "a folder of photos": (photos, "There is no library at"),
    "an empty database": (empty_database, "There is no library at"),
    "a database that is none": (no_database, "There is no library at"),
    "a file": (a_file, "is a file, and a library is a folder"),
    "another's database": (others_database(0), "is the database of another program"),
    "another's, of this version's number": (others_database(7), "is the database of another program"),
    "another's, of a later number": (others_database(99), "is the database of another program"),
}


def tree(place: Path) -> dict[str, bytes | None]:
    """Every file and folder at and below `place`."""
    found = [place, *place.rglob("*")] if place.exists() else []
    return {str(path): path.read_bytes() if path.is_file() else None for path in found}


@pytest.mark.parametrize("home", HOMES)
def test_no_library_is_said_and_none_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: str
) -> None:
    """Each reading command ends with one line that says what is wrong and what to check; nothing is made or changed."""
    make, told = HOMES[home]
    place = tmp_path / "home"
    make(place)
    monkeypatch.setenv("EMOTION_HOME", str(place))
    before = tree(place)
    words = {"FILM": str(clip(CARPHONE)), "OTHER": str(clip(BIKES)), "OUT": str(tmp_path / "markers")}
    for name, command in READING.items():
        code = terminal.run(monkeypatch, *(words.get(word, word) for word in command))
        said = capsys.readouterr()
        assert code != 0, name
        assert (name, said.out) == (name, "")
        assert said.err.count("\n") == 1, name
        assert told in said.err, name
        assert str(place) in said.err, name
        assert "--home" in said.err, name
        assert tree(place) == before, name
    assert not (tmp_path / "markers").exists()


@pytest.mark.parametrize("version", [0, 7, 99])
def test_another_programs_database_is_not_made_a_library(tmp_path: Path, version: int) -> None:
    """What puts something in makes no library out of another program's database, and leaves it byte for byte."""
    others_database(version)(tmp_path / "home")
    before = (tmp_path / "home" / "library.sqlite").read_bytes()
    with pytest.raises(LibraryError, match="database of another program"):
        Library.open(tmp_path / "home")
    assert (tmp_path / "home" / "library.sqlite").read_bytes() == before


def test_a_library_is_one_also_without_films(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A library in which nothing is yet is checked, and all is well."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    Library.open(tmp_path)
    assert terminal.run(monkeypatch, "library", "check") == 0
    assert "all is well" in capsys.readouterr().out


@pytest.mark.parametrize("lost", ["gone", "empty", "damaged"])
def test_a_library_whose_database_was_lost_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lost: str
) -> None:
    """While a film's folder is there, it is a library: the check finds the film and does not call the folder none."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    Library.open(tmp_path)
    (tmp_path / "films" / ("ab" * 32)).mkdir()
    (tmp_path / "films" / ("ab" * 32) / "original.mp4").write_bytes(b"film")
    database = tmp_path / "library.sqlite"
    database.unlink()
    if lost != "gone":
        database.write_bytes(b"" if lost == "empty" else b"no database" * 100)
    assert terminal.run(monkeypatch, "library", "check") == 1
    said = capsys.readouterr()
    assert "no library" not in said.out + said.err
    assert "database" in said.out
