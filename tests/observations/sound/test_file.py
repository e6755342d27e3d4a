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
    store.sound_file.write(prints)
    store.seal(3, FILM)
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
    """One of an earlier version, in whose seal nothing names them."""
    store = write_store(tmp_path)
    assert "sound" not in (tmp_path / "sealed.json").read_text()
    assert store.read().sound is None
    assert store.sound() is None
    assert not store.sound_file.is_whole


@pytest.mark.parametrize("damage", ["changed", "gone", "another scan's"])
def test_damaged_ones_leave_the_numbers_whole(damage: str, tmp_path: Path) -> None:
    """A changed byte, a lost file and one of another scan are told by themselves; the scan is read without them."""
    store = with_sound(tmp_path)
    file = tmp_path / FILE
    if damage == "gone":
        file.unlink()
    elif damage == "changed":
        content = file.read_bytes()
        file.write_bytes(content[:60] + bytes([content[60] ^ 1]) + content[61:])
    else:
        store.sound_file.write(SoundPrints.none())
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
