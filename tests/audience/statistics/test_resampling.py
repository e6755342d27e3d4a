from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience.statistics.resampling import (
    Part,
    draw_weights,
    intervals_over,
    mean_over,
    student_quantile,
)


def test_students_quantiles_are_those_of_the_tables() -> None:
    tabled = {1: 6.314, 2: 2.920, 4: 2.132, 5: 2.015, 9: 1.833, 30: 1.697, 59: 1.671}
    assert {df: student_quantile(0.95, df) for df in tabled} == pytest.approx(tabled, abs=0.001)


@pytest.mark.parametrize("viewers", [5, 8, 20])
def test_intervals_hold_the_mean_as_often_as_they_say(viewers: int) -> None:
    """Many bins, each with viewers of its own drawn around 0.4: 90 % of the intervals hold 0.4."""
    rng = np.random.default_rng(1)
    values = np.clip(rng.normal(0.4, 0.1, (viewers, 2000, 1)), 0, 1).astype(np.float32)
    low, high = intervals_over(values, [Part(np.arange(viewers), 1.0)], draw_weights(viewers, 500, 0), 0.9, 5)
    assert np.mean((low <= 0.4) & (high >= 0.4)) == pytest.approx(0.9, abs=0.025)


def test_intervals_of_a_balanced_mean_hold_it_too() -> None:
    rng = np.random.default_rng(2)
    spread = np.repeat([0.05, 0.15], [6, 14])[:, None, None]
    centre = np.repeat([0.3, 0.6], [6, 14])[:, None, None]
    values = np.clip(centre + spread * rng.standard_normal((20, 2000, 1)), 0, 1).astype(np.float32)
    parts = [Part(np.arange(6), 0.5), Part(np.arange(6, 20), 0.5)]
    assert mean_over(values, parts).mean() == pytest.approx(0.45, abs=0.005)
    low, high = intervals_over(values, parts, draw_weights(20, 500, 0), 0.9, 5)
    assert np.mean((low <= 0.45) & (high >= 0.45)) == pytest.approx(0.9, abs=0.03)


def test_missing_viewers_leave_the_interval_of_the_others() -> None:
    rng = np.random.default_rng(3)
    values = rng.random((30, 1, 2), dtype=np.float32)
    holed = np.concatenate([values, np.full((30, 1, 2), np.nan, dtype=np.float32)])
    weights = draw_weights(60, 400, 0)
    whole = intervals_over(values, [Part(np.arange(30), 1.0)], weights, 0.9, 5)
    found = intervals_over(holed, [Part(np.arange(60), 1.0)], weights, 0.9, 5)
    assert np.array(found) == pytest.approx(np.array(whole), abs=1e-6)


def test_too_few_viewers_have_no_interval() -> None:
    values = np.full((4, 3, 2), 0.5, dtype=np.float32)
    low, high = intervals_over(values, [Part(np.arange(4), 1.0)], draw_weights(4, 100, 0), 0.9, 5)
    assert np.isnan(low).all()
    assert np.isnan(high).all()
