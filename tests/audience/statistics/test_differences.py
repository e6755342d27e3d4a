from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience import AudienceSettings, Differences, Viewer, ViewerCurves
from emotion_core.audience.statistics import columns_of, differences_of, group_column

SETTINGS = AudienceSettings(resamples=100, permutations=199)


def compare(sizes: dict[str, int], happy: np.ndarray) -> Differences:
    """`happy` is (viewers, scenes), viewers in the order of the groups."""
    names = [name for name, size in sizes.items() for _ in range(size)]
    rows = [Viewer(str(n), "s", str(n), n, "synthetic", None, {"seat": name}) for n, name in enumerate(names)]
    values = happy.astype(np.float32)
    bins = ViewerCurves(np.stack([values, 1 - values], axis=2), np.ones_like(values))
    ((name, own),) = columns_of(rows)
    column = group_column(name, own, len(rows), dict.fromkeys(("seconds", "scenes", "film"), (bins, 100)), SETTINGS)
    return differences_of(column, bins, SETTINGS)


def test_a_planted_difference_is_found_in_its_scene_alone() -> None:
    rng = np.random.default_rng(0)
    happy = rng.normal(0.4, 0.05, (20, 6))
    happy[10:, 2] += 0.2
    found = compare({"back": 10, "front": 10}, happy)
    assert found.adjusted[2, 0] <= 0.01
    assert found.spread[2, 0] == pytest.approx(0.2, abs=0.05)
    assert (found.adjusted[[0, 1, 3, 4, 5], 0] > 0.05).all()
    assert (found.adjusted >= found.p).all()


def test_without_a_difference_five_percent_are_called_and_almost_none_after_adjusting() -> None:
    rng = np.random.default_rng(1)
    found = compare({"a": 7, "b": 9, "c": 6}, rng.normal(0.4, 0.05, (22, 800)))
    assert np.mean(found.p[:, 0] <= 0.05) == pytest.approx(0.05, abs=0.025)
    assert (found.adjusted[:, 0] <= 0.05).sum() <= 1


def test_small_groups_are_named_and_not_compared() -> None:
    rng = np.random.default_rng(2)
    found = compare({"a": 6, "b": 4, "c": 6}, rng.random((16, 2)))
    assert (found.groups, found.too_few) == (("a", "c"), ("b",))
    alone = compare({"a": 6, "b": 4}, rng.random((10, 2)))
    assert alone.reason == "fewer than two groups have at least 5 viewers"
    assert np.isnan(alone.p).all()


def test_a_scene_in_which_a_group_lacks_faces_is_not_compared() -> None:
    rng = np.random.default_rng(3)
    happy = rng.random((12, 2))
    happy[:3, 1] = np.nan
    found = compare({"a": 6, "b": 6}, happy)
    assert found.because(0) is None
    assert found.because(1) == "a group has fewer than 5 viewers with a usable face"


def test_equal_viewers_do_not_differ() -> None:
    assert (compare({"a": 6, "b": 6}, np.full((12, 2), 0.3)).p == 1).all()
