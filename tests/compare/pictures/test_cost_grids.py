"""Costs of matches beside each other are the same as those of each by itself."""

from __future__ import annotations

import numpy as np

from emotion_core.compare.pictures import MatchCosts, Steps
from emotion_core.compare.pictures.cost_grids import costs_about, window_costs
from tests.support.moving_pictures import wandering

SPACING = 6
FIRST, SECOND = wandering(4, 60, 1), wandering(4, 60, 1)[30:]
OFFSETS = np.array([-40, 0, 29, 30, 31, 100, 230])


def each_by_itself(
    match: MatchCosts, offsets: Steps, steps: Steps
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    pairs = np.broadcast_arrays(offsets, steps)
    return match.costs(pairs[0].ravel(), pairs[1].ravel()).reshape(pairs[0].shape)


def test_costs_of_a_window() -> None:
    """At even distances and at others, at both ends of the cuts and beyond them."""
    match = MatchCosts(FIRST, SECOND, SPACING)
    match.spread = 20.0
    for window in (np.arange(0, len(SECOND), SPACING), np.arange(0, 60, 2 * SPACING), np.array([200, 206, 209])):
        expected = each_by_itself(match, OFFSETS[:, None], window)
        np.testing.assert_array_equal(window_costs(match, OFFSETS, window), expected)
        assert expected.min() < 1 < expected.max()


def test_costs_about_an_offset() -> None:
    match = MatchCosts(FIRST, SECOND, SPACING)
    after = np.array([0, 3, 100, 180, 209, 209, 50])
    expected = each_by_itself(match, OFFSETS[:, None] + np.arange(-2, 3), after[:, None])
    np.testing.assert_array_equal(costs_about(match, OFFSETS, after, 2), expected)
