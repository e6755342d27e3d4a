"""The command `versions`."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.library import Library
from tests.support import library_builder, terminal
from tests.support.clips import BIKES, CARPHONE, clip

ONE, TWO = str(clip(CARPHONE)), str(clip(BIKES))


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library with a film and its re-cut, both analysed."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    library = Library.open(tmp_path / "home")
    library_builder.recut(library)
    return library


def test_versions_are_listed_ordered_and_compared(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A project comes with its first film; its versions are moved, undone, compared and deleted."""
    assert terminal.run(monkeypatch, "versions") == 0
    assert "There is no project yet" in capsys.readouterr().out
    assert terminal.run(monkeypatch, "versions", "Film", "--add", ONE, "--add", TWO) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in listed] == [["1", Path(ONE).name], ["2", Path(TWO).name]]
    assert terminal.run(monkeypatch, "versions", "film", "--move", "2=1") == 0
    assert terminal.run(monkeypatch, "versions", "film", "--undo") == 0
    assert capsys.readouterr().out.splitlines()[2:] == listed
    csv = tmp_path / "history.csv"
    assert terminal.run(monkeypatch, "versions", "Film", "--history", "--csv", str(csv)) == 0
    out = capsys.readouterr().out
    assert "replaced in 2" in out
    assert "new in 2" in out
    rows = [row.split(",") for row in csv.read_text("utf-8-sig").splitlines()]
    assert rows[0][:5] == ["row", "name", "history", "version", "film"]
    assert len(rows) == 1 + 2 * 4
    assert terminal.run(monkeypatch, "versions", "Film", "--remove", TWO, "--rename", "Feature") == 0
    capsys.readouterr()
    assert terminal.run(monkeypatch, "versions") == 0
    assert capsys.readouterr().out == "Feature: 1 version\n"
    assert terminal.run(monkeypatch, "versions", "Feature", "--delete") == 0
    assert library.projects() == []
    assert len(library.films()) == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("Film", "--history"), "There is no project “Film”. Projects: none yet"),
        (("--history",), "No project was named"),
        (("Film", "--add", ONE, "--move", "one"), "--move was “one”"),
        (("Film", "--add", ONE, "--move", "1=2"), "The versions are 1 to 1"),
        (("Film", "--add", ONE, "--remove", TWO), "no version of “Film”"),
    ],
)
def test_what_cannot_be_is_said(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...],
    says: str,
) -> None:  # fmt: skip
    """Each refusal says what was given and what is allowed."""
    assert terminal.run(monkeypatch, "versions", *words) == 1
    assert says in capsys.readouterr().err


def test_a_film_that_is_a_version_already_is_refused(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once per project, and in one project only."""
    assert terminal.run(monkeypatch, "versions", "Film", "--add", ONE) == 0
    assert terminal.run(monkeypatch, "versions", "Film", "--add", ONE) == 1
    assert "is version 1 of “Film” already" in capsys.readouterr().err
    assert terminal.run(monkeypatch, "versions", "Other", "--add", ONE) == 1
    assert "is version 1 of the project “Film”" in capsys.readouterr().err
    assert [project.name for project in library.projects()] == ["Film"]


@pytest.mark.parametrize("second", ["x", "1=3"])
def test_moves_are_all_done_or_none(library: Library, monkeypatch: pytest.MonkeyPatch, second: str) -> None:
    """A refused command has moved nothing."""
    first, other = (film.id for film in library.films())
    project = library.add_project("Film", [first, other])
    assert terminal.run(monkeypatch, "versions", "Film", "--move", "2=1", "--move", second) == 1
    assert library.project(project.id).films == (first, other)
