"""Recordings brought into the film's time by the film's sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from emotion_core.decoding import BandEnergies, isolated
from emotion_core.errors import AlignmentError, LibraryError, NoSound, SettingsError
from emotion_core.ingest import align_viewer_by_sound, marks_of, sound_of
from emotion_core.library import Library
from tests.support.screenings import CONSENT, readings, recording, taken_in


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


def sound(seed: int, seconds: int = 60) -> NDArray[np.uint8]:
    """Levels of a sound that changes all the time."""
    from emotion_core.decoding.sound import BANDS

    random = np.random.default_rng(seed)
    loud = np.repeat(random.integers(60, 250, (seconds * 10, BANDS)), 10, axis=0)
    return np.asarray(np.clip(loud + random.integers(-5, 6, loud.shape), 1, 255), dtype=np.uint8)


def test_all_seats_of_a_recording_move_together(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The offset is found and stored for each viewer of the recording; another film's sound is refused."""
    files = {name: tmp_path / f"{name}.mp4" for name in ("film", "room", "other")}
    for name, file in files.items():
        file.write_bytes(name.encode())
    film = taken_in(library, files["film"], 1440, role="film")
    room, other = taken_in(library, files["room"], 1440), taken_in(library, files["other"], 1440)
    heard = {film.id: sound(1), room.id: np.concatenate([sound(2, 5), sound(1)]), other.id: sound(3)}
    monkeypatch.setattr(isolated, "band_energies", lambda path, content, name: BandEnergies(heard[content]))
    screening = library.add_screening(film.id).id
    seats = [library.add_recorded_viewer(screening, room.id, consent=CONSENT, seat=seat) for seat in (1, 2)]
    stranger = library.add_recorded_viewer(screening, other.id, consent=CONSENT)
    found = align_viewer_by_sound(library, seats[0].id)
    assert found.method == "sound"
    assert found.offset == pytest.approx(5, abs=0.04)
    assert {library.viewer(each.id).alignment for each in seats} == {found}
    with pytest.raises(AlignmentError):
        align_viewer_by_sound(library, stranger.id, sound_of(library, film.id))
    assert library.viewer(stranger.id).alignment.method == "start"
    live = library.add_live_viewer(screening, readings(5), consent=CONSENT)
    with pytest.raises(SettingsError, match="is no recording"):
        align_viewer_by_sound(library, live.id)
    files["room"].unlink()
    with pytest.raises(LibraryError, match="no longer at"):
        align_viewer_by_sound(library, seats[1].id)


def test_claps_and_flashes_are_offered_as_marks(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ascending in time, those of sound and picture together; what a file lacks is told, and the rest is there."""
    levels = np.full_like(sound(1, 4), 100)
    levels[150:160] = 250

    def clapped(path: Path, content: str, name: str) -> BandEnergies:
        return BandEnergies(levels)

    def silent(path: Path, content: str, name: str) -> BandEnergies:
        raise NoSound(f"{name} has no sound.", "Type the offset.")

    bright = [128.0] * 96
    bright[60:62] = [220.0, 190.0]
    film = recording(library, tmp_path / "film.mp4", [{}] * 8, bright)
    (tmp_path / "unread.mp4").write_bytes(b"unread")
    unread = taken_in(library, tmp_path / "unread.mp4", 96)
    monkeypatch.setattr(isolated, "band_energies", clapped)
    found = marks_of(library, film.id)
    assert [(mark.kind, mark.second) for mark in found.marks] == [("clap", 1.5), ("flash", 2.5)]
    assert (found.marks[1].strength, found.note) == (92.0, "")
    assert "as soon as it is analysed" in marks_of(library, unread.id).note
    monkeypatch.setattr(isolated, "band_energies", silent)
    quiet = marks_of(library, film.id)
    assert [mark.kind for mark in quiet.marks] == ["flash"]
    assert quiet.note == "film.mp4 has no sound. Type the offset."
