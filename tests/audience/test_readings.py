"""A live viewer's readings and their file."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience import Readings
from emotion_core.labels import REFERENCE_LABELS
from tests.support.scans import CHECKPOINT, ENGINE
from tests.support.screenings import readings


def test_readings_come_back_as_they_were() -> None:
    """A file holds all of it; a picture without a face stays without numbers."""
    taken = Readings(
        ("sad", "happy"),
        np.array([0.0, 0.1, 0.1]),
        np.array([[0.25, 0.75], [np.nan, np.nan], [0.5, 0.5]]),
        np.array([1e9, 1e9 + 0.1, 1e9 + 0.2]),
        CHECKPOINT,
        ENGINE,
        {"dropped": "3 pictures"},
    )
    back = Readings.from_bytes(taken.to_bytes())
    assert (back.labels, back.checkpoint, back.engine) == (taken.labels, CHECKPOINT, ENGINE)
    assert back.facts == taken.facts
    assert back.usable == 2
    for one, other in ((back.seconds, taken.seconds), (back.taken_at, taken.taken_at)):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_allclose(back.probabilities, taken.probabilities)


def test_a_changed_byte_is_noticed() -> None:
    """Every flipped byte of the file makes it unreadable, as does a cut end."""
    content = bytearray(readings(5).to_bytes())
    for at in range(0, len(content), 97):
        content[at] ^= 1
        with pytest.raises(ValueError, match="not those that were written"):
            Readings.from_bytes(bytes(content))
        content[at] ^= 1
    with pytest.raises(ValueError, match="not those that were written"):
        Readings.from_bytes(bytes(content[:-1]))


def test_readings_that_do_not_fit_are_refused() -> None:
    """A row for each time, and times that are numbers."""
    with pytest.raises(ValueError, match="probabilities"):
        Readings(REFERENCE_LABELS, np.zeros(2), np.zeros((3, 7)), np.zeros(2))
    with pytest.raises(ValueError, match="no number"):
        Readings(("a",), np.array([np.nan]), np.ones((1, 1)), np.zeros(1))
