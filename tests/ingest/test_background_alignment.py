"""Recordings brought into the film's time beside the app."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.audience import Alignment
from emotion_core.errors import EmotionError, NoSound, NotLookedAt
from emotion_core.ingest import (
    FoundMarks,
    Mark,
    background_alignment,
    find_marks,
    found_marks,
    recording_alignment,
    search_by_sound,
)
from emotion_core.library import Library, SoundSearch
from tests.support.screenings import CONSENT, taken_in
from tests.support.waiting import until

SOUND = Alignment(12.5, method="sound", confidence=0.9)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture
def screening(library: Library, tmp_path: Path) -> str:
    """A screening with two viewers in whose recordings the film's sound is to be sought."""
    (tmp_path / "film.mp4").write_bytes(b"film")
    screening = library.add_screening(taken_in(library, tmp_path / "film.mp4", 240, "film").id).id
    for name in ("Anna", "Bert"):
        path = tmp_path / f"{name}.mp4"
        path.write_bytes(name.encode())
        viewer = library.add_recorded_viewer(screening, taken_in(library, path, 240).id, consent=CONSENT)
        library.want_sound_search([viewer.id])
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


def searches(library: Library, screening: str) -> list[SoundSearch]:
    return list(library.sound_searches(screening).values())


def test_recordings_are_aligned(library: Library, screening: str, read: list[str]) -> None:
    """The film's sound is read once for all of them, and no recording twice."""
    assert searches(library, screening) == [SoundSearch(wanted=True)] * 2
    background_alignment.align_wanted(library.home)
    assert methods(library, screening) == ["sound", "sound"]
    assert read.count("film.mp4") == 1
    assert sorted(read) == ["Anna.mp4", "Bert.mp4", "film.mp4"]
    assert searches(library, screening) == []
    read.clear()
    background_alignment.align_wanted(library.home)
    assert read == []


def test_what_was_set_by_hand_or_deleted_meanwhile_stays(library: Library, screening: str, read: list[str]) -> None:
    """Before the search comes to it, and while the recording is read."""
    anna, bert = library.viewers(screening)
    library.set_viewer_alignment(anna.id, Alignment(3.0, method="typed"))
    library.forget_viewer(bert.id)
    background_alignment.align_wanted(library.home)
    assert methods(library, screening) == ["typed"]
    assert (read, searches(library, screening)) == ([], [])
    library.want_sound_search([anna.id])
    library.set_viewer_alignment(anna.id, Alignment(4.0, method="typed"))
    library.end_sound_search(anna.id, SOUND)
    library.end_sound_search(bert.id, SOUND)
    assert library.viewer(anna.id).alignment == Alignment(4.0, method="typed")


def test_without_sound_it_is_said(library: Library, screening: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The recordings stay, in time as they were, with the reason, until they are aligned otherwise."""
    failing(monkeypatch, NoSound("film.mp4 has no sound.", "Type the offset."))
    background_alignment.align_wanted(library.home)
    assert methods(library, screening) == ["start", "start"]
    why = SoundSearch(wanted=False, note="film.mp4 has no sound. Type the offset.")
    assert searches(library, screening) == [why, why]
    library.set_viewer_alignment(library.viewers(screening)[0].id, Alignment(1.0, method="typed"))
    assert searches(library, screening) == [why]


def test_a_fault_of_the_machine_is_tried_again(
    library: Library, screening: str, monkeypatch: pytest.MonkeyPatch, read: list[str]
) -> None:
    """The search stays wanted, with the reason, and is done when it is asked for again."""
    with monkeypatch.context() as patched:
        failing(patched, NotLookedAt("The reader was ended.", "Try again."))
        background_alignment.align_wanted(library.home)
    assert searches(library, screening) == [SoundSearch(wanted=True, note="The reader was ended. Try again.")] * 2
    background_alignment.align_wanted(library.home)
    assert methods(library, screening) == ["sound", "sound"]


def test_a_thread_does_it(library: Library, screening: str, read: list[str]) -> None:
    """Of several calls one works, and it ends; an alignment that was there is replaced, of all seats."""
    anna, bert = library.viewers(screening)
    library.set_viewer_alignment(anna.id, Alignment(3.0, method="typed"))
    for _ in range(3):
        search_by_sound(library, [anna.id, bert.id])
    until(lambda: methods(library, screening) == ["sound", "sound"])
    until(lambda: not background_alignment.is_searching(library.home))
    assert read.count("film.mp4") <= 2


def test_marks_are_found_by_threads(library: Library, screening: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are kept, and found once; a fault of ours leaves the fields to type in."""
    asked: list[str] = []

    def marks(library: Library, film_id: str) -> FoundMarks:
        asked.append(film_id)
        if len(asked) == 2:
            raise ValueError(film_id)
        return FoundMarks((Mark(1.0, "clap", 30.0),))

    monkeypatch.setattr(background_alignment, "marks_of", marks)
    ids = [viewer.recording or "" for viewer in library.viewers(screening)]
    assert found_marks(library, ids[0]) is None
    for _ in range(2):
        find_marks(library, ids)
    until(lambda: all(isinstance(found_marks(library, each), FoundMarks) for each in ids))
    assert sorted(asked) == sorted(ids)
    kept = [found_marks(library, each) for each in asked]
    assert kept == [
        FoundMarks((Mark(1.0, "clap", 30.0),)),
        FoundMarks((), "Something went wrong. Type the seconds."),
    ]
