from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience import AudienceSettings, Plant, ViewerCurves, synthetic_reactions
from emotion_core.audience.statistics import curves_by_second, synchrony_of
from emotion_core.audience.statistics.synchrony import adjusted_p

SETTINGS = AudienceSettings(shifts=199)
SCENES = [(start, start + 60) for start in range(0, 300, 60)]


def curves(count: int, **planted: object) -> ViewerCurves:
    plant = Plant(duration=300, rate=1.0, **planted)  # type: ignore[arg-type]
    return curves_by_second(synthetic_reactions(plant, count), 300, SETTINGS, 7)


def happy_of(values: np.ndarray) -> ViewerCurves:
    """Curves of two labels, from (viewers, seconds) of the first."""
    shown = values.astype(np.float32)
    return ViewerCurves(np.stack([shown, 1 - shown], axis=2), np.where(np.isnan(shown), 0, 1).astype(np.float32))


def test_scenes_with_a_shared_story_are_synchronous_and_others_are_not() -> None:
    plant = Plant()
    scenes, film = synchrony_of(curves(12, scenes=[(60, 120), (240, 300)], gain=2.0, missing=0.1), SCENES, SETTINGS)
    happy = plant.labels.index("happy")
    assert (scenes.adjusted[[1, 4], happy] <= 0.05).all()
    assert (scenes.correlation[[1, 4], happy] > 0.4).all()
    assert (scenes.adjusted[[0, 2, 3], happy] > 0.05).all()
    assert film.p[0, happy] == pytest.approx(1 / 200)
    assert scenes.viewers[0, happy] == 12


def test_intensitys_synchrony_is_that_of_neutral() -> None:
    """The mean of the others' intensity is 1 minus that of their neutral: both correlations are the same."""
    scenes, _ = synchrony_of(curves(5), SCENES, SETTINGS)
    rng = np.random.default_rng(0)
    two, _ = synchrony_of(happy_of(rng.random((5, 300))), SCENES, SETTINGS)
    assert two.correlation[:, 0] == pytest.approx(two.correlation[:, 1], abs=1e-4)
    assert scenes.correlation.shape == (5, 7)


def test_chance_is_called_synchronous_in_about_five_percent() -> None:
    """A small version of what tests/benchmarks/screening.py measures on 1,000 screenings."""
    calls = []
    for seed in range(15):
        scenes, _ = synchrony_of(curves(6, missing=0.1, seed=100 + seed), SCENES, AudienceSettings(shifts=99))
        calls.append(scenes.p <= 0.05)
    assert 0.015 <= np.mean(calls) <= 0.095


def test_constant_curves_have_no_synchrony() -> None:
    scenes, film = synchrony_of(happy_of(np.full((5, 300), 0.4)), SCENES, SETTINGS)
    for found in (scenes, film):
        assert np.isnan(found.p).all()
        assert np.isnan(found.correlation).all()
        assert found.because(0, 0) == "fewer than 3 viewers whose curve changes"


def test_one_constant_curve_leaves_the_others() -> None:
    values = np.random.default_rng(0).random((4, 300))
    values[0] = 0.5
    scenes, _ = synchrony_of(happy_of(values), SCENES, SETTINGS)
    assert scenes.viewers[0].tolist() == [3, 3]
    assert not np.isnan(scenes.p).any()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_viewers_have_no_synchrony(count: int) -> None:
    scenes, film = synchrony_of(happy_of(np.random.default_rng(0).random((count, 300))), SCENES, SETTINGS)
    assert np.isnan(film.p).all()
    assert scenes.because(0, 0) == "fewer than 3 viewers with a usable curve"


def test_an_empty_curve_is_no_viewer() -> None:
    values = np.random.default_rng(0).random((3, 300))
    values[0] = np.nan
    _, film = synchrony_of(happy_of(values), SCENES, SETTINGS)
    assert film.because(0, 0) == "fewer than 3 viewers with a usable curve"


def test_a_scene_without_faces_and_a_short_one_have_reasons() -> None:
    values = np.random.default_rng(0).random((4, 300))
    values[:, :60] = np.nan
    scenes, _ = synchrony_of(happy_of(values), [(0, 60), (60, 75), (75, 300)], SETTINGS)
    for scene in (0, 1):
        assert scenes.because(scene, 0) == "fewer than 20 seconds in which enough viewers have a usable face"
    assert scenes.because(2, 0) is None


def test_a_film_too_short_to_shift_has_a_correlation_and_no_p() -> None:
    scenes, film = synchrony_of(happy_of(np.random.default_rng(0).random((4, 30))), [(0, 30)], SETTINGS)
    assert film.because(0, 0) == "the film is too short to shift viewers in time"
    assert np.isnan(film.p).all()
    assert not np.isnan(scenes.correlation).any()


def test_equal_curves_are_in_synchrony_and_not_infinite() -> None:
    curve = np.random.default_rng(0).random(300)
    scenes, _ = synchrony_of(happy_of(np.stack([curve] * 4)), SCENES, SETTINGS)
    assert (scenes.correlation > 0.999).all()
    assert scenes.p == pytest.approx(1 / 200)


def test_the_share_of_viewers_needed_a_second_is_a_setting() -> None:
    values = np.random.default_rng(0).random((6, 300))
    values[:3, :30] = np.nan
    strict = AudienceSettings(shifts=99, synchrony_share=0.9)
    scenes, _ = synchrony_of(happy_of(values), [(0, 40), (40, 300)], strict)
    assert scenes.because(0, 0) is not None
    loose, _ = synchrony_of(happy_of(values), [(0, 40), (40, 300)], AudienceSettings(shifts=99, synchrony_share=0.4))
    assert loose.because(0, 0) is None


def test_adjusted_p_counts_what_is_known() -> None:
    adjusted = adjusted_p(np.array([0.01, np.nan, 0.04, 0.03], dtype=np.float32))
    assert adjusted == pytest.approx([0.03, np.nan, 0.04, 0.04], nan_ok=True)
