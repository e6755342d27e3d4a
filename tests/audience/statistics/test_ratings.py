from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience import AudienceSettings, SceneSpan, Viewer, read_ratings
from emotion_core.audience.statistics import ratings_beside_reactions

SETTINGS = AudienceSettings(resamples=200)
SPANS = [SceneSpan(n + 1, 10 * n, 10 * n + 10) for n in range(6)]


def viewers(count: int) -> list[Viewer]:
    return [Viewer(str(n), "s", f"V{n}", n, "live", None) for n in range(count)]


def test_raw_and_balanced_means_are_beside_each_other() -> None:
    rows = [f"V{n},{5 if n < 8 else 1},{'fans' if n < 8 else 'others'}" for n in range(13)]
    table = read_ratings("viewer,rating,who\n" + "\n".join(rows), viewers(13), SPANS)
    found = ratings_beside_reactions(table, SPANS, None, None, SETTINGS)
    assert found.raw.value == pytest.approx((8 * 5 + 5 * 1) / 13)
    assert found.raw.low is not None
    assert found.raw.low < (8 * 5 + 5 * 1) / 13
    (column,) = found.columns
    assert column.balanced.value == pytest.approx(3)
    assert [(group.name, group.rating.value, group.too_few) for group in column.groups] == [
        ("fans", 5, False), ("others", 1, False),
    ]  # fmt: skip


def test_where_ratings_and_faces_part_is_named_by_scene_and_group() -> None:
    """Scene 3 is rated high while faces stay calm; group b rates higher than its faces are lively."""
    rng = np.random.default_rng(0)
    shown = np.linspace(0.1, 0.6, 6) + 0.01 * rng.standard_normal((12, 6))
    rated = 1 + 5 * shown + np.where(np.arange(12) >= 6, 1.0, 0.0)[:, None]
    rated[:, 2] += 3
    rows = [f"V{v},{rated[v, s]:.2f},{s + 1},{'b' if v >= 6 else 'a'}" for v in range(12) for s in range(6)]
    table = read_ratings("viewer,rating,scene,seat\n" + "\n".join(rows), viewers(12), SPANS)
    intensity = shown.astype(np.float32)
    found = ratings_beside_reactions(table, SPANS, intensity, intensity.mean(axis=1), SETTINGS)
    assert found.by_gap[0] == 2
    assert found.gaps[2] > 1
    first, second = (group.gap for group in found.columns[0].groups)
    assert first.value is not None
    assert second.value is not None
    assert second.value - first.value > 1
    assert found.across_scenes.low is not None
    assert found.scenes[2].people == 12


def test_few_reviewers_have_means_and_no_intervals() -> None:
    table = read_ratings("viewer,rating\nV0,4\nV1,2\nBob,3\n", viewers(2), SPANS)
    found = ratings_beside_reactions(table, SPANS, None, None, SETTINGS)
    assert (found.raw.low, found.raw.people) == (None, 3)
    assert found.raw.value == pytest.approx(3)
    assert found.scenes[0].value is None
    assert any("1 reviewer without a place among the viewers" in note for note in found.notes)
    assert found.by_gap == ()
