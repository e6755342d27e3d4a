"""Output files: never a film or in the library, direct writes to devices and pipes, atomic ones elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from emotion_core.errors import DiskFull, SettingsError
from emotion_core.library import Library, Output
from emotion_core.library.outputs import outputs_for
from tests.support import library_builder, terminal
from tests.support.clips import BIKES, CARPHONE, clip
from tests.support.repository import ROOT

FIRST, SECOND = str(clip(CARPHONE)), str(clip(BIKES))


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library with a film and a re-cut of it."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    library = Library.open(tmp_path / "home")
    library_builder.recut(library)
    return library


def _film(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "cut.mov").write_bytes(b"a film")
    return folder / "cut.mov"


def _itself(film: Path) -> Path:
    return film


def _other_way(film: Path) -> Path:
    return film.parent / ".." / film.parent.name / film.name


def _link(film: Path) -> Path:
    (film.parent / "report.csv").symlink_to(film)
    return film.parent / "report.csv"


def _link_of_link(film: Path) -> Path:
    (film.parent / "again.csv").symlink_to(_link(film))
    return film.parent / "again.csv"


def _hard_link(film: Path) -> Path:
    (film.parent / "report.csv").hardlink_to(film)
    return film.parent / "report.csv"


@pytest.mark.parametrize("way", [_itself, _other_way, _link, _link_of_link, _hard_link])
def test_an_input_is_never_an_output(way: object, library: Library, tmp_path: Path) -> None:
    """A target that is an input by name, link or hard link is refused, and the input is unchanged."""
    film = _film(tmp_path / "cuts")
    assert callable(way)
    with pytest.raises(SettingsError, match=r"cut\.mov"):
        Output(way(film), library, (film,))
    assert film.read_bytes() == b"a film"


def test_a_film_of_the_library_is_never_an_output(library: Library, tmp_path: Path) -> None:
    """Another film that the library refers to is refused, also through a hard link."""
    film_path = library_builder.referred(library, clip(CARPHONE)).path
    with pytest.raises(SettingsError, match="film of the library"):
        Output(film_path, library)
    (tmp_path / "link.csv").symlink_to(film_path)
    with pytest.raises(SettingsError, match="film of the library"):
        Output(tmp_path / "link.csv", library)


@pytest.mark.parametrize(
    "place",
    ["library.sqlite", "config.toml", "films/report.csv", "films/new/report.csv", "../home/scans/x.csv"],
)
def test_the_librarys_folder_takes_no_output(place: str, library: Library) -> None:
    """Targets below the library's folder are refused."""
    with pytest.raises(SettingsError, match="belongs to the library"):
        Output(library.home / place, library)


def test_a_folder_linked_into_the_library_takes_no_output(library: Library, tmp_path: Path) -> None:
    """A link to a folder of the library counts as that folder."""
    (tmp_path / "out").symlink_to(library.home / "films")
    with pytest.raises(SettingsError, match="belongs to the library"):
        Output(tmp_path / "out" / "report.csv", library)


def test_two_outputs_are_two_files(library: Library, tmp_path: Path) -> None:
    """One target for CSV and JSON is refused: one would replace the other."""
    with pytest.raises(SettingsError, match="two outputs"):
        outputs_for(library, (), tmp_path / "r", tmp_path / "." / "r")


def test_a_link_is_followed(library: Library, tmp_path: Path) -> None:
    """The file behind a link is replaced or created; the link stays."""
    (tmp_path / "real").mkdir()
    (tmp_path / "report.csv").symlink_to(tmp_path / "real" / "report.csv")
    for content in (b"one", b"two"):
        Output(tmp_path / "report.csv", library).write(content)
        assert (tmp_path / "real" / "report.csv").read_bytes() == content
    assert (tmp_path / "report.csv").is_symlink()


def test_a_target_that_became_a_film_is_refused(library: Library, tmp_path: Path) -> None:
    """The target is checked again before it is written: it may have become an input."""
    film, target = _film(tmp_path / "cuts"), tmp_path / "report.csv"
    output = Output(target, library, (film,))
    target.symlink_to(film)
    with pytest.raises(SettingsError, match=r"cut\.mov"):
        output.write(b"report")
    assert film.read_bytes() == b"a film"


def test_a_pipe_is_written_through(library: Library, tmp_path: Path) -> None:
    """A named pipe stays one, and its reader receives all bytes."""
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    content = bytes(range(256)) * 1000
    Output(pipe, library).write(content)
    reader.join(30)
    assert got == [content]
    assert pipe.is_fifo()


def test_devices_are_written_through(library: Library) -> None:
    """/dev/null stays a device, and /dev/full gives the error for a full disk."""
    Output(Path("/dev/null"), library).write(b"report")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(DiskFull):
        Output(Path("/dev/full"), library).write(b"report")


@pytest.mark.parametrize("target", ["-", "/dev/stdout", "/proc/self/fd/1"])
def test_standard_output_holds_the_report_alone(target: str, library: Library) -> None:
    """A report on standard output is byte-exact; all messages go to standard error."""
    words = [sys.executable, "-m", "emotion_core", "scenes", FIRST, "--csv"]
    plain = library.home.parent / "report.csv"
    subprocess.run([*words, str(plain)], check=True, cwd=ROOT, capture_output=True)
    completed = subprocess.run([*words, target], check=True, cwd=ROOT, capture_output=True)
    assert completed.stdout == plain.read_bytes()
    assert completed.stderr.startswith(b"Note: ")
    assert completed.stdout.startswith("\ufeffscene".encode())


@pytest.mark.parametrize(
    "words",
    [
        ("scenes", FIRST, "--csv", FIRST),
        ("compare", FIRST, SECOND, "--csv", SECOND),
        ("markers", FIRST, "--to", "otio", "--out", FIRST),
        ("analyze", FIRST, "--csv", FIRST),
        ("analyze", FIRST, "--json", FIRST),
    ],
)
def test_every_command_refuses(
    words: tuple[str, ...], library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No command writes to the film that it reads."""
    before = Path(FIRST).read_bytes(), Path(SECOND).read_bytes()
    assert terminal.run(monkeypatch, *words) == 1
    assert "Name another file" in capsys.readouterr().err
    assert (Path(FIRST).read_bytes(), Path(SECOND).read_bytes()) == before


def test_markers_go_to_standard_output(library: Library, tmp_path: Path) -> None:
    """`--out -` prints the file's content."""
    words = [sys.executable, "-m", "emotion_core", "markers", FIRST, "--to", "avid", "--out"]
    subprocess.run([*words, str(tmp_path / "m.txt")], check=True, cwd=ROOT, capture_output=True)
    completed = subprocess.run([*words, "-"], check=True, cwd=ROOT, capture_output=True)
    assert completed.stdout == (tmp_path / "m.txt").read_bytes()


@pytest.mark.usefixtures("in_process")
def test_pictures_of_frames_never_replace_the_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A film with the name of its own first picture is kept; an existing picture is replaced, not written into."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    out, words = tmp_path / "out", ("--every", "1000", "--engine", "torch", "--checkpoint", "embedded", "--out")
    out.mkdir()
    picture, other = out / "frame_0000000.jpg", tmp_path / "other"
    other.write_bytes(b"another file")
    picture.hardlink_to(other)
    assert terminal.run(monkeypatch, "frames", FIRST, *words, str(out)) == 0
    assert other.read_bytes() == b"another file"
    assert picture.read_bytes()[:2] == b"\xff\xd8"
    shutil.copy(FIRST, picture)
    assert terminal.run(monkeypatch, "frames", str(picture), *words, str(out)) == 1
    assert "is the film itself" in capsys.readouterr().err
    assert picture.read_bytes() == Path(FIRST).read_bytes()
    (tmp_path / "home" / "films").mkdir(parents=True)
    assert terminal.run(monkeypatch, "frames", FIRST, *words, str(tmp_path / "home" / "films")) == 1
    assert "belongs to the library" in capsys.readouterr().err
