"""Differences in tone between the same pictures."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.compare.change_list import fit_grade
from tests.support.planted_footage import recoded, synthetic_takes

(TAKE,) = synthetic_takes(1, 80, 5)


def test_another_coding_is_no_grade() -> None:
    assert fit_grade(TAKE, recoded(TAKE, 1)) is None


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
