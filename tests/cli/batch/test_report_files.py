"""Names of reports in one folder: safe, a film's own, and the same in a later call."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.cli.batch.outcome import Outcome
from emotion_core.cli.batch.report_files import INDEX, ReportFolder, safe_stem
from emotion_core.errors import LibraryError, SettingsError
from emotion_core.library import Library

A, B = "a" * 64, "b" * 64


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


def test_films_of_one_name_have_a_report_each(tmp_path: Path, library: Library) -> None:
    """The second film of a name gets its id into the name, and this is said; a later call gives both the same names."""
    for turn in (b"1", b"2"):
        folder = ReportFolder(tmp_path / "out", library)
        first = folder.write(Path("reel1/A.mov"), A, turn)
        second = folder.write(Path("reel2/a.mov"), B, turn + turn)
        for film, film_id, (name, _) in (("reel1/A.mov", A, first), ("reel2/a.mov", B, second)):
            folder.note(Outcome(tmp_path / film, "done", report=name, film_id=film_id))
        folder.write_index()
        assert (first, second[0]) == (("A.csv", ""), "a-bbbbbbbb.csv")
        assert "another film's" in second[1]
        assert (tmp_path / "out" / "A.csv").read_bytes() == turn
        assert (tmp_path / "out" / "a-bbbbbbbb.csv").read_bytes() == turn + turn


def test_what_was_there_stays(tmp_path: Path, library: Library) -> None:
    """A file that no list names as this film's report is not overwritten, and neither is the list itself."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "A.csv").write_text("mine")
    (out / "films-aaaaaaaa.csv").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_text("precious")
    folder = ReportFolder(out, library)
    assert folder.write(Path("A.mov"), A, b"1")[0] == "A-aaaaaaaa.csv"
    assert folder.write(Path("films.mov"), A, b"2")[0] == f"films-{A}.csv"
    assert (out / "A.csv").read_text() == "mine"
    assert (tmp_path / "elsewhere").read_text() == "precious"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Take 1", "Take 1"),
        ("Küche", "Küche"),
        ('a/b:c*"d', "a_b_c__d"),
        ("=cmd", "cmd"),
        ("..", "film"),
        ("CON", "CON_"),
        ("line\nbreak", "line_break"),
        ("ü" * 200, "ü" * 90),
    ],
)
def test_a_name_is_safe_everywhere(name: str, stem: str) -> None:
    """No name is one of a device, leads to another folder, or is longer than file systems take."""
    assert safe_stem(name) == stem


def test_folders_that_cannot_be_used_are_refused(tmp_path: Path, library: Library) -> None:
    """A folder of the library, a file, and one with another program's list are refused before any film is read."""
    with pytest.raises(SettingsError, match="belongs to the library"):
        ReportFolder(library.home / "films", library)
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="is no folder"):
        ReportFolder(tmp_path / "file", library)
    with pytest.raises(LibraryError):
        ReportFolder(tmp_path / "file" / "below", library)
    (tmp_path / "out").mkdir()
    for others in ("title;year\n", f'film,plot\na,"{"b" * 200_000}"\n'):  # csv takes 131,072 characters a cell
        (tmp_path / "out" / INDEX).write_text(others)
        with pytest.raises(SettingsError, match="not the list of films"):
            ReportFolder(tmp_path / "out", library)
