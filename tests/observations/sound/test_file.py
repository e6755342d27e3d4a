"""Fingerprints of a film's sound in a scan's store: read whole or not at all, and no scan needs them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emotion_core.errors import ScanError
from emotion_core.observations import ObservationStore, SoundPrints
from emotion_core.observations.sound import FILE
from tests.support.stores import FILM, write_store

PRINTS = SoundPrints(
    np.array([1, 2**32 - 1, 7], dtype=np.uint32),
    np.array([0, 200, 255], dtype=np.uint8),
    np.array([0, 31, 255], dtype=np.uint8),
)


def with_sound(folder: Path, prints: SoundPrints = PRINTS) -> ObservationStore:
    store = write_store(folder)
    store.sound_file.write(prints, FILM.content_id)
    return store


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """With the observations, and by itself; a film without sound has prints without rows."""
    store = with_sound(tmp_path)
    sound = store.read().sound
    assert sound is not None
    for name in ("bits", "levels", "changes"):
        np.testing.assert_array_equal(getattr(sound, name), getattr(PRINTS, name))
    assert sound.known.tolist() == [False, True, True]
    empty = with_sound(tmp_path, SoundPrints.none()).sound()
    assert empty is not None
    assert len(empty) == 0


def test_a_scan_without_them_is_whole(tmp_path: Path) -> None:
    """One of an earlier version; and one from which they were deleted, which is whole all the same."""
    store = write_store(tmp_path)
    assert store.read().sound is None
    assert store.sound() is None
    assert not store.sound_file.is_of(FILM.content_id)
    with_sound(tmp_path).forget_sound()
    store.forget_sound()
    assert store.read().sound is store.sound() is None


@pytest.mark.parametrize("damage", ["changed", "cut short", "another film's"])
def test_damaged_ones_leave_the_numbers_whole(damage: str, tmp_path: Path) -> None:
    """A changed byte, half a file and one of another film are told by themselves; the scan is read without them."""
    store = with_sound(tmp_path)
    file = tmp_path / FILE
    if damage == "cut short":
        file.write_bytes(file.read_bytes()[:100])
    elif damage == "changed":
        content = file.read_bytes()
        file.write_bytes(content[:60] + bytes([content[60] ^ 1]) + content[61:])
    else:
        store.sound_file.write(PRINTS, "ab" * 32)
    observations = store.read()
    assert observations.sound is None
    assert observations.frames == 6
    with pytest.raises(ScanError, match=FILE):
        store.sound()


def test_sound_goes_with_the_segments(tmp_path: Path) -> None:
    """A film that was replaced meanwhile leaves none of its sound."""
    store = with_sound(tmp_path)
    store.drop_segments()
    assert not store.sound_file.exists
