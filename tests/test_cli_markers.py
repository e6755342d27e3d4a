"""Markers on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.interchange.writers.registry import NAMES, FormatName
from emotion_core.library.library import Library
from tests import shelf, terminal
from tests.clips import BIKES, CARPHONE, clip

FIRST, SECOND = str(clip(CARPHONE)), str(clip(BIKES))

ENDINGS: dict[FormatName, str] = {
    "resolve": "-markers.edl",
    "premiere": "-markers.xml",
    "avid": "-markers.txt",
    "final-cut": "-markers.fcpxml",
    "otio": "-scenes.otio",
    "cut-list": "-cuts.edl",
}


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library with a film and a re-cut of it."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    library = Library.open(tmp_path / "home")
    shelf.recut(library)
    return library


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """`python -m emotion_core markers …`; its exit code."""
    return terminal.run(monkeypatch, "markers", *words)


@pytest.mark.parametrize("name", NAMES)
def test_every_format_is_written(
    name: FormatName,
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each format goes to the file named, with what it holds and its suffix added; where the film lies is not told."""
    assert run(monkeypatch, FIRST, "--to", name, "--out", str(tmp_path / "m")) == 0
    file = tmp_path / f"m{ENDINGS[name]}"
    assert capsys.readouterr().out.split() == [str(file)]
    text = file.read_text()
    assert "sad 70 %" in text
    assert CARPHONE in text or name == "avid"
    assert str(clip(CARPHONE).parent) not in text


def test_choices_are_obeyed(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Expression, length, start and rate are as asked for."""
    file = tmp_path / "m.txt"
    words = ("--only", "sad", "--one-frame", "--starts-at", "01:00:00:00", "--rate", "25")
    assert run(monkeypatch, FIRST, "--to", "avid", "--out", str(file), *words) == 0
    (line,) = file.read_text().splitlines()
    fields = line.split("\t")
    assert fields[3] == "blue"
    assert fields[4].startswith("3 sad 70 %")
    assert fields[5] == "1"
    assert fields[1].startswith("01:00:0")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (
            (SECOND, "--earlier", FIRST),
            [
                "1 extended: sad 70 %; scene 3 of the first cut: sad 70 %, no clear change, +0.20 s",
                "2 extended, moved: happy 70 %",
                "3 new: angry 70 %",
            ],
        ),
        (
            (FIRST, "--later", SECOND),
            ["1 extended, moved: happy 70 %", "2 left out: not enough faces", "3 extended: sad 70 %"],
        ),
    ],
)
def test_a_recut_is_marked_on_either_cut(
    words: tuple[str, ...], names: list[str], library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an earlier cut what the film changed is marked, with a later one what became of the film's scenes."""
    file = tmp_path / "m.txt"
    assert run(monkeypatch, *words, "--to", "avid", "--out", str(file)) == 0
    told = [line.split("\t")[4] for line in file.read_text().splitlines()]
    assert [one[: len(name)] for one, name in zip(told, names, strict=True)] == names


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--to", "avid", "--starts-at", "1"), "“1” is no timecode"),
        (("--to", "avid", "--rate", "fast"), "“fast” is no frame rate"),
        (("--to", "avid", "--rate", "1e999999999"), "“1e999999999” is no frame rate"),
        (("--to", "avid", "--rate", "12.5"), "No editing tool has timelines of 12.5"),
        (("--to", "avid", "--earlier", SECOND, "--only", "sad"), "Leave out"),
        (("--to", "cut-list", "--later", SECOND), "Leave out"),
        (("--to", "cut-list", "--rate", "25"), "Choose that rate"),
        (("--to", "avid", "--only", "joy"), "no label “joy”"),
        (("--to", "avid", "--only", "fear"), "No scene gets a marker"),
        (("--to", "avid", "--earlier", SECOND, "--later", SECOND), "Name one of them"),
        (("--to", "vhs"), "vhs"),
    ],
)
def test_what_cannot_be_is_one_line(
    words: tuple[str, ...],
    problem: str,
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A wrong choice is one line that says what is allowed, and nothing is written."""
    assert run(monkeypatch, FIRST, "--out", str(tmp_path / "m"), *words) in (1, 2)
    said = capsys.readouterr().err
    assert problem in said
    assert said.count("\n") == 1
    assert not list(tmp_path.glob("m*"))


@pytest.mark.parametrize("out", [".", "", ".."])
def test_a_folder_is_no_file(
    out: str, library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a folder is named to write to, that is said."""
    assert run(monkeypatch, FIRST, "--to", "avid", "--out", out) == 1
    assert "is a folder" in capsys.readouterr().err


def test_every_format_has_a_file_of_its_own(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All formats asked for by the same name lie side by side: none replaces another."""
    for name in NAMES:
        assert run(monkeypatch, FIRST, "--to", name, "--out", str(tmp_path / "m")) == 0
    assert {file.name for file in tmp_path.glob("m*")} == {f"m{ending}" for ending in ENDINGS.values()}
    assert len(set(ENDINGS.values())) == len(NAMES)


def test_a_suffix_is_added_once(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with the format's suffix, in capitals too, is taken as it is; another suffix is kept."""
    for out, written in (("A.TXT", "A.txt"), ("b.c", "b.c-markers.txt"), (".txt", ".txt-markers.txt")):
        assert run(monkeypatch, FIRST, "--to", "avid", "--out", str(tmp_path / out)) == 0
        assert (tmp_path / written).exists()
