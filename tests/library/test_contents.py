"""Folders that are no library: commands that only read or repair refuse them and create nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from emotion_core.errors import LibraryError
from emotion_core.library import Library
from tests.support import terminal
from tests.support.clips import BIKES, CARPHONE, clip

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
    """A missing folder."""


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
    """A file with the database's name that is no database."""
    home.mkdir()
    (home / "library.sqlite").write_text("shelves, books, loans")


def a_file(home: Path) -> None:
    home.write_text("I am no folder.")


def others_database(version: int) -> Callable[[Path], None]:
    """A database of another program, with a schema version."""

    def make(home: Path) -> None:
        home.mkdir()
        with sqlite3.connect(home / "library.sqlite") as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("CREATE TABLE books (title TEXT)")
            database.execute("INSERT INTO books VALUES ('Film form')")
            database.execute(f"PRAGMA user_version = {version}")
        database.close()

    return make


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
    paths = [place, *place.rglob("*")] if place.exists() else []
    return {str(path): path.read_bytes() if path.is_file() else None for path in paths}


@pytest.mark.parametrize("home", HOMES)
def test_no_library_is_said_and_none_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: str
) -> None:
    """Each reading command ends with one line with the problem and the remedy; nothing is created or changed."""
    make, message = HOMES[home]
    place = tmp_path / "home"
    make(place)
    monkeypatch.setenv("EMOTION_HOME", str(place))
    before = tree(place)
    words = {"FILM": str(clip(CARPHONE)), "OTHER": str(clip(BIKES)), "OUT": str(tmp_path / "markers")}
    for name, command in READING.items():
        code = terminal.run(monkeypatch, *(words.get(word, word) for word in command))
        captured = capsys.readouterr()
        assert code != 0, name
        assert (name, captured.out) == (name, "")
        assert captured.err.count("\n") == 1, name
        assert message in captured.err, name
        assert str(place) in captured.err, name
        assert "--home" in captured.err, name
        assert tree(place) == before, name
    assert not (tmp_path / "markers").exists()


@pytest.mark.parametrize("version", [0, 7, 99])
def test_another_programs_database_is_not_made_a_library(tmp_path: Path, version: int) -> None:
    """Commands that add films do not turn another program's database into a library; its bytes are unchanged."""
    others_database(version)(tmp_path / "home")
    before = (tmp_path / "home" / "library.sqlite").read_bytes()
    with pytest.raises(LibraryError, match="database of another program"):
        Library.open(tmp_path / "home")
    assert (tmp_path / "home" / "library.sqlite").read_bytes() == before


def test_a_library_is_one_also_without_films(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The check of an empty library finds no issue."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    Library.open(tmp_path)
    assert terminal.run(monkeypatch, "library", "check") == 0
    assert "all is well" in capsys.readouterr().out


@pytest.mark.parametrize("lost", ["gone", "empty", "damaged"])
def test_a_library_whose_database_was_lost_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lost: str
) -> None:
    """A folder with a film counts as a library: the check finds the film."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    Library.open(tmp_path)
    (tmp_path / "films" / ("ab" * 32)).mkdir()
    (tmp_path / "films" / ("ab" * 32) / "original.mp4").write_bytes(b"film")
    database = tmp_path / "library.sqlite"
    database.unlink()
    if lost != "gone":
        database.write_bytes(b"" if lost == "empty" else b"no database" * 100)
    assert terminal.run(monkeypatch, "library", "check") == 1
    captured = capsys.readouterr()
    assert "no library" not in captured.out + captured.err
    assert "database" in captured.out
