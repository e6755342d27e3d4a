"""Scenes listed and corrected on the command line."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from emotion_core.corrections import Corrections
from emotion_core.library import editing
from emotion_core.library.library import Library
from emotion_core.settings import ReportSettings
from tests import shelf, terminal
from tests.clips import CARPHONE, clip


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library with an analysed film of four scenes of 30 frames."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    library = Library.open(tmp_path)
    shelf.film(library, CARPHONE, ["happy", None, "sad", "sad"])
    return library


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """`python -m emotion_core scenes FILM …`; its exit code."""
    return terminal.run(monkeypatch, "scenes", str(clip(CARPHONE)), *words)


DONE = [
    # the words, what is stored
    (["--merge", "2-4"], Corrections(joined=(60, 90))),
    (["--move", "4=00:00:02:27"], Corrections(moves=((90, 87),))),
    (["--move", "4=93"], Corrections(moves=((90, 93),))),
    (["--rename", "2=The car = mine"], Corrections(names=((30, "The car = mine"),))),
    (["--mark", "1=not film"], Corrections(marks=((0, "not film"),))),
]


@pytest.mark.parametrize(("words", "stored"), DONE)
def test_a_correction_is_stored_and_written(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], stored: Corrections
) -> None:
    """A correction is kept with the film, the CSV follows it, and undo and redo take it back and do it again."""
    (film,) = library.films()
    file = tmp_path / "report.csv"
    assert run(monkeypatch, "--csv", str(file)) == 0
    plain = file.read_bytes()
    assert run(monkeypatch, *words, "--csv", str(file)) == 0
    assert library.report_settings(film.id).corrections == stored
    changed = file.read_bytes()
    assert changed != plain
    assert pd.read_csv(file, encoding="utf-8-sig")["frames"].sum() == 120
    assert run(monkeypatch, "--undo", "--csv", str(file)) == 0
    assert file.read_bytes() == plain
    assert run(monkeypatch, "--redo", "--csv", str(file)) == 0
    assert file.read_bytes() == changed


REFUSED = [
    (["--merge", "3"], "Write a scene's number"),
    (["--merge", "3-9"], "no scene 9"),
    (["--merge", "x-2"], "scene “x”"),
    (["--split", "999"], "no frame 999"),
    (["--split", "30"], "31 to 59"),
    (["--move", "2=soon"], "no timecode"),
    (["--mark", "2=black"], "film, not film"),
    (["--merge", "1-2", "--undo"], "one at a time"),
    (["--redo"], "nothing to redo"),
]


@pytest.mark.parametrize(("words", "message"), REFUSED)
def test_what_cannot_be_done_is_one_line(
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    message: str,
) -> None:
    """A correction that cannot be made ends in one line, and nothing is stored."""
    (film,) = library.films()
    before = library.report_settings(film.id)
    assert run(monkeypatch, *words) == 1
    told = capsys.readouterr().err
    assert told.startswith("Error: ")
    assert told.count("\n") == 1
    assert message in told
    assert library.report_settings(film.id) == before


@pytest.mark.parametrize(("scene", "code"), [(3, 0), (2, 1)])
def test_what_was_corrected_meanwhile_stays(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], scene: int, code: int
) -> None:
    """A name given elsewhere after the command read the scenes stays; where it is the same scene's the command says so
    in one line, with both names.
    """
    (film,) = library.films()
    scenes, correct = [row.scene for row in library.analysis(film.id).scenes], editing.correct

    def after_another(library: Library, film_id: str, verb: editing.Verb, what: str) -> None:
        correct(Library.open(library.home), film_id, editing.rename(scenes[1], "Elsewhere"), "elsewhere")
        correct(library, film_id, verb, what)

    monkeypatch.setattr(editing, "correct", after_another)
    assert run(monkeypatch, "--rename", f"{scene}=Here") == code
    names = {30: "Elsewhere", **({60: "Here"} if code == 0 else {})}
    assert dict(library.report_settings(film.id).corrections.names) == names
    told = capsys.readouterr().err
    assert (told.count("\n"), "“Here”" in told, "“Elsewhere”" in told) == (
        (1, True, True) if code else (0, False, False)
    )


def test_scenes_are_listed(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a correction the scenes are listed as they stand, and what waits is noted."""
    (film,) = library.films()
    settings = library.report_settings(film.id)
    stored = Corrections(joined=(45,), names=((60, "Street"),))
    library.set_report_settings(film.id, ReportSettings(shots=settings.shots, corrections=stored))
    assert run(monkeypatch) == 0
    told = capsys.readouterr().out
    assert "merge across frame 45" in told
    assert "Street" in told
    assert told.count("film") >= 4


@pytest.mark.parametrize("start_frame", [0, 108000, 30 * 86400 - 45])
def test_timecodes_of_the_table_are_taken(
    start_frame: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the table prints as a scene's begin splits and moves there, also where the film passes midnight."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    library = Library.open(tmp_path)
    film = shelf.film(library, CARPHONE, ["happy", None, "sad", "sad"], start_frame=start_frame)
    assert run(monkeypatch) == 0
    printed = [line.split() for line in capsys.readouterr().out.splitlines()[-4:]]
    begins = {int(words[-3]): next(word for word in words if word.count(":") == 3) for words in printed}
    assert set(begins) == {0, 30, 60, 90}
    assert run(monkeypatch, "--merge", "2-4") == 0
    for frame in (60, 90):
        assert run(monkeypatch, "--split", begins[frame]) == 0
    assert library.report_settings(film.id).corrections.begins == (60, 90)
    later = begins[90][:-2] + f"{int(begins[90][-2:]) + 4:02}"
    assert run(monkeypatch, "--move", f"4={later}") == 0
    assert library.report_settings(film.id).corrections.begins == (60, 94)


def test_a_film_that_was_never_analysed_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A film that is not in the library is said to be so, and is not taken in."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    Library.open(tmp_path)
    assert run(monkeypatch) == 1
    assert "not in the library" in capsys.readouterr().err
    assert Library.open(tmp_path).films() == []


def test_analyze_writes_the_report_as_corrected(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`analyze` gives the report that `scenes` and the page give; an option that changes it says so."""
    # The scan of this library was drawn by hand, so no scan that is asked for is it.
    monkeypatch.setattr("emotion_core.jobs.scans.start", lambda library, film_id, *_: library.scan_of(film_id).id)
    words = ("analyze", str(clip(CARPHONE)), "--csv")
    assert run(monkeypatch, "--rename", "1=Kitchen") == 0
    assert run(monkeypatch, "--merge", "3-4") == 0
    assert run(monkeypatch, "--csv", str(tmp_path / "scenes.csv")) == 0
    assert terminal.run(monkeypatch, *words, str(tmp_path / "analyze.csv")) == 0
    assert (tmp_path / "analyze.csv").read_bytes() == (tmp_path / "scenes.csv").read_bytes()
    assert "not as the film's page has it" not in capsys.readouterr().out
    assert terminal.run(monkeypatch, *words, str(tmp_path / "other.csv"), "--detector", "threshold") == 0
    assert "not as the film's page has it: cuts by threshold, not cuts" in capsys.readouterr().out
    table = pd.read_csv(tmp_path / "other.csv", encoding="utf-8-sig")
    assert table["name"].iloc[0] == "Kitchen"
