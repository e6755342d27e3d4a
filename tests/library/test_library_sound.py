"""Fingerprints of a film's sound in a library: never of viewers, and whole or told by the check."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from emotion_core.ingest import add_recording
from emotion_core.jobs import scans, supervisor
from emotion_core.library import Film, Library, job_table
from emotion_core.maintenance.check import find
from emotion_core.maintenance.repair import repair
from emotion_core.observations import ObservationStore, SoundPrints
from emotion_core.settings import ScanSettings
from tests.support import library_builder
from tests.support.clips import BIKES, CARPHONE, clip
from tests.support.screenings import CONSENT

pytestmark = pytest.mark.usefixtures("read_in_process")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library without a worker."""
    monkeypatch.setattr(supervisor, "ensure_worker", lambda _: False)
    monkeypatch.setattr(supervisor, "prepare_worker", lambda _: None)
    return Library.open(tmp_path / "home")


@pytest.fixture
def film(library: Library) -> Film:
    return library_builder.film(library, CARPHONE, ["happy"])


def with_sound(library: Library, film: Film) -> ObservationStore:
    """The store of the film's scan, with prints of a second of sound."""
    (scan,) = library.scans(film.id)
    store = library.store(scan.id)
    level = np.full(20, 200, dtype=np.uint8)
    store.sound_file.write(SoundPrints(np.arange(20, dtype=np.uint32), level, level), film.id)
    return store


def wants_sound(library: Library, film_id: str) -> bool:
    """Whether the request of a film's scan, which waits, asks for its sound."""
    with library.database() as database:
        (job,) = job_table.of_film(database, film_id)
    return bool(json.loads(job.request)["sound"])


def test_the_check_finds_damaged_sound(library: Library, film: Film) -> None:
    """It is removed, and the numbers stay."""
    store = with_sound(library, film)
    assert find(library) == []
    assert store.sound() is not None
    file = store.folder / "sound.npz"
    file.write_bytes(file.read_bytes()[:-1])
    issues = find(library)
    assert [(issue.kind, issue.subject.rpartition("/")[2]) for issue in issues] == [("made", "sound.npz")]
    repair(library, issues)
    assert find(library) == []
    assert not file.exists()
    assert store.read().frames > 0


def test_nothing_is_kept_of_viewers(library: Library, film: Film) -> None:
    """A film that becomes a recording loses it, and no scan of a recording asks for it; one of a film does."""
    store = with_sound(library, film)
    screening = library.add_screening(library_builder.film(library, BIKES, ["sad"]).id)
    add_recording(library, screening.id, clip(CARPHONE), consent=CONSENT, begin=False)
    assert not store.sound_file.exists
    scans.start(library, film.id, ScanSettings(engine="torch", batch=4))
    assert not wants_sound(library, film.id)


def test_a_films_scan_asks_for_it(library: Library) -> None:
    added = library_builder.referred(library, clip(BIKES))
    scans.start(library, added.id, ScanSettings())
    assert wants_sound(library, added.id)
