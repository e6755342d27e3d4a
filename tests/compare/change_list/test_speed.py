"""The treatment of footage, and the speed of a whole cut."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.compare import Match
from emotion_core.compare.change_list.speed import measure_retimed, whole_speed


def test_the_speed_of_a_whole_cut_is_told() -> None:
    """Though some of it is matched as it is, a little off the line; a cut with two speeds has none."""
    steps = np.arange(900)
    source = np.floor(steps * 1.1 + 5).astype(np.int64)
    source[100:130] = source[115] + np.arange(-15, 15)
    source[300:340] = -1
    how = np.where(source < 0, Match.NONE, Match.PICTURE).astype(np.uint8)
    assert whole_speed(source, how) is None
    how[500:] = Match.RETIMED
    line = whole_speed(source, how)
    assert line is not None
    assert line[0] == pytest.approx(1.1, abs=0.002)
    assert line[1] == pytest.approx(5, abs=1)
    assert whole_speed(np.where(steps < 500, steps, source), how) is None


def test_trims_are_measured_along_the_speed_of_the_whole_cut() -> None:
    """A scene of which the alignment knows a part, at one offset, is not trimmed at its ends."""
    source = np.full(120, -1)
    source[20:60] = np.arange(42, 82)
    matched = np.arange(20, 60)
    scenes = (0, 132), (0, 120)
    assert measure_retimed(source, matched, *scenes).tail != 0
    whole = measure_retimed(source, matched, *scenes, line=(1.1, 0.0))
    assert (whole.head, whole.tail) == (0, 0)
