from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience import AudienceSettings, Reactions, SceneSpan, spans_of
from emotion_core.audience.statistics import count_seconds, curves_by_scene, curves_by_second, in_order, seconds_of
from emotion_core.errors import SettingsError

LABELS = ("happy", "neutral")
SETTINGS = AudienceSettings()


def reactions(seconds: list[float], happy: list[float]) -> Reactions:
    values = np.array(happy)
    return Reactions(LABELS, np.array(seconds), np.stack([values, 1 - values], axis=1))


def test_a_second_is_the_mean_of_its_usable_readings() -> None:
    viewer = reactions([0.0, 0.5, 1.0, 1.5, 1.9, 3.2], [0.2, 0.4, 0.9, np.nan, np.nan, 1.0])
    curves = curves_by_second([viewer], 4, SETTINGS, 2)
    assert curves.coverage[0] == pytest.approx([1, 1 / 3, np.nan, 1], nan_ok=True)
    assert curves.values[0, :, 0] == pytest.approx([0.3, np.nan, np.nan, 1.0], nan_ok=True)
    assert curves.values[0, :, 1] == pytest.approx([0.7, np.nan, np.nan, 0.0], nan_ok=True)
    assert curves.values.dtype == np.float32


def test_the_floor_is_a_setting() -> None:
    viewer = reactions([0.0, 0.3, 0.6], [0.6, np.nan, np.nan])
    low = curves_by_second([viewer], 1, AudienceSettings(second_floor=0.3), 2)
    assert low.values[0, 0, 0] == pytest.approx(0.6)


def test_a_scene_takes_readings_from_its_start_up_to_its_end() -> None:
    viewer = reactions([1.0, 1.5, 2.0, 2.5], [0.1, 0.3, 0.9, np.nan])
    curves = curves_by_scene([viewer], spans_of([(1.0, 2.0), (1.5, 2.5), (5.0, 6.0)]), SETTINGS, 2)
    assert curves.values[0, :, 0] == pytest.approx([0.2, 0.6, np.nan], nan_ok=True)


def test_readings_out_of_order_and_outside_the_film_do_no_harm() -> None:
    viewer = reactions([9.0, 0.5, -1.0, 0.0], [1.0, 0.4, 1.0, 0.2])
    assert curves_by_second([viewer], 2, SETTINGS, 2).values[0, :, 0] == pytest.approx([0.3, np.nan], nan_ok=True)


def test_seconds_belong_to_the_scene_that_holds_their_middle() -> None:
    assert seconds_of(SceneSpan(1, 0.4, 2.6), 10) == (0, 3)
    assert seconds_of(SceneSpan(2, 2.6, 3.4), 10) == (3, 3)
    assert seconds_of(SceneSpan(3, 8.0, 99.0), 10) == (8, 10)


def test_a_film_has_whole_seconds_and_a_length() -> None:
    assert (count_seconds(0.2), count_seconds(10.0), count_seconds(10.01)) == (1, 10, 11)
    with pytest.raises(SettingsError):
        count_seconds(float("nan"))


def test_labels_are_brought_into_order_or_refused() -> None:
    viewer = reactions([0.0], [0.2])
    turned = in_order(viewer, ("calm", "joy"), "Ann")
    assert turned.probabilities.tolist() == [[0.8, 0.2]]
    with pytest.raises(SettingsError, match="Ann"):
        in_order(viewer, ("happy", "sad"), "Ann")
