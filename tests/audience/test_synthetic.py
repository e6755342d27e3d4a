from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience import Alignment, Plant, planted_story, synthetic_reactions, synthetic_viewers


def test_equal_seeds_give_equal_viewers() -> None:
    once, again, other = (synthetic_reactions(Plant(duration=30, seed=seed), 3) for seed in (1, 1, 2))
    assert all(np.array_equal(a.probabilities, b.probabilities) for a, b in zip(once, again, strict=True))
    assert not np.array_equal(once[0].probabilities, other[0].probabilities)


def test_readings_are_probabilities_or_missing() -> None:
    viewers = synthetic_reactions(Plant(duration=600, missing=0.3), 4)
    for viewer in viewers:
        assert viewer.probabilities[viewer.usable].sum(axis=1) == pytest.approx(1)
        assert 1 - viewer.usable.mean() == pytest.approx(0.3, abs=0.1)


def test_the_story_shows_in_its_label_after_the_lag() -> None:
    plant = Plant(duration=400, scenes=[(0, 400)], gain=2.0, lag=3.0, noise=0.3)
    (viewer,) = synthetic_reactions(plant, 1)
    happy = viewer.probabilities[:, plant.labels.index("happy")]
    story = np.repeat(planted_story(plant), 2)
    at = {lag: np.corrcoef(happy[20:], story[20 - 2 * lag : len(story) - 2 * lag])[0, 1] for lag in (0, 3, 6)}
    assert max(at, key=lambda lag: at[lag]) == 3


def test_a_recordings_readings_lie_on_its_own_clock() -> None:
    alignment = Alignment(offset=3.3, drift=0.001, method="synthetic")
    plant = Plant(duration=100, alignments=[alignment])
    (viewer,) = synthetic_reactions(plant, 1)
    grid = alignment.recording_seconds(viewer.seconds) * 2
    assert grid == pytest.approx(np.round(grid), abs=1e-6)
    assert synthetic_viewers(plant, 1)[0].alignment == alignment
