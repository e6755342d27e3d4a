"""The command `people`."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.library import Library
from tests.support import library_builder, terminal
from tests.support.clips import BIKES, CARPHONE, clip

FILM = str(clip(CARPHONE))


def test_people_are_named_listed_and_written(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Faces get names, a name that is given twice is one person, and each leaves as CSV and as markers."""
    assert terminal.run(monkeypatch, "people", FILM) == 0
    told = capsys.readouterr().out
    assert told.startswith("No face has a name yet")
    assert "tracks of faces without a person" in told
    assert terminal.run(monkeypatch, "people", FILM, "--rename", "Face 1=Ann", "--rename", "Face 1=Ann") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["person", "on", "screen", "scenes", "expression", "with"]
    assert lines[1].startswith("Ann     2.0 s")
    assert "2 (1-3)" in lines[1]
    assert terminal.run(monkeypatch, "people", FILM, "--csv", str(tmp_path / "people.csv")) == 0
    rows = (tmp_path / "people.csv").read_text("utf-8-sig").splitlines()
    assert [row.split(",")[:3] for row in rows[1:]] == [["Ann", "True", "1"], ["Ann", "True", "3"]]
    capsys.readouterr()
    words = ("--markers", "resolve", "--out", str(tmp_path), "--person", "ann")
    assert terminal.run(monkeypatch, "people", FILM, *words) == 0
    (written,) = tmp_path.glob("*.edl")
    assert capsys.readouterr().out.strip() == str(written)
    assert "Ann" in written.read_text()
    assert terminal.run(monkeypatch, "people", FILM, "--person", "Anna") != 0
    assert "There is no person “Anna”. Did you mean “Ann”?" in capsys.readouterr().err


def test_a_film_without_faces_has_nobody_to_name(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No names are asked for."""
    library_builder.film(library, BIKES, [None, None])
    assert terminal.run(monkeypatch, "people", str(clip(BIKES))) == 0
    assert capsys.readouterr().out == "No face was found in this film.\n"
    assert terminal.run(monkeypatch, "people", str(clip(BIKES)), "--csv", "people.csv") != 0
    assert "No face was found in this film." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--person", "Bob"), "There is no person “Bob”"),
        (("--markers", "cut-list"), "cut-list holds every scene"),
        (("--csv", "people.csv"), "no people yet"),
        (("--markers", "resolve"), "no people yet"),
        (("--out", "x"), "--markers FORMAT"),
        (("--rename", "Face 1"), "--rename was “Face 1”"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    told: str,
) -> None:
    """With what to do instead."""
    assert terminal.run(monkeypatch, "people", FILM, *words) != 0
    assert told in capsys.readouterr().err
