"""Uploaded recordings, brought into the film's time beside the app."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from emotion_core.audience import Alignment
from emotion_core.errors import EmotionError, NoSound, NotLookedAt
from emotion_core.incoming import Outcome, RecordingClaim, upload_store
from emotion_core.ingest import Arrivals, arrivals, background_alignment, recording_alignment
from emotion_core.library import Library
from tests.support.screenings import CONSENT, taken_in
from tests.support.waiting import until

SOUND = Alignment(12.5, method="sound", confidence=0.9)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture
def screening(library: Library, tmp_path: Path) -> str:
    """A screening with two viewers whose recordings were uploaded."""
    (tmp_path / "film.mp4").write_bytes(b"film")
    screening = library.add_screening(taken_in(library, tmp_path / "film.mp4", 240, "film").id).id
    claim = RecordingClaim(
        screening_id=screening, notice=CONSENT.notice, given_at=CONSENT.given_at, given_by=CONSENT.given_by
    )
    for name in ("Anna", "Bert"):
        path = tmp_path / f"{name}.mp4"
        path.write_bytes(name.encode())
        viewer = library.add_recorded_viewer(screening, taken_in(library, path, 240).id, consent=CONSENT)
        upload = upload_store.create(library.home, path.name, 4, None, claim)
        outcome = Outcome(film_id=viewer.recording or "", viewer_id=viewer.id, to_align=True)
        upload_store.write(library.home, replace(upload, outcome=outcome))
    return screening


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the films whose sound was read; it is heard in all of them."""
    names: list[str] = []

    def sound(library: Library, film_id: str) -> str:
        names.append(library.film(film_id).name)
        return film_id

    monkeypatch.setattr(recording_alignment, "sound_of", sound)
    monkeypatch.setattr("emotion_core.audience.align_by_sound", lambda *_: SOUND)
    return names


def failing(monkeypatch: pytest.MonkeyPatch, error: EmotionError) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(recording_alignment, "sound_of", fail)


def methods(library: Library, screening: str) -> list[str]:
    return [viewer.alignment.method for viewer in library.viewers(screening)]


def test_recordings_are_aligned(library: Library, screening: str, read: list[str]) -> None:
    """The film's sound is read once for all of them; what was set by hand meanwhile stays."""
    assert arrivals(library, screening).to_align == 2
    background_alignment.align_arrived(library.home)
    assert methods(library, screening) == ["sound", "sound"]
    assert read.count("film.mp4") == 1
    assert sorted(read) == ["Anna.mp4", "Bert.mp4", "film.mp4"]
    assert arrivals(library, screening) == Arrivals(0, ())
    read.clear()
    background_alignment.align_arrived(library.home)
    assert read == []


def test_what_was_set_by_hand_or_deleted_meanwhile_stays(library: Library, screening: str, read: list[str]) -> None:
    anna, bert = library.viewers(screening)
    library.set_viewer_alignment(anna.id, Alignment(3.0, method="typed"))
    library.forget_viewer(bert.id)
    background_alignment.align_arrived(library.home)
    assert methods(library, screening) == ["typed"]
    assert (read, arrivals(library, screening).to_align) == ([], 0)


def test_without_sound_it_is_said(library: Library, screening: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Why they begin with the film, until they are aligned otherwise."""
    failing(monkeypatch, NoSound("film.mp4 has no sound.", "Type the offset."))
    background_alignment.align_arrived(library.home)
    assert methods(library, screening) == ["start", "start"]
    told = arrivals(library, screening)
    assert told.to_align == 0
    assert sorted(told.notes) == [
        f"{name}.mp4: film.mp4 has no sound. Type the offset. Until then it is taken to begin together with the film."
        for name in ("Anna", "Bert")
    ]
    library.set_viewer_alignment(library.viewers(screening)[0].id, Alignment(1.0, method="typed"))
    assert len(arrivals(library, screening).notes) == 1


def test_a_fault_of_the_machine_is_tried_again(
    library: Library, screening: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, NotLookedAt("The reader was ended.", "Try again."))
    background_alignment.align_arrived(library.home)
    assert arrivals(library, screening).to_align == 2


def test_a_thread_does_it(library: Library, screening: str, read: list[str]) -> None:
    """Of several calls one works, and it ends."""
    for _ in range(3):
        background_alignment.align_soon(library.home)
    until(lambda: methods(library, screening) == ["sound", "sound"])
    until(lambda: library.home not in background_alignment._running)
    assert read.count("film.mp4") == 1
