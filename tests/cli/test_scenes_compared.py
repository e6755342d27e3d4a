"""The command `compare`."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from emotion_core.library import Library
from tests.support import library_builder, terminal
from tests.support.clips import BIKES, CARPHONE, clip


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
    """The output is one sentence about the shared footage, then a row for each pair of matching scenes."""
    assert run(monkeypatch, *CUTS) == 0
    output = capsys.readouterr().out
    assert "of the second film is footage of the first" in output
    rows = [line.split() for line in output.splitlines() if line.split()[:1] in (["1"], ["2"], ["3"], ["–"])]
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
