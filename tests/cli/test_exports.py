"""The commands `markers` and `export`."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from emotion_core.interchange import NAMES, FormatName
from emotion_core.library import Library
from tests.support import library_builder, terminal
from tests.support.clips import BIKES, CARPHONE, clip
from tests.support.screenings import CONSENT, readings

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
    library_builder.recut(library)
    return library


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run `python -m emotion_core markers …`; returns its exit code."""
    return terminal.run(monkeypatch, "markers", *words)


@pytest.mark.parametrize("name", NAMES)
def test_every_format_is_written(
    name: FormatName,
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each format is written to the named file, with its content and suffix added. The film's path is not in it."""
    assert run(monkeypatch, FIRST, "--to", name, "--out", str(tmp_path / "m")) == 0
    file = tmp_path / f"m{ENDINGS[name]}"
    assert capsys.readouterr().out.split() == [str(file)]
    text = file.read_text()
    assert "sad 70 %" in text
    assert CARPHONE in text or name == "avid"
    assert str(clip(CARPHONE).parent) not in text


def test_choices_are_obeyed(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Options for expression, length, start and rate take effect."""
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
                "1 extended: sad 70 %; scene 3 of the first cut at 00:00:02:00: sad 70 %, tail +0.20 s, no clea",
                "2 extended, moved: happy 70 %",
                "3 replaced: angry 70 %",
            ],
        ),
        (
            (FIRST, "--later", SECOND),
            ["1 extended, moved: happy 70 %", "2 replaced: not enough faces", "3 extended: sad 70 %"],
        ),
    ],
)
def test_a_recut_is_marked_on_either_cut(
    words: tuple[str, ...], names: list[str], library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--earlier` marks what the film changed, `--later` what became of the film's scenes."""
    file = tmp_path / "m.txt"
    assert run(monkeypatch, *words, "--to", "avid", "--out", str(file)) == 0
    comments = [line.split("\t")[4] for line in file.read_text().splitlines()]
    assert [comment[: len(name)] for comment, name in zip(comments, names, strict=True)] == names


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
    """An invalid choice gives one line with the valid ones, and nothing is written."""
    assert run(monkeypatch, FIRST, "--out", str(tmp_path / "m"), *words) in (1, 2)
    error = capsys.readouterr().err
    assert problem in error
    assert error.count("\n") == 1
    assert not list(tmp_path.glob("m*"))


@pytest.mark.parametrize("out", [".", "", ".."])
def test_a_folder_is_no_file(
    out: str, library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder as the target is refused."""
    assert run(monkeypatch, FIRST, "--to", "avid", "--out", out) == 1
    assert "is a folder" in capsys.readouterr().err


def test_every_format_has_a_file_of_its_own(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All formats with the same file name lie side by side: none replaces another."""
    for name in NAMES:
        assert run(monkeypatch, FIRST, "--to", name, "--out", str(tmp_path / "m")) == 0
    assert {file.name for file in tmp_path.glob("m*")} == {f"m{ending}" for ending in ENDINGS.values()}
    assert len(set(ENDINGS.values())) == len(NAMES)


def test_a_suffix_is_added_once(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with the format's suffix, also in capitals, is used unchanged; another suffix is kept."""
    for out, written in (("A.TXT", "A.txt"), ("b.c", "b.c-markers.txt"), (".txt", ".txt-markers.txt")):
        assert run(monkeypatch, FIRST, "--to", "avid", "--out", str(tmp_path / out)) == 0
        assert (tmp_path / written).exists()


def test_the_report_is_exported(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`export` writes one format to the named file, and all of them to a ZIP named after the film."""
    monkeypatch.chdir(tmp_path)
    assert terminal.run(monkeypatch, "export", FIRST, "--to", "vtt", "--out", "chapters.vtt") == 0
    assert (tmp_path / "chapters.vtt").read_text().startswith("WEBVTT")
    assert terminal.run(monkeypatch, "export", FIRST) == 0
    (packed,) = tmp_path.glob("*-emotion-report.zip")
    assert capsys.readouterr().out.split() == ["chapters.vtt", packed.name]
    assert zipfile.is_zipfile(packed)


def test_an_audience_is_exported_without_names(
    library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A screening's table and markers; names where they are asked for; a film without a screening is told of."""
    monkeypatch.chdir(tmp_path)
    shown = library.add_screening(library.films()[0].id, "Monday")
    library.add_live_viewer(shown.id, readings(100), consent=CONSENT, name="Zoë")
    film = str(clip(library.films()[0].name))
    assert terminal.run(monkeypatch, "export", film, "--to", "viewers-csv", "--out", "v.csv") == 0
    assert "Zoë" not in Path("v.csv").read_text()
    words = ("--to", "viewers-csv", "--screening", "monday", "--names", "--out", "n.csv")
    assert terminal.run(monkeypatch, "export", film, *words) == 0
    assert "Zoë" in Path("n.csv").read_text()
    assert run(monkeypatch, film, "--audience", "--to", "resolve", "--out", "m") == 0
    assert "audience happy 80 %, few viewers" in Path("m-markers.edl").read_text()
    capfd.readouterr()
    assert run(monkeypatch, film, "--audience", "--off-target", "--to", "resolve", "--out", "n") == 1
    assert "are the film's, not its audience's" in capfd.readouterr().err.replace("\n", " ")
    library.add_screening(library.films()[0].id, "Empty")
    assert terminal.run(monkeypatch, "export", film, "--to", "html", "--screening", "empty", "--out", "e.html") == 0
    assert "Note: The audience is left out: no viewer of the screening has numbers yet." in capfd.readouterr().out
    assert terminal.run(monkeypatch, "export", film, "--to", "xlsx", "--screening", "Monday") == 1
    assert "and xlsx holds no audience" in capfd.readouterr().err.replace("\n", " ")
    other = str(clip(library.films()[1].name))
    assert terminal.run(monkeypatch, "export", other, "--to", "audience-vtt", "--out", "o.vtt") == 1
    assert "This film has no screening." in capfd.readouterr().err
    assert not Path("o.vtt").exists()
