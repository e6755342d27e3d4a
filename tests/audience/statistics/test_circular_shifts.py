from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience.statistics.circular_shifts import Windows, correlate, seconds_within


def test_correlations_are_pearsons_on_the_joint_seconds() -> None:
    rng = np.random.default_rng(0)
    own, others = rng.standard_normal((2, 100)), rng.standard_normal((2, 100))
    own[:, 10:20] = np.nan
    enough = np.ones(100, dtype=bool)
    enough[30:35] = False
    windows = Windows(np.array([0, 25, 0]), np.array([50, 100, 100]))
    found = correlate(own, others, enough, windows, np.array([7]), 10)
    usable = ~np.isnan(own[0])
    moved = own.copy()
    moved[:, usable] = np.roll(own[:, usable], -7, axis=1)
    for window, (first, last) in enumerate([(0, 50), (25, 100), (0, 100)]):
        joint = usable & enough & (np.arange(100) >= first) & (np.arange(100) < last)
        for label in (0, 1):
            r = np.corrcoef(own[label, joint], others[label, joint])[0, 1]
            assert found.observed[label, window] == pytest.approx(np.arctanh(r))
            r = np.corrcoef(moved[label, joint], others[label, joint])[0, 1]
            assert found.shifted[0, label, window] == pytest.approx(np.arctanh(r), abs=1e-5)


def test_too_few_joint_seconds_and_empty_windows_have_no_correlation() -> None:
    own = np.full((1, 40), np.nan)
    own[:, :12] = np.random.default_rng(0).random(12)
    windows = Windows(np.array([0, 20, 5]), np.array([20, 40, 5]))
    found = correlate(own, own.copy(), np.ones(40, dtype=bool), windows, np.array([3]), 15)
    assert np.isnan(found.observed).all()
    assert np.isnan(found.shifted).all()


def test_seconds_are_counted_in_overlapping_windows() -> None:
    chosen = np.array([[True, False, True, True], [False] * 4])
    windows = Windows(np.array([0, 2, 1]), np.array([4, 4, 2]))
    assert seconds_within(windows, chosen).tolist() == [[3, 2, 0], [0, 0, 0]]
