"""How much a cut moves in the fields that move most: the figures, and that no telling pair is passed over by them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from emotion_core.compare.pictures import local_motion
from emotion_core.compare.pictures.frame_similarity import MatchCosts
from emotion_core.compare.pictures.motion_amounts import FIELDS, STEPS, UNIT, MotionAmounts

N, CHANGE_STEPS = 120, 3


def cut(seed: int) -> NDArray[np.uint8]:
    """A picture with coding noise in which a few fields move, more in some seconds than in others."""
    random = np.random.default_rng(seed)
    picture = random.integers(60, 190, 144).astype(float)
    moved = picture + random.normal(0, 0.6, (N, 144))
    for begin in range(0, N, 20):
        fields = random.choice(144, random.integers(0, 10), replace=False)
        moved[begin : begin + 20, fields] += random.normal(0, random.uniform(0, 6), (20, len(fields)))
    return moved.clip(0, 255).round().astype(np.uint8)


@pytest.mark.parametrize("direction", [1, -1])
def test_they_are_the_variances_of_a_second(direction: int) -> None:
    """The largest, the median and the mean field's variance over STEPS pictures, which stop at the cut's ends."""
    film, steps = cut(1), np.array([0, 5, 60, N - 2, N - 1])
    most, medians, means = MotionAmounts(film, CHANGE_STEPS).of(steps, direction)
    at = (steps[:, None] + direction * CHANGE_STEPS * np.arange(STEPS)).clip(0, N - 1)
    variances = film[at].astype(float).var(axis=1)
    assert most / UNIT == pytest.approx(np.sort(variances, axis=1)[:, -FIELDS:])
    assert medians / UNIT == pytest.approx(np.median(variances, axis=1))
    assert means / UNIT == pytest.approx(variances.mean(axis=1))


def test_no_pair_whose_motion_tells_something_is_passed_over() -> None:
    """Of all pairs that hardly move, those that are not looked at have local motion within coding."""
    match = MatchCosts(cut(2), cut(3), CHANGE_STEPS)
    before, after = (grid.ravel() for grid in np.meshgrid(np.arange(N), np.arange(N)))
    for direction in (1, -1):
        looked_at = set(local_motion._may_tell(match, before, after, direction).tolist())
        tells = np.isfinite(local_motion._costs(match, before, after, direction))
        assert 0 < tells.sum() < len(tells)
        assert set(np.flatnonzero(tells).tolist()) <= looked_at
