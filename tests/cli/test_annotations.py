"""The commands `notes` and `targets`."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.annotations import Annotations, Note, Target
from emotion_core.library import Library
from tests.support import library_builder, terminal
from tests.support.clips import CARPHONE, clip

FILM = str(clip(CARPHONE))


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library with an analysed film of four scenes of 30 frames."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    library = Library.open(tmp_path / "home")
    library_builder.film(library, CARPHONE, ["happy", None, "sad", "sad"])
    return library


def written(library: Library) -> Annotations:
    (film,) = library.films()
    return library.report_settings(film.id).annotations


def test_notes_are_listed_and_changed(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Notes at a timecode, a frame and a scene; one is changed, one removed, each a step; the list shows the rest."""
    assert terminal.run(monkeypatch, "notes", FILM) == 0
    assert capsys.readouterr().out == "There are no notes.\n"
    for words in (("--add", "00:00:01:11=Look = here"), ("--add", "70=Late"), ("--scene", "2=Slow")):
        assert terminal.run(monkeypatch, "notes", FILM, *words) == 0
    assert written(library).notes == (Note(30, "Slow", of_scene=True), Note(41, "Look = here"), Note(70, "Late"))
    capsys.readouterr()
    assert terminal.run(monkeypatch, "notes", FILM, "--change", "3=Too late") == 0
    assert terminal.run(monkeypatch, "notes", FILM, "--remove", "1") == 0
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "note  timecode     frame  text",
        "1     00:00:01:11  41     Look = here",
        "2     00:00:02:10  70     Too late",
    ]
    (film,) = library.films()
    assert library.edit_history(film.id).undo == "removal of a note"


def test_targets_are_set_shown_and_read_from_a_table(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ranges, both kinds, clearing, and the report's CSV as a table that sets the same again."""
    words = ("--set", "1-2=joy", "--set", "3=0.6", "--set", "3=happy", "--set", "4=sad,0.9", "--clear", "2")
    assert terminal.run(monkeypatch, "targets", FILM, *words) == 0
    targets = (Target(0, "happy"), Target(60, "happy", 0.6), Target(90, "sad", 0.9))
    assert written(library).targets == targets
    lines = capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert lines[0].split() == ["scene", "target", "result", "read"]
    assert lines[1].startswith("3      happy, intensity 0.60  missed, off by 95 points")
    assert lines[1].endswith("sad leads, happy 5 %; intensity 0.95")
    file = tmp_path / "report.csv"
    assert terminal.run(monkeypatch, "targets", FILM, "--csv", str(file)) == 0
    assert terminal.run(monkeypatch, "targets", FILM, "--clear", "1-4") == 0
    assert not written(library).targets
    assert terminal.run(monkeypatch, "targets", FILM, "--from", str(file)) == 0
    assert written(library).targets == targets


REFUSED = [
    (("notes", FILM, "--add", "30"), "Write what it is about"),
    (("notes", FILM, "--add", "500=x"), "frames are 0 to 119"),
    (("notes", FILM, "--add", "soon=x"), "no timecode"),
    (("notes", FILM, "--remove", "1"), "There is no note 1"),
    (("notes", FILM, "--scene", "9=x"), "scenes 1 to 4"),
    (("notes", FILM, "--remove", "1", "--add", "3=x"), "one at a time"),
    (("targets", FILM, "--set", "1=bored"), "Choose one of sad, disgust"),
    (("targets", FILM, "--set", "1=1.5"), "It goes from 0 to 1"),
    (("targets", FILM, "--set", "4-9=sad"), "scenes 1 to 4"),
    (("targets", FILM, "--set", "x=sad"), "Write a number from 1"),
    (("targets", FILM, "--from", "/nowhere.csv"), "cannot be read"),
]


@pytest.mark.parametrize(("words", "message"), REFUSED, ids=[" ".join(w[:1] + w[2:]) for w, _ in REFUSED])
def test_what_cannot_be_done_is_one_line(
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    message: str,
) -> None:
    """A wrong request gives one line, and nothing is stored."""
    assert terminal.run(monkeypatch, *words) == 1
    output = capsys.readouterr().err
    assert output.startswith("Error: ")
    assert output.count("\n") == 1
    assert message in output
    assert not written(library)
