"""The curve of shares inside scenes."""

from __future__ import annotations

import numpy as np

from emotion_core.analysis import share_curve
from tests.support.scans import sums_of

STARTS, ENDS = np.array([0.0, 4.0]), np.array([4.0, 6.0])


def test_by_the_second_each_point_is_that_seconds_mean() -> None:
    """A point lies in the middle of its second; a second without faces has none, and a row of NaN ends each scene."""
    sums = sums_of([1, 1, 0, 1, 1, 1], [0.1, 0.2, 0.9, 0.4, 0.5, 0.6], [0, 0, 0, 0, 1, 1])
    found = share_curve(sums, STARTS, ENDS, 0, step=1, smoothing=1)
    np.testing.assert_allclose(found.seconds, [0.5, 1.5, 2.5, 3.5, 4, 4.5, 5.5, 6])
    np.testing.assert_allclose(found.shares[[0, 1, 3, 5, 6], 0], [0.1, 0.2, 0.4, 0.5, 0.6])
    assert np.isnan(found.shares[[2, 4, 7]]).all()


def test_smoothing_takes_weighted_neighbours_of_the_same_scene_only() -> None:
    """With 3 s a point is the weighted mean around it, and nothing of the next scene enters."""
    sums = sums_of([1, 1, 1, 3, 1, 1], [0.0, 0.0, 0.0, 1.0, 0.3, 0.3], [0, 0, 0, 0, 1, 1])
    found = share_curve(sums, STARTS, ENDS, 0, step=1, smoothing=3)
    np.testing.assert_allclose(found.shares[3, 0], 3 / 4)  # frames at 2 and 3 s, weights 1 and 3
    np.testing.assert_allclose(found.shares[5:7, 0], 0.3)


def test_a_part_of_the_film_has_the_same_points() -> None:
    """Asked for later scenes only, the points are those of the whole film."""
    sums = sums_of([1, 2, 1, 3, 1, 2], [0.1, 0.2, 0.9, 0.4, 0.5, 0.6], [0, 0, 0, 0, 1, 1])
    whole, part = (share_curve(sums, STARTS[i:], ENDS[i:], i, step=1, smoothing=1) for i in (0, 1))
    np.testing.assert_allclose(part.seconds, whole.seconds[5:])
    np.testing.assert_allclose(part.shares, whole.shares[5:])
