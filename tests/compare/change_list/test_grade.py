"""Differences in tone between the same pictures."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.compare.change_list import Grade, fit_grade, ungraded
from tests.support.planted_footage import recoded, synthetic_takes

(TAKE,) = synthetic_takes(1, 80, 5)


def test_another_coding_is_no_grade() -> None:
    assert fit_grade(TAKE, recoded(TAKE, 1)) is None


@pytest.mark.parametrize("lift", [-2, 2])
def test_a_lift_of_another_coding_is_no_grade(lift: int) -> None:
    """Two levels of all tones, as far as black bars allow."""
    barred = TAKE.copy()
    barred[:, :64] = 0
    assert fit_grade(barred, recoded(np.clip(barred.astype(np.int16) + lift, 0, 255).astype(np.uint8), 1)) is None


@pytest.mark.parametrize(("gain", "offset"), [(0.8, 20), (1.2, -10), (1.0, 12)])
def test_gain_and_offset_are_found(gain: float, offset: float) -> None:
    changed = np.clip(TAKE * gain + offset, 0, 255).astype(np.uint8)
    grade = fit_grade(TAKE, changed)
    assert grade is not None
    assert grade.gain == pytest.approx(gain, abs=0.05)
    assert grade.offset == pytest.approx(offset, abs=5)


def test_burnt_in_figures_are_no_grade() -> None:
    """Where a few fields differ and the others do not, no gain and offset explain it."""
    changed = TAKE.copy()
    changed[:, 130:136] = np.random.default_rng(2).integers(100, 256, (len(TAKE), 6))
    assert fit_grade(TAKE, changed) is None


@pytest.mark.parametrize(("gamma", "gain"), [(0.8, 1.0), (1.15, 1.0), (1.0, 1.3)])
def test_a_graded_dark_scene_is_told_from_another_coding(gamma: float, gain: float) -> None:
    """At a tenth of the light, also under burnt-in figures."""
    dark = (TAKE * 0.1 + 4).astype(np.uint8)
    graded = np.clip(gain * 255 * (dark / 255) ** gamma, 0, 255).astype(np.uint8)
    assert fit_grade(dark, recoded(dark, 1)) is None
    assert fit_grade(dark, graded) is not None
    graded[:, 130:136] = 235
    assert fit_grade(dark, graded) is not None


def test_other_frames_are_no_grade() -> None:
    assert fit_grade(TAKE[:40], TAKE[40:]) is None


def test_a_dark_scene_says_nothing_of_light_tones() -> None:
    """Steeper by a sixth, a scene of tones up to 20 changes by 3 levels at most, a light one by 20."""
    whole = Grade(1.15, 0)
    dark, light = (np.clip(TAKE * share, 0, 255).astype(np.uint8) for share in (0.08, 1.0))
    assert ungraded(dark).difference(whole) < 4 < ungraded(light).difference(whole)
