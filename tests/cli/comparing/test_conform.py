"""The command `conform`."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.annotations import Note
from emotion_core.jobs import report_edits
from emotion_core.library import Library
from emotion_core.scenes import annotating
from tests.support import library_builder, terminal
from tests.support.clips import BIKES, CARPHONE, clip

FILMS = ("--from", str(clip(CARPHONE)), "--to", str(clip(BIKES)))


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library with a film and a re-cut of it."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    library = Library.open(tmp_path / "home")
    library_builder.recut(library)
    return library


def test_a_list_is_moved_and_what_is_lost_told(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The list is written in the order of the second cut, and the table of what lost its place."""
    source, out, lost = (tmp_path / name for name in ("old.csv", "new.csv", "lost.csv"))
    source.write_text("name,frame\nScene 1,0\nScene 2,30\nScene 3,60\n")
    assert terminal.run(monkeypatch, "conform", str(source), *FILMS, "--out", str(out), "--lost", str(lost)) == 0
    assert capsys.readouterr().out == "2 of 3 entries moved whole, 1 lost its place.\n"
    assert out.read_text() == "name,frame\nScene 3,0\nScene 1,30\n"
    assert "row,Scene 2,00:00:01:00,,30,,lost,scene 2 is left out," in lost.read_text(encoding="utf-8-sig")


def test_a_list_that_does_not_fit_is_refused(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written."""
    source, out = tmp_path / "old.srt", tmp_path / "new.srt"
    source.write_text("1\n00:10:00,000 --> 00:10:01,000\nx\n")
    assert terminal.run(monkeypatch, "conform", str(source), *FILMS, "--out", str(out)) != 0
    assert "beyond the first film's end" in capsys.readouterr().err
    assert not out.exists()


def test_notes_are_shown_and_set_when_asked(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing changes without `--set`; a step back takes them away."""
    films = {film.name: film.id for film in library.films()}
    first, second = (films[Path(clip(name)).name] for name in (CARPHONE, BIKES))
    for frame, text in ((62, "look"), (35, "trim")):
        report_edits.annotate(library, first, annotating.add_note(frame, text), "a note")
    assert terminal.run(monkeypatch, "conform", "--notes", *FILMS) == 0
    told = capsys.readouterr().out
    assert "1 note would be set" in told
    assert "lost: note trim: scene 2 is left out" in told
    assert not library.report_settings(second).annotations
    assert terminal.run(monkeypatch, "conform", "--notes", "--set", *FILMS) == 0
    assert library.report_settings(second).annotations.notes == (Note(2, "look"),)
    assert terminal.run(monkeypatch, "conform", *FILMS) != 0
    assert library.undo(second)
    assert not library.report_settings(second).annotations
