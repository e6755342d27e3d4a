"""Recordings of viewers, taken in as a user does."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from emotion_core.errors import MediaError, SettingsError
from emotion_core.ingest import add_recording, recordings_in
from emotion_core.jobs import scans, supervisor
from emotion_core.library import Library
from emotion_core.settings import ScanSettings
from tests.support.films import texture, write_film
from tests.support.screenings import CONSENT

pytestmark = pytest.mark.usefixtures("read_in_process")

QUICK = ScanSettings(keep_pictures=False, min_scene_samples=0, engine="torch", checkpoint="embedded")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library without a worker."""
    monkeypatch.setattr(supervisor, "ensure_worker", lambda _: False)
    monkeypatch.setattr(supervisor, "prepare_worker", lambda _: None)
    return Library.open(tmp_path / "home")


def test_a_recording_becomes_a_viewer(library: Library, tmp_path: Path) -> None:
    """From a file where it lies or from a stream; what cannot be a viewer leaves nothing behind."""
    film = library.refer_to(write_film(tmp_path / "film.mp4", texture(1, 5)))
    screening = library.add_screening(film.id).id
    file = write_film(tmp_path / "Anna.mp4", texture(2, 5))
    anna = add_recording(library, screening, file, consent=CONSENT, settings=QUICK)
    with file.open("rb") as stream, pytest.raises(SettingsError, match="is the viewer “Anna”"):
        add_recording(library, screening, stream, consent=CONSENT, file_name="Again.mp4", settings=QUICK)
    other = write_film(tmp_path / "other.mp4", texture(3, 5)).read_bytes()
    with pytest.raises(SettingsError, match="a viewer called “ANNA” already"):
        add_recording(library, screening, io.BytesIO(other), consent=CONSENT, name="ANNA", settings=QUICK)
    assert library.films() == [film]
    assert [each.id for each in library.films_and_recordings()] == [anna.recording, film.id]
    bert = add_recording(library, screening, io.BytesIO(other), consent=CONSENT, file_name="Bert.mp4", settings=QUICK)
    second = library.add_screening(film.id).id
    same = add_recording(library, second, io.BytesIO(other), consent=CONSENT, file_name="Robert.mp4", settings=QUICK)
    assert (same.recording, same.name) == (bert.recording, "Robert")
    scans.delete_screening(library, second)
    assert [each.name for each in library.viewers(screening)] == ["Anna", "Bert"]
    assert bert.recording is not None
    assert library.film(bert.recording).managed
    (scan,) = library.scans(bert.recording)
    assert not scan.settings.keep_pictures
    with pytest.raises(MediaError):
        add_recording(library, screening, io.BytesIO(b"no film"), consent=CONSENT, settings=QUICK)
    scans.delete_screening(library, screening)
    assert library.films_and_recordings() == [film]


def test_a_film_can_be_a_recording_besides(library: Library, tmp_path: Path) -> None:
    """It is shared by reference: it stays a film, and one that was a recording becomes one."""
    film = library.refer_to(write_film(tmp_path / "film.mp4", texture(1, 5)))
    shown = library.refer_to(write_film(tmp_path / "shown.mp4", texture(3, 5)))
    screening = library.add_screening(shown.id).id
    viewer = add_recording(library, screening, film.path, consent=CONSENT, settings=QUICK)
    assert viewer.recording == film.id
    scans.delete_viewer(library, viewer.id)
    assert {each.id for each in library.films()} == {film.id, shown.id}
    file = write_film(tmp_path / "Anna.mp4", texture(2, 5))
    add_recording(library, screening, file, consent=CONSENT, settings=QUICK)
    listed = library.refer_to(file)
    assert listed.role == "film"
    scans.delete_screening(library, screening)
    assert listed.id in {each.id for each in library.films()}


def test_a_folder_holds_a_recording_a_viewer(tmp_path: Path) -> None:
    """Films by name; anything else is passed over, and a folder without any is refused."""
    for name in ("b.MP4", "a.mov", ".hidden.mp4", "notes.txt", "below/c.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [file.name for file in recordings_in(tmp_path)] == ["a.mov", "b.MP4"]
    for folder, words in ((tmp_path / "none", "cannot be read"), (tmp_path / "notes.txt", "cannot be read")):
        with pytest.raises(SettingsError, match=words):
            recordings_in(folder)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError, match="holds no recording"):
        recordings_in(tmp_path / "empty")
    (tmp_path / "A.mp4").touch()
    with pytest.raises(SettingsError, match=r"A\.mp4 and a\.mov are two viewers of one name"):
        recordings_in(tmp_path)
    (tmp_path / "composed").mkdir()
    for name in ("Zo\u00eb K.mp4", "Zoe\u0308  k.mov"):
        (tmp_path / "composed" / name).touch()
    with pytest.raises(SettingsError, match="two viewers of one name"):
        recordings_in(tmp_path / "composed")
