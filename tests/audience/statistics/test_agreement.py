from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience import AudienceSettings
from emotion_core.audience.statistics.agreement import across_scenes, across_viewers, rank_correlation

SETTINGS = AudienceSettings(resamples=200)


def test_rank_correlation_is_spearmans_with_ties() -> None:
    one, other = np.array([1.0, 2.0, 2.0, 4.0, np.nan]), np.array([10.0, 20.0, 30.0, 40.0, 0.0])
    assert rank_correlation(one, other) == pytest.approx(0.9486833)
    assert rank_correlation(np.ones(4), np.arange(4.0)) is None


def test_viewers_whose_ratings_follow_their_faces_agree() -> None:
    rng = np.random.default_rng(0)
    intensity = rng.random(30)
    found = across_viewers(intensity + 0.1 * rng.standard_normal(30), intensity, SETTINGS)
    assert found.low is not None
    assert found.correlation is not None
    assert found.high is not None
    assert 0.5 < found.low < found.correlation < found.high <= 1


def test_unrelated_ratings_have_an_interval_around_zero() -> None:
    rng = np.random.default_rng(1)
    found = across_scenes(rng.random((12, 20)), rng.random((12, 20)), SETTINGS)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0 < found.high
    assert found.count == 20


def test_too_few_have_reasons() -> None:
    rng = np.random.default_rng(2)
    assert "too few viewers" in str(across_viewers(rng.random(4), rng.random(4), SETTINGS).reason)
    few = across_scenes(rng.random((3, 8)), rng.random((3, 8)), SETTINGS)
    assert few.correlation is not None
    assert few.low is None
    assert "too few viewers" in str(few.reason)
    assert "fewer than 5 scenes" in str(across_scenes(rng.random((6, 4)), rng.random((6, 4)), SETTINGS).reason)
    assert across_viewers(np.ones(9), rng.random(9), SETTINGS).reason == "all viewers rated alike"
    assert "neutral" in str(across_viewers(rng.random(9), None, SETTINGS).reason)
