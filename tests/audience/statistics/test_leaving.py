from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience import AudienceSettings, SceneSpan, ViewerCurves
from emotion_core.audience.statistics import audience_shares, leaving_of


def test_scenes_are_ranked_by_each_measure_and_only_those_of_the_film() -> None:
    spans = [SceneSpan(n + 1, n, n + 1, counts=n != 3) for n in range(4)]
    neutral = np.array([[0.2, 0.9, 0.5, 1.0], [0.4, np.nan, 0.5, 1.0]], dtype=np.float32)
    coverage = np.array([[1, 0.9, 0.4, 0], [1, 0.1, np.nan, 0]], dtype=np.float32)
    curves = ViewerCurves(np.stack([1 - neutral, neutral], axis=2), coverage)
    shares = audience_shares(curves, AudienceSettings(), resamples=100)
    found = leaving_of(("happy", "neutral"), spans, curves, shares)
    assert found.by_neutral == (1, 2, 0)
    assert found.by_away == (2, 1, 0)
    assert found.without_face[:2] == pytest.approx([0, 0.5])
    assert found.by_without_face[0] == 1


def test_labels_without_neutral_have_no_ranking_by_it() -> None:
    curves = ViewerCurves(np.full((1, 1, 2), 0.5, dtype=np.float32), np.ones((1, 1), dtype=np.float32))
    shares = audience_shares(curves, AudienceSettings(), resamples=100)
    found = leaving_of(("happy", "sad"), [SceneSpan(1, 0, 1)], curves, shares)
    assert (found.by_neutral, found.by_away) == ((), (0,))
