"""A screening of a library, as exports take it."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from emotion_core.audience import Consent, Viewer
from emotion_core.errors import LibraryError, SettingsError
from emotion_core.export import FORMATS, ReportedFilm, ScreenedFilm, everything, screening_of_film
from emotion_core.export.audience import ViewerReading, reading_of_viewer
from emotion_core.expression.selection import LiveSize
from emotion_core.library import Film, Library, ScreeningNumbers, numbers_of_screening
from emotion_core.library.screenings import numbers_cache
from emotion_core.live import LIMITS_KEPT, RULES
from emotion_core.settings import RECOMMENDED, FaceLimits
from tests.support import library_builder
from tests.support.scans import CHECKPOINT
from tests.support.screenings import CONSENT, readings, recording
from tests.support.trials import AGREES


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Two films; a screening of the first with a live viewer, a recording, and one that is not read yet."""
    library = Library.open(tmp_path / "home")
    library_builder.recut(library)
    film = library.films()[0]
    shown = library.add_screening(film.id, "Monday")
    library.add_live_viewer(shown.id, readings(400), consent=Consent("The notice. (Notice 1)", "", ""), name="Zoë")
    seen = recording(library, tmp_path / "Carl.mp4", [{(100.0, 100.0): "sad"}] * 8)
    library.add_recorded_viewer(shown.id, seen.id, consent=CONSENT)
    return library


def _film(library: Library) -> Film:
    return library.films()[0]


def test_a_screening_says_what_read_its_viewers(library: Library) -> None:
    """Model, hash, engine and temperature of a recording and of a live session."""
    shown = screening_of_film(library, _film(library).id)
    assert shown is not None
    screened = ScreenedFilm.of(library, shown)
    readings = [screened.readings[viewer.id] for viewer in screened.summary.viewers]
    assert {each.model_hash for each in readings} == {CHECKPOINT.hash}
    assert (readings[0].temperature, readings[1].temperature) == (None, 1.0)
    assert screened.reading_text.startswith("model ")
    document = json.loads(FORMATS["audience-json"].write_audience(screened))
    live, recorded, film = *(each["reading"] for each in document["viewers"]), document["film_reading"]
    assert live == recorded | {"temperature": None, "samples_per_second": 10.0, "file_sha256": None} | dict.fromkeys(
        ("min_face_px", "min_face_score", "face_limits", "level_faces")
    )
    assert recorded["file_sha256"] == screened.summary.viewers[1].recording
    assert (recorded["samples_per_second"], recorded["min_face_px"], recorded["min_face_score"]) == (2.0, 32, 0.7)
    assert recorded["face_limits"] == asdict(RECOMMENDED)
    assert film == recorded | {
        "file_sha256": document["film_sha256"],
        "model": "embedded",
        "model_hash": "embedded",
        "face_limits": asdict(FaceLimits()),
    }
    assert document["film_report_settings"]["min_face_score"] == film["min_face_score"]


def test_a_live_session_says_which_faces_counted(library: Library) -> None:
    """The rules and the temperature are kept with the readings when the session ends."""
    (shown,) = library.screenings()
    kept = replace(readings(40), facts={"temperature": "1.5", **RULES, **LIMITS_KEPT, "jumps": "2"})
    viewer = library.add_live_viewer(shown.id, kept, consent=CONSENT)
    own = reading_of_viewer(library, viewer)
    assert (own.temperature, own.min_face_px, own.min_face_score) == (1.5, 32, 0.7)
    limits = "turned aside by at most 50°, eyes, nose and mouth off by at most 0.12, tilted heads turned upright"
    assert own.details == f"{own.text}, 10 pictures a second, faces from 32 pixels and a score of 0.7 on, {limits}"
    assert own.to_json()["face_limits"]["max_yaw"] == RECOMMENDED.max_yaw
    assert own.to_json()["face_limits"]["min_sharpness"] is None, "not measured before a camera"
    assert ViewerReading().details == ""


def test_a_live_session_says_at_how_many_pixels_it_was_read(library: Library) -> None:
    """A smaller size and its agreement are kept, and are in the text and the JSON; the own size needs no word."""
    (shown,) = library.screenings()
    size = LiveSize(112, 224, 16.6, 4.5, AGREES)
    viewer = library.add_live_viewer(shown.id, replace(readings(40), facts=size.facts), consent=CONSENT)
    own = reading_of_viewer(library, viewer)
    assert (own.to_json()["input_px"], own.to_json()["own_input_px"]) == (112, 224)
    assert own.to_json()["input_agreement"] == AGREES.in_words()
    assert " at 112 of its 224 pixels, engine " in own.text
    assert " pixels" not in replace(own, input_px=None).text
    assert replace(size, side=224).facts == {}


def test_a_viewer_who_is_not_read_is_told_of_without_a_name(library: Library, tmp_path: Path) -> None:
    """Notes that may hold names are left out unless names are asked for."""
    (shown,) = library.screenings()
    viewer = library.viewers(shown.id)[0]
    _lose_readings(library, viewer)
    said = ScreenedFilm.of(library, shown).notes
    assert any("Viewer 1 is left out" in note for note in said)
    assert not any("Zoë" in note for note in said)
    assert any("Zoë" in note for note in ScreenedFilm.of(library, shown, names=True).notes)


def _lose_readings(library: Library, viewer: Viewer) -> None:
    (library.home / "readings").joinpath(f"{viewer.id}.npz").unlink()


def test_the_archive_has_the_audience_where_there_is_one(library: Library) -> None:
    """Of a film without a screening nothing is added, and its formats say why they write nothing."""
    with_audience, without = library.films()
    reported = ReportedFilm.of(library, with_audience.id, "cut 7.mov")
    with zipfile.ZipFile(io.BytesIO(everything(reported)[1])) as archive:
        own = [name for name in archive.namelist() if name.startswith("audience/")]
    assert {"audience/cut 7-audience.csv", "audience/cut 7-audience-resolve-markers.edl"} <= set(own)
    assert len(own) == 10
    plain = ReportedFilm.of(library, without.id, without.name)
    with zipfile.ZipFile(io.BytesIO(everything(plain)[1])) as archive:
        assert not any(name.startswith("audience/") for name in archive.namelist())
    with pytest.raises(SettingsError, match="This film has no screening"):
        FORMATS["audience-csv"].write(plain)


def test_files_of_one_screening_share_its_numbers(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are computed once, however many files are written, and anew after a change."""
    computed = []

    def count(library: Library, screening_id: str) -> ScreeningNumbers:
        computed.append(screening_id)
        return numbers_of_screening(library, screening_id)

    monkeypatch.setattr(numbers_cache, "numbers_of_screening", count)
    film, (shown,) = _film(library), library.screenings()
    for _ in range(2):
        everything(ReportedFilm.of(library, film.id, film.name))
        ScreenedFilm.of(library, shown)
    assert len(computed) == 1
    library.set_viewer_groups(library.viewers(shown.id)[0].id, {"age": "18-29"})
    assert "group: age" in FORMATS["viewers-csv"].write_audience(ScreenedFilm.of(library, shown)).decode("utf-8-sig")
    assert len(computed) == 2


def test_an_unknown_screening_is_refused(library: Library) -> None:
    """With the names of those that there are."""
    assert screening_of_film(library, _film(library).id, "monday") is not None
    with pytest.raises(LibraryError, match="no screening “Tuesday”"):
        screening_of_film(library, _film(library).id, "Tuesday")
