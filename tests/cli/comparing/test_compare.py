"""The command `compare`."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from emotion_core.library import Library
from emotion_core.media import content_id
from tests.support import library_builder, terminal
from tests.support.clips import BIKES, CARPHONE, clip
from tests.support.screenings import CONSENT, readings


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library with a film and a re-cut of it."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    library = Library.open(tmp_path)
    library_builder.recut(library)
    return library


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run `python -m emotion_core compare …`; returns its exit code."""
    return terminal.run(monkeypatch, "compare", *words)


CUTS = (str(clip(CARPHONE)), str(clip(BIKES)))


def test_a_recut_is_told(library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The output counts the changes in one sentence, and says what is shared; then come the changes and all scenes."""
    assert run(monkeypatch, *CUTS) == 0
    _, count, footage, *lines = capsys.readouterr().out.splitlines()
    assert count.startswith("1.0 s left out, 1.4 s new: 1 scene replaced, 2 extended, 1 moved; ")
    assert "of the second film is footage of the first" in footage
    output = "\n".join(lines)
    assert [line.split()[0] for line in lines[1:4]] == ["extended", "extended,", "replaced"]
    rows = [line.split() for line in lines if line.split()[:1] in (["1"], ["2"], ["3"], ["–"])]
    assert [row[:2] for row in rows] == [["3", "1"], ["1", "2"], ["2", "–"], ["–", "3"]]
    assert "left out" in output
    assert "new" in rows[3]


def test_the_comparison_is_written(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--csv` writes what the page's button downloads."""
    assert run(monkeypatch, *CUTS, "--csv", str(tmp_path / "both.csv")) == 0
    with (tmp_path / "both.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["scene_before"], row["scene_after"]) for row in rows] == [("3", "1"), ("1", "2"), ("2", ""), ("", "3")]
    assert rows[2]["kind"] == "only before"
    assert [row["moved"] for row in rows] == ["False", "True", "False", "False"]
    assert "Length" not in capsys.readouterr().out


def test_the_changes_are_written(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--changes-csv` writes a row a change with its kind, both ranges and the expressions."""
    file = tmp_path / "changes.csv"
    assert run(monkeypatch, *CUTS, "--changes-csv", str(file)) == 0
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert sorted(row["kind"] for row in rows) == ["extended", "extended", "replaced"]
    moved = next(row for row in rows if row["moved"] == "True")
    assert (moved["scene_before"], moved["scene_after"]) == ("1", "2")
    assert moved["tail_seconds"] == "-0.2"
    assert moved["happy_verdict"] == "no clear change"


def test_the_list_of_changes_is_taken_away(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--to` writes a format to `--out`, or to a file named after both films; `--out` alone is refused."""
    file = tmp_path / "notes.html"
    assert run(monkeypatch, *CUTS, "--to", "html", "--out", str(file)) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == str(file)
    page = file.read_text()
    assert page.count('<li class="change">') == 3
    assert page.count("<img src=") == 6
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *CUTS, "--to", "edl") == 1
    assert "An EDL counts both cuts alike, and these have" in capsys.readouterr().err
    assert run(monkeypatch, *CUTS, "--to", "json") == 0
    (written,) = tmp_path.glob("*-vs-*-changes.json")
    assert '"films": {' in written.read_text()
    assert run(monkeypatch, *CUTS, "--out", str(file)) == 1
    assert "no format was given. Add --to csv, xlsx" in capsys.readouterr().err


def test_the_audiences_are_written(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row a pair of scenes, of the screenings added last, without names; a line says who may be in both audiences."""
    file = tmp_path / "audiences.csv"
    assert run(monkeypatch, *CUTS, "--audience-csv", str(file)) == 1
    assert "This film has no screening" in capsys.readouterr().err
    assert not file.exists()
    for film, shown in zip(map(content_id, map(clip, (CARPHONE, BIKES))), ("happy", "sad"), strict=True):
        library.add_screening(film, "Before")
        screening = library.add_screening(film, "Last").id
        for name in ("Zoë", "", ""):
            library.add_live_viewer(screening, readings(100, shown), consent=CONSENT, name=name)
    capsys.readouterr()
    assert run(monkeypatch, *CUTS, "--audience-csv", str(file)) == 0
    told = capsys.readouterr().out
    assert "Of the second audience 1 viewer has a name or recording of the first." in told
    text = file.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert [(row["scene_before"], row["scene_after"]) for row in rows] == [("3", "1"), ("1", "2"), ("2", "3")]
    assert [row["kind"] for row in rows] == ["extended", "extended", "replaced"]
    seen = {(row["top_before"], row["top_after"]) for row in rows} - {("", "")}
    assert seen <= {("happy", "sad"), ("happy", ""), ("", "sad")}
    assert ("happy", "sad") in seen
    assert {row["change_missing"] for row in rows if row["happy_change"]} == {"first: too few viewers: 3 of at least 5"}
    assert "Zo" not in text


REFUSED = [
    ((CUTS[0], CUTS[0]), 1, "are the same film. Name two different ones."),
    ((CUTS[0], str(Path(__file__))), 1, "not in the library"),
    ((CUTS[0],), 2, "AFTER is missing"),
]


@pytest.mark.parametrize(("words", "code", "message"), REFUSED)
def test_what_cannot_be_compared_is_refused(
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    """The same film twice, a film that was not analysed, or a single film gives one line with the problem."""
    assert run(monkeypatch, *words) == code
    assert message in capsys.readouterr().err
