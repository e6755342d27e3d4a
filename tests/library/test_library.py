"""The library: films added and deleted, and nothing left of what was refused."""

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

from emotion_core.errors import LibraryError, NotAFilm
from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.report import csv_bytes, scene_table
from emotion_core.settings import FOR_NEW_FILMS, ReportSettings, ScanSettings
from emotion_core.storage import Home, home
from tests.support.damaged_files import (
    Maker,
    concat_list,
    empty,
    headless,
    only_a_header,
    playlist,
    sound_with_cover,
    without_frames,
)
from tests.support.films import texture, write_film
from tests.support.running_scans import Analysed

pytestmark = pytest.mark.usefixtures("read_in_process")

SETTINGS = ScanSettings(engine="torch", checkpoint="embedded")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture(scope="session")
def plain(films: Path) -> bytes:
    """A film of twenty frames without faces."""
    return write_film(films / "library.mp4", texture(5, 20)).read_bytes()


def file_names(library: Library) -> set[str]:
    """Every file in the library's folder."""
    return {str(path.relative_to(library.home)) for path in library.home.rglob("*") if path.is_file()}


def refuse_rows(library: Library, table: str) -> None:
    """Make the database refuse new rows, as a full or lost disk does."""
    with library.database() as database:
        database.execute(f"CREATE TRIGGER refuse BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no more'); END")


# Taking in


@pytest.mark.parametrize(
    "make", [empty, playlist, concat_list, headless, only_a_header, without_frames, sound_with_cover]
)
def test_what_is_no_film_leaves_nothing(library: Library, tmp_path: Path, make: Maker) -> None:
    """Bytes that are no film are refused under their name; neither a file nor a row remains."""
    path = make(tmp_path / "letter.mov")
    with path.open("rb") as file, pytest.raises(NotAFilm, match=r"^Urlaub\.mov ") as refusal:
        library.add_film(file, "Urlaub.mov")
    assert ".part" not in str(refusal.value)
    assert refusal.value.advice
    assert library.films() == []
    assert file_names(library) == {"library.sqlite"}


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
    """Bytes are stored under their hash; the name is stored as plain text."""
    film = library.add_film(io.BytesIO(plain), given)
    assert film.name == name
    assert library.film(film.id).name == name
    assert film.path.parent == library.home / "films" / film.id
    assert re.fullmatch(r"original(\.[a-z0-9]{1,5})?", film.path.name)
    assert film.path.read_bytes() == plain
    assert file_names(library) == {"library.sqlite", f"films/{film.id}/{film.path.name}"}


def test_a_film_is_kept_as_it_came(library: Library, plain: bytes) -> None:
    """An added film has its bytes, size, facts and path, and is managed."""
    film = library.add_film(io.BytesIO(plain), "Film.mp4")
    assert (film.bytes, film.managed, film.was_present) == (len(plain), True, False)
    assert (film.media.display_width, film.media.display_height, film.media.rate) == (160, 96, Fraction(25))
    assert library.original(film.id) == film.path
    assert library.films() == [film]


def test_the_same_bytes_are_kept_once(library: Library, plain: bytes) -> None:
    """The same bytes under another name return the existing film with its first name."""
    film = library.add_film(io.BytesIO(plain), "Film.mp4")
    again = library.add_film(io.BytesIO(plain), "Other.mov")
    assert (again.id, again.name, again.was_present) == (film.id, "Film.mp4", True)
    assert len(library.films()) == 1
    assert file_names(library) == {"library.sqlite", f"films/{film.id}/original.mp4"}


def test_a_lost_original_comes_back(library: Library, plain: bytes) -> None:
    """A film with a missing file has no original; adding the bytes again restores file and row."""
    film = library.add_film(io.BytesIO(plain), "Film.mp4")
    shutil.rmtree(film.path.parent)
    assert library.original(film.id) is None
    with pytest.raises(LibraryError, match="Add the film again"):
        scans.start(library, film.id, SETTINGS)
    assert library.scans(film.id) == []
    assert not library.add_film(io.BytesIO(plain), "Film.mp4").was_present
    assert library.original(film.id) == film.path
    assert len(library.films()) == 1


def test_a_library_may_be_moved(library: Library, plain: bytes, tmp_path: Path) -> None:
    """A library that was moved to another folder has its films' bytes."""
    film = library.add_film(io.BytesIO(plain), "a.mp4")
    library.home.rename(tmp_path / "elsewhere")
    moved = Library.open(tmp_path / "elsewhere")
    original = moved.original(film.id)
    assert original is not None
    assert original.is_relative_to(tmp_path / "elsewhere")
    assert original.read_bytes() == plain


def test_a_film_that_was_exported_again_is_another(library: Library, plain: bytes, tmp_path: Path) -> None:
    """A film in place that was overwritten has no original; its file is now another film."""
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
    """If the database refuses the row, the film's bytes do not remain."""
    refuse_rows(library, "films")
    with pytest.raises(LibraryError, match="no more"):
        library.add_film(io.BytesIO(plain), "Film.mp4")
    assert library.films() == []
    assert file_names(library) == {"library.sqlite"}


def test_a_scan_that_cannot_be_written_down_is_not_started(library: Library, plain: bytes) -> None:
    """If the database refuses the row, no process starts and the film is unchanged."""
    film = library.add_film(io.BytesIO(plain), "Film.mp4")
    before = file_names(library)
    refuse_rows(library, "scans")
    with pytest.raises(LibraryError, match="no more"):
        scans.start(library, film.id, SETTINGS)
    assert library.scans(film.id) == []
    assert file_names(library) == before


def test_a_source_that_breaks_off_leaves_nothing(library: Library, plain: bytes) -> None:
    """A source that fails midway gives one error and leaves nothing."""

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().read(100)

    with pytest.raises(LibraryError, match="Input/output error"):
        library.add_film(Broken(plain), "Film.mp4")
    assert file_names(library) == {"library.sqlite"}


def test_abandoned_uploads_are_swept(library: Library) -> None:
    """Opening a library deletes temporary files of two days ago; those of today stay."""
    old, new = library.home / "incoming" / "old.part", library.home / "incoming" / "new.part"
    for part in (old, new):
        part.write_bytes(b"half")
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    Library.open(library.home)
    assert not old.exists()
    assert new.exists()


# Giving back


def test_a_scan_whose_cluster_was_ended_is_deleted(library: Library) -> None:
    """What workers sent for it goes; the empty folder stays, by which an owner knows what lies in the exchange."""
    parts = Home(library.home).parts("a" * 32)
    (parts / "0").mkdir(parents=True)
    (parts / "0" / "seam.json").write_text("{}")
    (parts / "plan.json").write_text("{}")
    library.delete_scan_files("a" * 32)
    assert list(parts.iterdir()) == []


def test_deleting_removes_everything_of_a_film(analysed: Analysed, plain: bytes) -> None:
    """A deleted film leaves no bytes, rows, scans, analyses, requests or settings. Compiled networks are of no film."""
    library, film = analysed.library, analysed.film
    other = library.add_film(io.BytesIO(plain), "Other.mp4")
    assert library.analysis(film.id).scenes
    assert any(analysed.scan_id in path for path in file_names(library))
    networks = {path for path in file_names(library) if path.startswith("networks/")}
    scans.delete_film(library, film.id)
    assert file_names(library) - {"scan.lock", "worker.lock", "jobs/worker.log", "jobs/worker.json"} == networks | {
        "library.sqlite",
        f"films/{other.id}/original.mp4",
    }
    assert [path.name for path in (library.home / "films").iterdir()] == [other.id]
    with library.database() as database:
        for table in ("scans", "edits"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
    assert library.films() == [other]


def test_an_original_elsewhere_stays(library: Library, plain: bytes, tmp_path: Path) -> None:
    """Deleting a film in place removes its row and never its file, even beside the library."""
    path = library.home / "Cut.mp4"
    path.write_bytes(plain)
    film = library.refer_to(path)
    scans.delete_film(library, film.id)
    assert library.films() == []
    assert path.read_bytes() == plain


def test_what_was_referred_to_and_is_uploaded_is_kept(library: Library, plain: bytes, tmp_path: Path) -> None:
    """Uploaded bytes of a film in place become managed; the file in place may be deleted and is never changed."""
    path = tmp_path / "elsewhere.mp4"
    path.write_bytes(plain)
    library.refer_to(path)
    film = library.add_film(io.BytesIO(plain), "Uploaded.mp4")
    assert (film.was_present, film.managed, film.name) == (True, True, "elsewhere.mp4")
    assert library.refer_to(path).managed
    path.unlink()
    original = library.original(film.id)
    assert original is not None
    assert original.read_bytes() == plain
    library.delete_film(film.id)
    assert not list((library.home / "films").iterdir())


def test_what_is_not_here_is_called_so(library: Library, plain: bytes) -> None:
    """A missing film or analysis, or a film that was not analysed, gives one error that names it."""
    with pytest.raises(LibraryError, match="film is not in the library"):
        library.film("f" * 64)
    with pytest.raises(LibraryError, match="analysis is not in the library"):
        library.scan("0" * 32)
    film = library.add_film(io.BytesIO(plain), "Film.mp4")
    with pytest.raises(LibraryError, match=r"Film\.mp4 has not been analysed"):
        library.analysis(film.id)
    assert library.film_summary(film.id) is None


def test_films_come_newest_first(library: Library, tmp_path: Path) -> None:
    """Films are listed with the newest first."""
    added = [library.refer_to(write_film(tmp_path / f"{i}.mp4", texture(i, 3))).id for i in range(3)]
    assert [film.id for film in library.films()] == added[::-1]


def test_a_change_made_anywhere_shows(library: Library, plain: bytes) -> None:
    """The change token changes when a film or scan is added, finished or deleted, and not otherwise."""
    elsewhere = Library.open(library.home)
    states = [library.change_token()]

    def changed() -> None:
        assert library.change_token() == library.change_token()
        states.append(library.change_token())

    film = elsewhere.add_film(io.BytesIO(plain), "Film.mp4")
    changed()
    scan = scans.start(elsewhere, film.id, SETTINGS)
    changed()
    scans.cancel(elsewhere, scan)
    changed()
    scans.delete_film(elsewhere, film.id)
    assert library.change_token() == states[0]
    assert len(set(states)) == len(states)


def test_a_film_keeps_its_own_settings(library: Library, plain: bytes) -> None:
    """Each film has separate report settings: the defaults until they are set, then the last ones."""
    film = library.add_film(io.BytesIO(plain), "Film.mp4")
    assert library.report_settings(film.id) == FOR_NEW_FILMS
    for floor in (0.5, 0.1):
        library.set_report_settings(film.id, ReportSettings(coverage_floor=floor))
    assert Library(library.home).report_settings(film.id) == ReportSettings(coverage_floor=0.1)


def test_an_analysed_film_has_a_card(analysed: Analysed) -> None:
    """A film's summary has scenes, length, model and a picture with a face, without decoding the film."""
    library, film = analysed.library, analysed.film
    film.path.unlink()
    card = library.film_summary(film.id)
    assert card is not None
    assert (card.scenes, card.model) == (8, "embedded")
    assert card.seconds == pytest.approx(209 / 25)
    assert 2 <= card.scenes - card.scenes_without_faces <= 6
    assert card.thumbnail is not None
    with Image.open(io.BytesIO(card.thumbnail)) as picture:
        assert picture.size[0] == 320


def test_a_damaged_cache_is_made_anew(analysed: Analysed) -> None:
    """A truncated or changed cache file is replaced by an equal analysis."""
    library, film = analysed.library, analysed.film
    truth = csv_bytes(scene_table(library.analysis(film.id)))
    (cache,) = (library.home / "derived" / analysed.scan_id).iterdir()
    whole = cache.read_bytes()
    for damage in (whole[: len(whole) // 2], b"", b"[]", b'{"scenes": [{}], "notes": []}', b'{"scenes": 7}'):
        cache.write_bytes(damage)
        assert csv_bytes(scene_table(Library(library.home).analysis(film.id))) == truth
        assert json.loads(cache.read_bytes()) == json.loads(whole)


def test_a_cache_that_cannot_be_written_does_no_harm(analysed: Analysed) -> None:
    """An analysis is available although its cache cannot be written, as on a full disk."""
    library, film = analysed.library, analysed.film
    truth = csv_bytes(scene_table(library.analysis(film.id)))
    shutil.rmtree(library.home / "derived")
    (library.home / "derived").write_text("a file in the folder's place")
    assert csv_bytes(scene_table(Library(library.home).analysis(film.id))) == truth


# The folder


def test_everything_lies_in_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """EMOTION_HOME names the folder; without it, it is the platform's folder for application data."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "here" / ".." / "there"))
    assert home() == tmp_path / "there"
    assert Library.open().home == tmp_path / "there"
    monkeypatch.delenv("EMOTION_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home().name == "film-emotion-dashboard"
    assert tmp_path in home().parents


def test_a_folder_that_cannot_be_is_called_so(tmp_path: Path) -> None:
    """A file in place of the library's folder gives one error."""
    (tmp_path / "home").write_text("a file")
    with pytest.raises(LibraryError, match="home"):
        Library.open(tmp_path / "home")
    with pytest.raises(LibraryError, match="home"):
        Library.open(tmp_path / "home" / "deeper")
