"""The films that words of a command name."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.cli.batch.film_files import films_named, is_batch


@pytest.fixture
def season(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with films in two reels, and things that are none."""
    for name in ("b.mov", "a.mov", "notes.txt", ".hidden.mov", "reel/c.MXF", "reel/deep/d.mp4", "[1].mov"):
        file = tmp_path / "season" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "recursive", "expected"),
    [
        (["season"], False, "[1].mov a.mov b.mov"),
        (["season"], True, "[1].mov a.mov b.mov c.MXF d.mp4"),
        (["season/**/*.m*"], False, "[1].mov a.mov b.mov d.mp4"),
        (["season/*.mov"], False, "[1].mov a.mov b.mov"),
        (["season/**"], False, "[1].mov a.mov b.mov notes.txt c.MXF d.mp4"),
        (["season/b.mov", "season"], False, "b.mov [1].mov a.mov"),
        (["season/[1].mov"], False, "[1].mov"),
        (["season/notes.txt"], False, "notes.txt"),
        (["missing.mov"], False, "missing.mov"),
    ],
)
def test_words_name_films(season: Path, words: list[str], recursive: bool, expected: str) -> None:
    """A folder stands for its films, a pattern for what it matches, a file for itself; each is taken once."""
    found = films_named([Path(word) for word in words], recursive=recursive)
    assert [file.name for file in found.files] == expected.split(" ")
    assert found.nothing == []


@pytest.mark.parametrize(("word", "why"), [("empty", "no film in this folder"), ("season/x*.mov", "No file has")])
def test_a_word_that_names_nothing_is_told(season: Path, word: str, why: str) -> None:
    """An empty folder and a pattern without a match are named with the reason."""
    found = films_named([Path(word)], recursive=False)
    assert (found.files, [each[0] for each in found.nothing]) == ([], [Path(word)])
    assert why in found.nothing[0][1]


def test_one_film_is_no_batch(season: Path) -> None:
    """A single file, also one with brackets in its name, is analysed as ever; all else is many films."""
    assert not is_batch([Path("season/[1].mov")], None, recursive=False)
    assert not is_batch([Path("missing.mov")], None, recursive=False)
    assert is_batch([Path("a"), Path("b")], None, recursive=False)
    assert is_batch([Path("season")], None, recursive=False)
    assert is_batch([Path("season/*")], None, recursive=False)
    assert is_batch([Path("season/a.mov")], Path("out"), recursive=False)
