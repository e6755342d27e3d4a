"""Moments marked by hand give offset and drift, or a clear error."""

from __future__ import annotations

import pytest

from emotion_core.audience import Alignment, alignment_from_marks
from emotion_core.errors import SettingsError


def test_one_pair_gives_the_offset() -> None:
    """The recording began before the film, or after it."""
    assert alignment_from_marks([(1.5, 13.0)]) == Alignment(11.5, 0.0, "mark")
    assert alignment_from_marks([(20.0, 2.0)]).offset == -18


def test_more_pairs_give_drift_too() -> None:
    """Two exactly, more by least squares."""
    exact = alignment_from_marks([(10, 15.002), (1010, 1015.202)])
    assert (exact.offset, exact.drift) == pytest.approx((5, 2e-4))
    more = alignment_from_marks([(0, 5.01), (500, 505.09), (1000, 1005.21)])
    assert (more.offset, more.drift) == pytest.approx((5.003333, 2e-4), abs=1e-6)


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([], "No moment is marked"),
        ([(-1.0, 2.0)], "no second of the film"),
        ([(1.0, float("nan"))], "no second of the film"),
        ([(5.0, 2.0), (5.0, 3.0)], "All marks are at second 5"),
        ([(5.0, 2.0), (6.0, 9.0)], "7 times the film's speed. 0.99 to 1.01 times are possible"),
        ([(5.0, 9.0), (6.0, 2.0)], "-7 times the film's speed"),
        ([(0.0, 99_999.0)], "offset is 99999.0 seconds"),
    ],
)
def test_impossible_marks_are_refused(pairs: list[tuple[float, float]], message: str) -> None:
    """What was given, and what is possible."""
    with pytest.raises(SettingsError, match=message):
        alignment_from_marks(pairs)
