from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emotion_core.audience import (
    Alignment,
    AudienceSettings,
    Plant,
    Reactions,
    ScreeningSummary,
    read_ratings,
    spans_of,
    summarize,
    synthetic_reactions,
    synthetic_viewers,
)
from emotion_core.errors import SettingsError

FEW = AudienceSettings(resamples=100, second_resamples=100, shifts=99, permutations=99)


def summary_of(count: int, **planted: object) -> ScreeningSummary:
    plant = Plant(duration=60, **planted)  # type: ignore[arg-type]
    viewers, reactions = synthetic_viewers(plant, count), synthetic_reactions(plant, count)
    return summarize(plant.labels, [(0, 30), (30, 60)], 60.0, viewers, reactions, FEW)


@pytest.mark.parametrize("count", [0, 1, 2, 60])
def test_any_number_of_viewers_has_numbers_or_none(count: int) -> None:
    summary = summary_of(count)
    assert summary.by_scene.viewers.tolist() == [count, count]
    assert np.isnan(summary.by_scene.share).all() == (count == 0)
    assert np.isnan(summary.by_scene.low).all() == (count < 5)
    assert summary.viewer_seconds.values.shape == (count, 60, 7)


def test_a_scene_that_nobody_showed_a_face_in_has_no_numbers() -> None:
    plant = Plant(duration=60)
    reactions = [
        Reactions(r.labels, r.seconds, np.where(r.seconds[:, None] < 30, r.probabilities, np.nan))
        for r in synthetic_reactions(plant, 6)
    ]
    summary = summarize(plant.labels, [(0, 30), (30, 60)], 60.0, synthetic_viewers(plant, 6), reactions, FEW)
    assert summary.by_scene.viewers.tolist() == [6, 0]
    assert np.isnan(summary.by_scene.share[1]).all()
    assert summary.by_scene.no_interval_because(1) == "no viewer with a usable face"
    assert summary.by_scene.coverage.tolist() == [1, 0]


def test_a_planted_effect_of_a_group_is_in_its_shares() -> None:
    summary = summary_of(40, effects={"calm": 0.0, "merry": 2.0})
    (column,) = summary.groups
    happy = summary.labels.index("happy")
    calm, merry = (group.film for group in column.groups)
    assert merry.low[0, happy] > calm.high[0, happy]


def test_a_viewer_read_with_other_labels_is_named() -> None:
    plant = Plant(duration=10)
    viewers, reactions = synthetic_viewers(plant, 1), synthetic_reactions(plant, 1)
    with pytest.raises(SettingsError, match="Synthetic viewer 1"):
        summarize(("happy", "neutral"), [(0, 10)], 10.0, viewers, reactions)


def test_reviews_are_summed_up_beside_the_reactions() -> None:
    plant = Plant(duration=60)
    viewers, reactions = synthetic_viewers(plant, 6), synthetic_reactions(plant, 6)
    scenes = spans_of([(0, 30), (30, 60)])
    table = read_ratings("viewer,rating\n" + "".join(f"{v.name},{v.number}\n" for v in viewers), viewers, scenes)
    summary = summarize(plant.labels, scenes, 60.0, viewers, reactions, FEW, ratings=table)
    assert summary.ratings is not None
    assert summary.ratings.raw.value == pytest.approx(3.5)
    assert summary.ratings.across_viewers.count == 6


def test_what_was_planted_is_found_whatever_the_recordings_clocks() -> None:
    """A story in scene 2 that the second group follows too, offsets and drifts, and a fifth of the readings missing."""
    plant = Plant(
        duration=240,
        scenes=[(60, 120)],
        gain=2.0,
        effects={"calm": 0.0, "merry": 2.5},
        missing=0.2,
        alignments=[Alignment(3.7, 0.0005), Alignment(-2.2, -0.0003), Alignment(100.0)],
        seed=3,
    )
    viewers, reactions = synthetic_viewers(plant, 14), synthetic_reactions(plant, 14)
    found = [
        summarize(plant.labels, [(t, t + 60) for t in range(0, 240, 60)], 240.0, viewers, reactions, settings)
        for settings in (FEW, FEW, replace(FEW, seed=1))
    ]
    happy = plant.labels.index("happy")
    assert found[0].synchrony.adjusted[:, happy].argmin() == 1
    assert found[0].synchrony.adjusted[1, happy] <= 0.05
    (differences,) = found[0].differences
    assert (differences.adjusted[:, happy] <= 0.05).sum() >= 2
    assert found[0].film_differences[0].adjusted[0, happy] <= 0.05
    once, again, other = (summary.by_scene.low for summary in found)
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)
    assert np.array_equal(found[0].synchrony.p, found[1].synchrony.p)
