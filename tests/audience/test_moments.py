"""Key moments: the planted scene is found, and nothing is told of too few viewers."""

from __future__ import annotations

from emotion_core.audience import (
    Plant,
    ScreeningSummary,
    key_moments,
    summarize,
    synthetic_reactions,
    synthetic_viewers,
)

SCENES = [(start, start + 60.0) for start in range(0, 300, 60)]


def summary(viewers: int) -> ScreeningSummary:
    """Viewers share a story in the third scene alone."""
    plant = Plant(duration=300, scenes=[SCENES[2]], gain=2.5, missing=0.02, seed=3)
    return summarize(plant.labels, SCENES, 300, synthetic_viewers(plant, viewers), synthetic_reactions(plant, viewers))


def test_the_scene_that_viewers_share_is_one() -> None:
    together = [each for each in key_moments(summary(20)) if each.kind == "together"]
    assert [each.scene for each in together] == [2]
    assert together[0].words.startswith("happy: correlation")


def test_too_few_viewers_have_none() -> None:
    """Below the settings' least number nothing is ranked."""
    assert [each for each in key_moments(summary(4)) if each.kind in ("intense", "together")] == []
