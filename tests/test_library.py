"""What is kept: films in, films out, and nothing of what was refused."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import time
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from emotion_core.errors import EmotionError, LibraryError, NotAFilm
from emotion_core.ingest import sample_cut
from emotion_core.jobs import scans
from emotion_core.library.library import Library
from emotion_core.report import csv_file, table as report
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.storage.paths import home
from tests.broken import (
    Maker,
    concat_list,
    empty,
    headless,
    only_a_header,
    playlist,
    sound_with_cover,
    without_frames,
)
from tests.conftest import Analysed
from tests.films import texture, write_film

SETTINGS = ScanSettings(engine="torch", checkpoint="embedded")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture(scope="session")
def plain(films: Path) -> bytes:
    """A film of twenty frames without faces."""
    return write_film(films / "library.mp4", texture(5, 20)).read_bytes()


def kept(library: Library) -> set[str]:
    """Every file in the library's folder."""
    return {str(path.relative_to(library.home)) for path in library.home.rglob("*") if path.is_file()}


def refuse_rows(library: Library, table: str) -> None:
    """Make the database refuse new rows, as a full disk or a lost drive does in the midst of work."""
    with library.database() as database:
        database.execute(f"CREATE TRIGGER refuse BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no more'); END")


# Taking in


@pytest.mark.parametrize(
    "make", [empty, playlist, concat_list, headless, only_a_header, without_frames, sound_with_cover]
)
def test_what_is_no_film_leaves_nothing(library: Library, tmp_path: Path, make: Maker) -> None:
    """An upload that is no film is refused under its own name, and neither a file nor a row of it stays."""
    path = make(tmp_path / "letter.mov")
    with path.open("rb") as file, pytest.raises(NotAFilm, match=r"^Urlaub\.mov ") as refusal:
        library.add_film(file, "Urlaub.mov")
    assert ".part" not in str(refusal.value)
    assert refusal.value.advice
    assert library.films() == []
    assert kept(library) == {"library.sqlite"}


NAMES = [
    # as it was given, as it is kept
    ("../../../etc/passwd", "passwd"),
    ("..", ".."),
    ("/", "untitled"),
    ("", "untitled"),
    ("C:\\Films\\Cut 3.MOV", "Cut 3.MOV"),
    ("<script>alert('x')</script>.mp4", "script>.mp4"),
    ("<img src=x onerror=alert(1)>.mp4", "<img src=x onerror=alert(1)>.mp4"),
    ("a\x00b\nc\x1b[31m.mp4", "abc[31m.mp4"),
    ("  \t ", "untitled"),
    ("🎬 Schnitt ü.mp4", "🎬 Schnitt ü.mp4"),
    ("\u202egnp.4pm", "gnp.4pm"),
    ("=HYPERLINK(1)", "=HYPERLINK(1)"),
    ("x" * 300 + ".mp4", "x" * 200),
    ("film.mp4; rm -rf ~", "film.mp4; rm -rf ~"),
    ("film.verylongsuffix", "film.verylongsuffix"),
]


@pytest.mark.parametrize(("given", "name"), NAMES, ids=[repr(given)[:24] for given, _ in NAMES])
def test_a_name_is_text_and_never_a_path(library: Library, plain: bytes, given: str, name: str) -> None:
    """Whatever a film is called, its bytes lie under its content's hash, and the name is kept as plain text."""
    film = library.add_film(io.BytesIO(plain), given)
    assert film.name == name
    assert library.film(film.id).name == name
    assert film.path.parent == library.home / "films" / film.id
    assert re.fullmatch(r"original(\.[a-z0-9]{1,5})?", film.path.name)
    assert film.path.read_bytes() == plain
    assert kept(library) == {"library.sqlite", f"films/{film.id}/{film.path.name}"}


def test_a_film_is_kept_as_it_came(library: Library, plain: bytes) -> None:
    """A film that was taken in has its bytes, size, facts and place, and is the library's own."""
    film = library.add_film(io.BytesIO(plain), "Film.mp4")
    assert (film.bytes, film.managed, film.known) == (len(plain), True, False)
    assert (film.media.display_width, film.media.display_height, film.media.rate) == (160, 96, Fraction(25))
    assert library.original(film.id) == film.path
    assert library.films() == [film]


def test_the_same_bytes_are_kept_once(library: Library, plain: bytes) -> None:
    """The same bytes under another name are the film that is there, with its first name."""
    film = library.add_film(io.BytesIO(plain), "Film.mp4")
    again = library.add_film(io.BytesIO(plain), "Other.mov")
    assert (again.id, again.name, again.known) == (film.id, "Film.mp4", True)
    assert len(library.films()) == 1
    assert kept(library) == {"library.sqlite", f"films/{film.id}/original.mp4"}


def test_a_lost_original_comes_back(library: Library, plain: bytes) -> None:
    """Where a film's file has gone there is no original; adding the bytes again puts it back, row and all."""
    film = library.add_film(io.BytesIO(plain), "Film.mp4")
    shutil.rmtree(film.path.parent)
    assert library.original(film.id) is None
    with pytest.raises(LibraryError, match="Add the film again"):
        scans.start(library, film.id, SETTINGS)
    assert library.scans(film.id) == []
    assert not library.add_film(io.BytesIO(plain), "Film.mp4").known
    assert library.original(film.id) == film.path
    assert len(library.films()) == 1


def test_a_library_may_be_moved(library: Library, plain: bytes, tmp_path: Path) -> None:
    """A library that was moved to another folder still has its films' bytes."""
    film = library.add_film(io.BytesIO(plain), "a.mp4")
    library.home.rename(tmp_path / "elsewhere")
    moved = Library.open(tmp_path / "elsewhere")
    original = moved.original(film.id)
    assert original is not None
    assert original.is_relative_to(tmp_path / "elsewhere")
    assert original.read_bytes() == plain


def test_a_film_that_was_exported_again_is_another(library: Library, plain: bytes, tmp_path: Path) -> None:
    """A film that lies elsewhere and was overwritten is no original any more; what is there now is another film."""
    path = tmp_path / "Cut.mp4"
    path.write_bytes(plain)
    film = library.refer_to(path)
    assert (film.managed, film.path, library.original(film.id)) == (False, path, path)
    write_film(path, texture(6, 30))
    assert library.original(film.id) is None
    with pytest.raises(LibraryError, match="has changed"):
        scans.start(library, film.id, SETTINGS)
    other = library.refer_to(path)
    assert other.id != film.id
    assert len(library.films()) == 2


def test_a_row_that_cannot_be_written_leaves_no_bytes(library: Library, plain: bytes) -> None:
    """Where the database takes no row, the film's bytes do not stay behind unseen."""
    refuse_rows(library, "films")
    with pytest.raises(LibraryError, match="no more"):
        library.add_film(io.BytesIO(plain), "Film.mp4")
    assert library.films() == []
    assert kept(library) == {"library.sqlite"}


def test_a_scan_that_cannot_be_written_down_is_not_started(library: Library, plain: bytes) -> None:
    """Where the database takes no row, no process is started and the film stays as it was."""
    film = library.add_film(io.BytesIO(plain), "Film.mp4")
    before = kept(library)
    refuse_rows(library, "scans")
    with pytest.raises(LibraryError, match="no more"):
        scans.start(library, film.id, SETTINGS)
    assert library.scans(film.id) == []
    assert kept(library) == before


def test_a_source_that_breaks_off_leaves_nothing(library: Library, plain: bytes) -> None:
    """An upload whose source fails midway ends in one message and leaves nothing."""

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().read(100)

    with pytest.raises(LibraryError, match="Input/output error"):
        library.add_film(Broken(plain), "Film.mp4")
    assert kept(library) == {"library.sqlite"}


def test_abandoned_uploads_are_swept(library: Library) -> None:
    """Half an upload of the day before yesterday is removed when the library opens; one of today stays."""
    old, new = library.home / "incoming" / "old.part", library.home / "incoming" / "new.part"
    for part in (old, new):
        part.write_bytes(b"half")
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    Library.open(library.home)
    assert not old.exists()
    assert new.exists()


# Giving back


def test_deleting_removes_everything_of_a_film(analysed: Analysed, plain: bytes) -> None:
    """A deleted film leaves no file and no row: not its bytes, scans, analyses, requests or settings."""
    library, film = analysed.library, analysed.film
    other = library.add_film(io.BytesIO(plain), "Other.mp4")
    assert library.analysis(film.id).scenes
    assert any(analysed.scan_id in path for path in kept(library))
    scans.delete_film(library, film.id)
    assert kept(library) - {"scan.lock", "worker.lock", "jobs/worker.log"} == {
        "library.sqlite",
        f"films/{other.id}/original.mp4",
    }
    assert [path.name for path in (library.home / "films").iterdir()] == [other.id]
    with library.database() as database:
        for table in ("scans", "edits"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
    assert library.films() == [other]


def test_an_original_elsewhere_stays(library: Library, plain: bytes, tmp_path: Path) -> None:
    """Deleting a film that was only referred to removes its row and never its file, even beside the library."""
    path = library.home / "Cut.mp4"
    path.write_bytes(plain)
    film = library.refer_to(path)
    scans.delete_film(library, film.id)
    assert library.films() == []
    assert path.read_bytes() == plain


def test_what_was_referred_to_and_is_uploaded_is_kept(library: Library, plain: bytes, tmp_path: Path) -> None:
    """The uploaded bytes of a film that lies elsewhere are the library's own: the file elsewhere may go, or is kept."""
    path = tmp_path / "elsewhere.mp4"
    path.write_bytes(plain)
    library.refer_to(path)
    film = library.add_film(io.BytesIO(plain), "Uploaded.mp4")
    assert (film.known, film.managed, film.name) == (True, True, "elsewhere.mp4")
    assert library.refer_to(path).managed
    path.unlink()
    original = library.original(film.id)
    assert original is not None
    assert original.read_bytes() == plain
    library.delete_film(film.id)
    assert not list((library.home / "films").iterdir())


def test_what_is_not_here_is_called_so(library: Library, plain: bytes) -> None:
    """A film or analysis that is not in the library, or not analysed yet, is named in one message."""
    with pytest.raises(LibraryError, match="film is not in the library"):
        library.film("f" * 64)
    with pytest.raises(LibraryError, match="analysis is not in the library"):
        library.scan("0" * 32)
    film = library.add_film(io.BytesIO(plain), "Film.mp4")
    with pytest.raises(LibraryError, match=r"Film\.mp4 has not been analysed"):
        library.analysis(film.id)
    assert library.card(film.id) is None


def test_films_come_newest_first(library: Library, tmp_path: Path) -> None:
    """Films are listed with the newest first."""
    added = [library.refer_to(write_film(tmp_path / f"{i}.mp4", texture(i, 3))).id for i in range(3)]
    assert [film.id for film in library.films()] == added[::-1]


def test_a_change_made_anywhere_shows(library: Library, plain: bytes) -> None:
    """The library's state is another once a film comes, an analysis is asked for, is over, or a film goes; else not."""
    elsewhere = Library.open(library.home)
    states = [library.state()]

    def changed() -> None:
        assert library.state() == library.state()
        states.append(library.state())

    film = elsewhere.add_film(io.BytesIO(plain), "Film.mp4")
    changed()
    scan = scans.start(elsewhere, film.id, SETTINGS)
    changed()
    scans.cancel(elsewhere, scan)
    changed()
    scans.delete_film(elsewhere, film.id)
    assert library.state() == states[0]
    assert len(set(states)) == len(states)


def test_a_film_keeps_its_own_settings(library: Library, plain: bytes) -> None:
    """Each film has report settings of its own, the defaults until they are set, and keeps the last ones."""
    film = library.add_film(io.BytesIO(plain), "Film.mp4")
    assert library.report_settings(film.id) == ReportSettings()
    for floor in (0.5, 0.1):
        library.set_report_settings(film.id, ReportSettings(coverage_floor=floor))
    assert Library(library.home).report_settings(film.id) == ReportSettings(coverage_floor=0.1)


def test_an_analysed_film_has_a_card(analysed: Analysed) -> None:
    """A list shows scenes, length, model and a small picture with a face on it, without decoding the film."""
    library, film = analysed.library, analysed.film
    film.path.unlink()
    card = library.card(film.id)
    assert card is not None
    assert (card.scenes, card.model) == (8, "embedded")
    assert card.seconds == pytest.approx(209 / 25)
    assert 2 <= card.scenes - card.scenes_without_faces <= 6
    assert card.thumbnail is not None
    with Image.open(io.BytesIO(card.thumbnail)) as picture:
        assert picture.size[0] == 320


def test_a_damaged_cache_is_made_anew(analysed: Analysed) -> None:
    """A cached analysis that is cut short, or no longer what it was, is made anew and is the same."""
    library, film = analysed.library, analysed.film
    truth = csv_file.csv(report.table(library.analysis(film.id)))
    (cache,) = (library.home / "derived" / analysed.scan_id).iterdir()
    whole = cache.read_bytes()
    for damage in (whole[: len(whole) // 2], b"", b"[]", b'{"scenes": [{}], "notes": []}', b'{"scenes": 7}'):
        cache.write_bytes(damage)
        assert csv_file.csv(report.table(Library(library.home).analysis(film.id))) == truth
        assert json.loads(cache.read_bytes()) == json.loads(whole)


def test_a_cache_that_cannot_be_written_does_no_harm(analysed: Analysed) -> None:
    """Where no cache can be written, as on a full disk, the analysis is shown all the same."""
    library, film = analysed.library, analysed.film
    truth = csv_file.csv(report.table(library.analysis(film.id)))
    shutil.rmtree(library.home / "derived")
    (library.home / "derived").write_text("a file in the folder's place")
    assert csv_file.csv(report.table(Library(library.home).analysis(film.id))) == truth


# The folder


def test_everything_lies_in_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """EMOTION_HOME names the folder; without it, it is the platform's place for application data."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "here" / ".." / "there"))
    assert home() == tmp_path / "there"
    assert Library.open().home == tmp_path / "there"
    monkeypatch.delenv("EMOTION_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home().name == "film-emotion-dashboard"
    assert tmp_path in home().parents


def test_a_folder_that_cannot_be_is_called_so(tmp_path: Path) -> None:
    """A file in the library's place is named in one message."""
    (tmp_path / "home").write_text("a file")
    with pytest.raises(LibraryError, match="home"):
        Library.open(tmp_path / "home")
    with pytest.raises(LibraryError, match="home"):
        Library.open(tmp_path / "home" / "deeper")


# The sample


@pytest.mark.parametrize(("which", "frames", "again"), [("cut", 362, True), ("re-cut", 311, False)])
def test_the_sample_is_a_film_like_any_other(
    library: Library, which: sample_cut.Which, frames: int, again: bool
) -> None:
    """The sample is spliced here, 640 x 480 at 25 frames a second, and is the library's own; made again it is known."""
    film = sample_cut.make(library, which)
    assert film.name == sample_cut.NAMES[which]
    assert (film.media.display_width, film.media.display_height, film.media.rate) == (640, 480, Fraction(25))
    assert film.media.frames_from_header == frames
    assert film.managed
    assert not again or sample_cut.make(library, which).known
    assert kept(library) == {"library.sqlite", f"films/{film.id}/original.mp4"}


def test_without_clips_there_is_no_sample(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package with the clips is not installed, one message says so and nothing stays."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EmotionError, match="not installed"):
        sample_cut.make(library, "cut")
    assert kept(library) == {"library.sqlite"}
    assert not any((library.home / "incoming").iterdir())
