"""A deleted film leaves nothing: no file, no row, no byte of it in the database's file, no number in memory."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from emotion_core.errors import LibraryError
from emotion_core.incoming import upload_store
from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.report import csv_bytes, scene_table
from emotion_core.settings import ReportSettings, ShotSettings
from pages.services import page_cache
from tests.support import library_builder
from tests.support.clips import BIKES, CARPHONE
from tests.support.running_scans import Analysed

pytestmark = pytest.mark.usefixtures("read_in_process")

NAME = "Geheimer Schnitt 7 " + "x" * 150 + ".mp4"
SCENE = "Die Szene, von der keiner weiß"
OWN, OTHER = "ab" * 16, "cd" * 16


def with_all_there_is(analysed: Analysed) -> list[bytes]:
    """Give the film everything that a film may have, and return what must not be found of it later."""
    library, film = analysed.library, analysed.film
    with library.database() as database:
        database.execute("UPDATE films SET name = ?", (NAME,))
    cuts = tuple((frame, f"{SCENE} {frame}") for frame in range(0, 180, 2))  # more than a page of the database
    for floor in range(1, 30):
        settings = ReportSettings(shots=ShotSettings(detector="cuts", cuts=cuts), coverage_floor=floor / 100)
        library.set_report_settings(film.id, settings, f"{SCENE}, Schritt {floor}")
    csv_bytes(scene_table(library.analysis(film.id)))
    (film.path.parent / "proxy.mp4").write_bytes(b"proxy")
    (film.path.parent / "proxy.mp4.part").write_bytes(b"half a proxy")
    (library.home / "jobs" / f"proxy-{film.id}.events").write_text("{}")
    for upload, told in (
        (OWN, {"name": NAME, "length": 1, "settings": None, "content_id": film.id, "outcome": {"film_id": film.id}}),
        (OTHER, {"name": "Other.mp4", "length": 1, "settings": None, "content_id": "", "outcome": None}),
    ):
        folder = library.home / "incoming" / upload
        folder.mkdir()
        (folder / "upload.json").write_text(json.dumps(told))
    store = library.store(analysed.scan_id)
    pictures = [store.picture(sample.thumbnail) for sample in store.read().samples if sample.thumbnail is not None]
    assert pictures
    # As they lie in JSON and as they are.
    names = [text.encode() for text in (film.id, analysed.scan_id, NAME, SCENE, json.dumps(SCENE).strip('"'))]
    return [*names, *(picture[200:264] for picture in pictures)]


def files_with(home: Path, needles: list[bytes]) -> set[str]:
    """Which files below `home` hold any of these, in their name or their bytes."""
    hits = set()
    for path in home.rglob("*"):
        content = str(path.relative_to(home)).encode() + (path.read_bytes() if path.is_file() else b"")
        hits |= {str(path.relative_to(home)) for needle in needles if needle in content}
    return hits


def test_nothing_of_it_is_found(analysed: Analysed) -> None:
    """After a film with scan, proxy, edits, history and upload is deleted no file holds its id, name or pictures."""
    library = analysed.library
    needles = with_all_there_is(analysed)
    before = files_with(library.home, needles)
    for part in ("library.sqlite", "films/", "scans/", "jobs/", "derived/", "incoming/"):
        assert any(name.startswith(part) for name in before), part
    scans.delete_film(library, analysed.film.id)
    assert files_with(library.home, needles) == set()
    assert library.films() == []
    assert (library.home / "incoming" / OTHER / "upload.json").exists()


def test_other_films_stay(tmp_path: Path) -> None:
    """Another film's report is the same after one was deleted, and what was read of the deleted one is forgotten."""
    library = Library.open(tmp_path)
    film, other = (
        library_builder.film(library, CARPHONE, ["happy", "sad"]),
        library_builder.film(library, BIKES, ["sad"]),
    )
    library.analysis(film.id)
    table = csv_bytes(scene_table(library.analysis(other.id)))
    scan = library.scans(film.id)[0]
    scans.delete_film(library, film.id)
    assert csv_bytes(scene_table(library.analysis(other.id))) == table
    with pytest.raises(LibraryError):
        library.analysis(film.id)
    with pytest.raises(LibraryError):
        library.scan(scan.id)


def test_a_film_that_is_only_referred_to_keeps_its_file(tmp_path: Path) -> None:
    """The user's own file stays where it is; the database forgets where that was."""
    library = Library.open(tmp_path)
    film = library_builder.film(library, CARPHONE, ["happy"])
    assert files_with(tmp_path, [str(film.path).encode()])
    scans.delete_film(library, film.id)
    assert film.path.exists()
    assert files_with(tmp_path, [str(film.path).encode(), film.id.encode()]) == set()


def test_what_was_replaced_is_not_found_either(tmp_path: Path) -> None:
    """Steps of the history that a new one takes the place of are overwritten in the database's file."""
    library = Library.open(tmp_path)
    film = library_builder.film(library, CARPHONE, ["happy"])
    settings = library.report_settings(film.id)
    named = replace(settings, shots=ShotSettings(detector="cuts", cuts=((0, SCENE * 100),)))
    library.set_report_settings(film.id, named)
    assert files_with(tmp_path, [json.dumps(SCENE).strip('"').encode()])
    library.undo(film.id)
    library.set_report_settings(film.id, replace(settings, coverage_floor=0.5))
    assert files_with(tmp_path, [json.dumps(SCENE).strip('"').encode()]) == set()


def test_bytes_that_cannot_be_removed_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk refuses to remove a film's bytes its row stays, so that it can be deleted again."""
    library = Library.open(tmp_path)
    film = library_builder.film(library, CARPHONE, ["happy"])
    (tmp_path / "films" / film.id).write_bytes(b"a file where a folder was: it cannot be removed as one")
    with pytest.raises(LibraryError, match="could not be removed"):
        library.delete_film(film.id)
    assert [listed.id for listed in library.films()] == [film.id]
    (tmp_path / "films" / film.id).unlink()
    library.delete_film(film.id)
    assert library.films() == []


@pytest.mark.parametrize("told", ["", "[]", '{"outcome": 5}', "{}", "\x00"])
def test_an_upload_that_cannot_be_read_is_nobodys(tmp_path: Path, told: str) -> None:
    """What is remembered of uploads is only removed where it names the film."""
    file = tmp_path / "incoming" / OWN / "upload.json"
    file.parent.mkdir(parents=True)
    file.write_text(told)
    upload_store.remove_uploads_of_film(tmp_path, "ef" * 32)
    assert file.read_text() == told


def test_the_pages_forget_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers that pages hold in memory are made again after the cache is cleared."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    film = library_builder.film(Library.open(tmp_path), CARPHONE, ["happy"])
    held = page_cache.table(film.id)
    assert page_cache.table(film.id) is held
    page_cache.clear()
    assert page_cache.table(film.id) is not held
