"""The cheap test whether two cuts share footage."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from emotion_core.compare import may_share_footage, shares_footage, sketch
from emotion_core.observations import Layouts, Observations
from tests.support.planted_footage import recoded, synthetic_takes
from tests.support.scans import PAL, media, observations

TAKES = synthetic_takes(12, 120, 21)


def film(*layouts: Layouts) -> Observations:
    layout = np.concatenate(layouts)
    scan = observations({}, frames=len(layout), film=media(duration=Fraction(len(layout)) / PAL))
    return replace(scan, scores=replace(scan.scores, layout=layout))


@pytest.mark.parametrize("shared", [1, 3, 6])
def test_shared_footage_is_noticed(shared: int) -> None:
    """A re-coded take or more at another place is enough; also where the first film is longer."""
    before = film(*TAKES[:6])
    after = film(*TAKES[6:12], *(recoded(take[10:], i) for i, take in enumerate(TAKES[:shared])))
    for first, second in ((before, after), (after, before)):
        assert shares_footage(first, second)
        assert may_share_footage(sketch(first), sketch(second))


def test_films_that_share_nothing_are_told_apart() -> None:
    first, second = film(*TAKES[:6]), film(*TAKES[6:])
    assert not shares_footage(first, second)
    assert not may_share_footage(sketch(first), sketch(second))


def test_plain_pictures_are_no_shared_footage() -> None:
    """Two films of nothing but grey have nothing to know each other by."""
    grey = film(np.full((100, 144), 128, dtype=np.uint8))
    assert not shares_footage(grey, grey)
    assert not may_share_footage(sketch(grey), sketch(grey))
