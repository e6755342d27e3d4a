"""Fields under burnt-in timecode are filled, and treated footage is found under it."""

from __future__ import annotations

import numpy as np

from emotion_core.compare import Match, match_layouts
from emotion_core.compare.altered import without_overlay
from emotion_core.observations import LAYOUT, Layouts
from tests.support.moving_pictures import footage, measured

UNDER = np.zeros(LAYOUT[::-1], dtype=np.bool_)
UNDER[-1, 5:11] = True


def burnt_in(layouts: Layouts) -> Layouts:
    shown = layouts.copy()
    shown[:, UNDER.ravel()] = np.random.default_rng(3).integers(190, 240, (len(layouts), 6))
    return shown


def test_overlaid_fields_are_those_above() -> None:
    first = measured(footage(20, 1), 1)
    clear, again = without_overlay(first, burnt_in(first), UNDER.ravel())
    assert (clear == again).all()
    width = LAYOUT[0]
    assert (clear[:, -width + 5] == first[:, -2 * width + 5]).all()
    assert without_overlay(first, first, np.zeros(144, dtype=np.bool_))[0] is first


def test_mirrored_and_reframed_footage_is_found_under_timecode() -> None:
    takes = [footage(110, seed) for seed in range(6)]
    first = np.concatenate([measured(take, 1) for take in takes])
    shown = [measured(take, 2) for take in takes]
    shown[2], shown[4] = measured(takes[2][:, :, ::-1], 2), measured(takes[4], 2, 1.15, 0.04, 0.0)
    _, how = match_layouts(first, burnt_in(np.concatenate(shown)), 25.0)
    assert np.mean(how[220:330] == Match.MIRRORED) > 0.9
    assert np.mean(how[440:550] == Match.REFRAMED) > 0.9
