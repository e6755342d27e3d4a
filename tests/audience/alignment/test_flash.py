"""Flashes are offered with their times, the strongest first."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience import flashes

SECONDS = np.arange(0, 60, 1 / 25)


def test_flashes_are_told_from_cuts_and_lamps() -> None:
    """A bright frame or some of them are a flash; a cut to a brighter shot and a lamp switched on are none."""
    brightness = 60 + np.random.default_rng(1).normal(0, 1, len(SECONDS))
    brightness[250:252] += 40  # at 10 s
    brightness[500:510] += [90, 80, 70, 60, 50, 40, 30, 20, 10, 5]  # at 20 s
    brightness[750:] += 50  # a cut at 30 s
    brightness[1000:] += np.linspace(0, 40, 500)  # dawn from 40 s on
    found = flashes(SECONDS, brightness)
    assert [flash.second for flash in found] == pytest.approx([20, 10])
    assert [flash.strength for flash in found] == pytest.approx([90, 40], abs=4)


def test_a_flicker_is_one_mark_and_few_are_offered() -> None:
    """Where light flickers the first onset stands for all; at most as many as are asked for are offered."""
    brightness = np.full(len(SECONDS), 20.0)
    brightness[100:112:3] = [100, 140, 100, 100]
    assert [flash.second for flash in flashes(SECONDS, brightness)] == pytest.approx([4])
    brightness[::50] = 200
    assert len(flashes(SECONDS, brightness, most=5)) == 5


def test_nothing_is_offered_where_nothing_flashes() -> None:
    assert flashes(SECONDS, np.full(len(SECONDS), 90.0)) == ()
    assert flashes(SECONDS[:0], SECONDS[:0]) == ()
