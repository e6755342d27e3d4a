from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience import AudienceSettings, ViewerCurves
from emotion_core.audience.statistics import audience_shares

SETTINGS = AudienceSettings()


def curves(happy: list[list[float]]) -> ViewerCurves:
    values = np.array(happy, dtype=np.float32)
    coverage = np.where(np.isnan(values), 0, 1).astype(np.float32)
    return ViewerCurves(np.stack([values, 1 - values], axis=2), coverage)


def test_each_viewer_weighs_the_same() -> None:
    shares = audience_shares(curves([[0.2, np.nan], [0.4, np.nan], [0.6, 0.9]]), SETTINGS, resamples=100)
    assert shares.share[:, 0] == pytest.approx([0.4, 0.9])
    assert shares.viewers.tolist() == [3, 1]
    assert shares.coverage == pytest.approx([1, 1 / 3])


def test_few_viewers_have_no_interval_and_a_reason() -> None:
    shares = audience_shares(curves([[0.2, np.nan]] * 4), SETTINGS, resamples=100)
    assert np.isnan(shares.low).all()
    assert shares.no_interval_because(0) == "too few viewers: 4 of at least 5"
    assert shares.no_interval_because(1) == "no viewer with a usable face"
    assert np.isnan(shares.share[1]).all()


def test_enough_viewers_have_an_interval_around_the_share() -> None:
    rng = np.random.default_rng(0)
    shares = audience_shares(curves(rng.random((8, 5)).tolist()), SETTINGS, resamples=200)
    assert shares.no_interval_because(0) is None
    assert (shares.low < shares.share).all()
    assert (shares.share < shares.high).all()


def test_equal_settings_give_equal_intervals() -> None:
    rng = np.random.default_rng(0)
    bins = curves(rng.random((8, 5)).tolist())
    once, again = (audience_shares(bins, SETTINGS, resamples=200) for _ in range(2))
    other = audience_shares(bins, AudienceSettings(seed=1), resamples=200)
    assert np.array_equal(once.low, again.low)
    assert not np.array_equal(once.low, other.low)
