from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from emotion_core.analysis import Analysis, analyse
from emotion_core.audience import AudienceSettings, Plant, ViewerCurves, spans_of, synthetic_reactions
from emotion_core.audience.statistics import (
    audience_shares,
    best_lag,
    cast_against_audience,
    curves_by_scene,
    curves_by_second,
)
from emotion_core.labels import REFERENCE_LABELS
from tests.support.scans import by_cuts, logits_of, observations

SETTINGS = AudienceSettings(resamples=100, second_resamples=200)
BOX = (100.0, 80.0, 60.0, 60.0)


def film(happy: Sequence[float | None], scene_seconds: int) -> Analysis:
    """A film whose one face shows `happy` in each second, else neutral (None: no face), with equal scenes."""
    looks = {
        25 * s: [] if value is None else [(BOX, 0.9, logits_of(happy=value, neutral=0.94 - value))]
        for s, value in enumerate(happy)
    }
    cuts = range(0, 25 * len(happy), 25 * scene_seconds)
    return analyse(observations(looks, frames=25 * len(happy)), by_cuts(*cuts))


def waves(seconds: int, seed: int = 0) -> np.ndarray:
    drawn = np.random.default_rng(seed).standard_normal(seconds + 4)
    return np.asarray(np.convolve(drawn, np.ones(5) / 5, "valid") * 5**0.5)


@pytest.mark.parametrize("lag", [-2, 0, 3])
def test_a_planted_lag_is_found_within_its_interval(lag: int) -> None:
    story = waves(320)
    rng = np.random.default_rng(1)
    cast = (0.5 + 0.1 * story[10:310]).astype(np.float32)
    shown = 0.5 + 0.05 * story[10 - lag : 310 - lag]
    viewers = (shown + 0.05 * rng.standard_normal((10, 300))).astype(np.float32)
    viewers[rng.random(viewers.shape) < 0.1] = np.nan
    found = best_lag(cast, viewers, SETTINGS)
    assert found.reason is None
    assert found.seconds == pytest.approx(lag, abs=0.3)
    assert found.low is not None
    assert found.high is not None
    assert found.low - 0.3 <= lag <= found.high + 0.3
    assert found.high - found.low < 1.5


def test_unrelated_curves_have_a_lag_in_about_five_percent() -> None:
    found = [
        best_lag(
            (0.5 + 0.1 * waves(200, seed)).astype(np.float32),
            (0.5 + 0.1 * np.stack([waves(200, 1000 + 10 * seed + v) for v in range(3)])).astype(np.float32),
            SETTINGS,
        )
        for seed in range(60)
    ]
    assert np.mean([lag.seconds is not None for lag in found]) <= 0.15
    assert {lag.reason for lag in found if lag.seconds is None} <= {
        "no match better than chance", "the best match lies beyond 10 seconds",
    }  # fmt: skip


def test_constant_short_and_missing_curves_have_no_lag_but_a_reason() -> None:
    cast = (0.5 + 0.1 * waves(100)).astype(np.float32)
    assert best_lag(cast, np.full((6, 100), 0.3, dtype=np.float32), SETTINGS).reason == "a curve does not change"
    short = best_lag(cast[:50], np.stack([cast[:50]] * 6), SETTINGS)
    assert short.reason == "fewer than 60 seconds with faces of cast and audience"
    assert best_lag(cast, np.full((6, 100), np.nan, dtype=np.float32), SETTINGS).seconds is None
    few = best_lag(cast, np.stack([cast] * 2), SETTINGS)
    assert few.seconds == pytest.approx(0, abs=0.2)
    assert few.low is None
    assert "too few viewers" in str(few.reason)


def test_scenes_are_ranked_by_their_distance() -> None:
    analysis = film([0.1] * 20 + [0.8] * 20 + [0.4] * 20, 20)
    spans = spans_of(analysis.scenes)
    happy = np.repeat([[0.1, 0.2, 0.1]], 6, axis=0)
    values = np.zeros((6, 3, 7), dtype=np.float32)
    values[:, :, REFERENCE_LABELS.index("happy")] = happy
    values[:, :, REFERENCE_LABELS.index("neutral")] = 0.94 - happy
    values[:, :, [i for i, name in enumerate(REFERENCE_LABELS) if name not in ("happy", "neutral")]] = 0.06 / 5
    scenes = ViewerCurves(values, np.ones((6, 3), dtype=np.float32))
    seconds = ViewerCurves(np.repeat(values, 20, axis=1), np.ones((6, 60), dtype=np.float32))
    shares = audience_shares(scenes, SETTINGS, resamples=100)
    found = cast_against_audience(analysis, REFERENCE_LABELS, spans, seconds, shares, SETTINGS)
    assert found.distance == pytest.approx([0, 0.6, 0.3], abs=1e-4)
    assert found.by_distance == (1, 2, 0)
    assert found.seconds[25] == pytest.approx(found.scenes[1], abs=1e-5)
    few = audience_shares(ViewerCurves(values[:3], scenes.coverage[:3]), SETTINGS, resamples=100)
    assert cast_against_audience(analysis, REFERENCE_LABELS, spans, seconds, few, SETTINGS).by_distance == ()
    hidden = film([0.1] * 20 + [0.8] * 4 + [None] * 16 + [0.4] * 20, 20)
    found = cast_against_audience(hidden, REFERENCE_LABELS, spans, seconds, shares, SETTINGS)
    assert found.distance[1] == pytest.approx(0.6, abs=1e-4)
    assert found.by_distance == (2, 0)  # the cast has a face on 4 of 20 frames, below the coverage floor


def test_an_audience_read_with_other_labels_is_not_compared() -> None:
    analysis = film([0.1] * 20, 20)
    plant = Plant(labels=("happy", "neutral"), duration=20)
    viewers, spans = synthetic_reactions(plant, 2), spans_of(analysis.scenes)
    scenes = curves_by_scene(viewers, spans, SETTINGS, 2)
    shares = audience_shares(scenes, SETTINGS, resamples=100)
    seconds = curves_by_second(viewers, 20, SETTINGS, 2)
    found = cast_against_audience(analysis, plant.labels, spans, seconds, shares, SETTINGS)
    assert "other labels" in str(found.reason)
    assert found.distance.shape == (1,)
    assert np.isnan(found.distance).all()
