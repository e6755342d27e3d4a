"""The command `scenes`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from emotion_core.corrections import Corrections
from emotion_core.library import Library, editing
from emotion_core.settings import ReportSettings
from tests.support import library_builder, terminal
from tests.support.clips import CARPHONE, clip


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library with an analysed film of four scenes of 30 frames."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    library = Library.open(tmp_path)
    library_builder.film(library, CARPHONE, ["happy", None, "sad", "sad"])
    return library


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run `python -m emotion_core scenes FILM …`; returns its exit code."""
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
    """A correction is stored and appears in the CSV; undo and redo revert and restore it."""
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
    """An invalid correction gives one line, and nothing is stored."""
    (film,) = library.films()
    before = library.report_settings(film.id)
    assert run(monkeypatch, *words) == 1
    output = capsys.readouterr().err
    assert output.startswith("Error: ")
    assert output.count("\n") == 1
    assert message in output
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

    def after_another(library: Library, film_id: str, verb: editing.Operation, what: str) -> None:
        correct(Library.open(library.home), film_id, editing.rename(scenes[1], "Elsewhere"), "elsewhere")
        correct(library, film_id, verb, what)

    monkeypatch.setattr(editing, "correct", after_another)
    assert run(monkeypatch, "--rename", f"{scene}=Here") == code
    names = {30: "Elsewhere", **({60: "Here"} if code == 0 else {})}
    assert dict(library.report_settings(film.id).corrections.names) == names
    output = capsys.readouterr().err
    assert (output.count("\n"), "“Here”" in output, "“Elsewhere”" in output) == (
        (1, True, True) if code else (0, False, False)
    )


def test_scenes_are_listed(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a correction the scenes are listed, with a note about pending frames."""
    (film,) = library.films()
    settings = library.report_settings(film.id)
    stored = Corrections(joined=(45,), names=((60, "Street"),))
    library.set_report_settings(film.id, ReportSettings(shots=settings.shots, corrections=stored))
    assert run(monkeypatch) == 0
    output = capsys.readouterr().out
    assert "merge across frame 45" in output
    assert "Street" in output
    assert output.count("film") >= 4


@pytest.mark.parametrize("start_frame", [0, 108000, 30 * 86400 - 45])
def test_timecodes_of_the_table_are_taken(
    start_frame: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Timecodes from the printed table work as positions to split and move, also in a film that passes midnight."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    library = Library.open(tmp_path)
    film = library_builder.film(library, CARPHONE, ["happy", None, "sad", "sad"], start_frame=start_frame)
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
    """A film that is not in the library is refused and not added."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    Library.open(tmp_path)
    assert run(monkeypatch) == 1
    assert "not in the library" in capsys.readouterr().err
    assert Library.open(tmp_path).films() == []


def test_analyze_writes_the_report_as_corrected(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`analyze` gives the same report as `scenes` and the page; it prints each option that changes the report."""
    # The scan of this library was drawn by hand, so no scan that is asked for is it.
    monkeypatch.setattr(
        "emotion_core.jobs.scans.start", lambda library, film_id, *_, **__: library.newest_scan(film_id).id
    )
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
