"""The speed of a whole cut, and of a scene."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.compare import Match
from emotion_core.compare.change_list.speed import measure_retimed, pace_of, steady_speed, whole_speed
from tests.support.moving_pictures import footage, measured


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


@pytest.mark.parametrize("speed", [0.5, 24 / 25, 25 / 24, 2.0])
def test_a_scene_at_another_speed_is_told_by_its_pictures(speed: float) -> None:
    """From its beginning to its end, though the alignment may know one offset alone; trimmed, it has its
    old speed; where nothing moves it tells none.
    """
    pictures = footage(120, 3)
    shown = (np.arange(int(120 / speed)) * speed).astype(np.int64)
    first, second = measured(pictures, 1), measured(pictures[shown], 2)
    source = np.clip(np.arange(len(second)), 0, 119)
    scenes = (0, 120), (0, len(second))
    assert pace_of(source, (first, second), np.arange(len(second)), *scenes) == "other"
    shorter = min(len(second), 112)
    again = measured(pictures, 4)[:shorter]
    assert pace_of(source, (first, again), np.arange(shorter), (0, 120), (0, shorter)) == "plain"
    still = np.repeat(first[:1], 120, axis=0)
    held = second[:1].repeat(60, axis=0)
    assert pace_of(source, (still, held), np.arange(60), (0, 120), (0, 60)) == "unknown"


def test_an_even_drift_is_another_speed_and_one_jump_is_none() -> None:
    steps = np.arange(100)
    line = steady_speed(np.floor(steps * 0.96).astype(np.int64), steps)
    assert line is not None
    assert line[0] == pytest.approx(0.96, abs=0.002)
    assert steady_speed(np.where(steps < 50, steps, steps + 4), steps) is None
    assert steady_speed(steps, steps) is None
