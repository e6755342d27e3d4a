"""Fields under burnt-in timecode are not compared, and treated footage is found under it."""

from __future__ import annotations

import numpy as np

from emotion_core.compare import Match, match_layouts
from emotion_core.compare.altered import clear_fields
from emotion_core.observations import LAYOUT, Layouts
from tests.support.moving_pictures import footage, measured

UNDER = np.zeros(LAYOUT[::-1], dtype=np.bool_)
UNDER[-1, 5:11] = True


def burnt_in(layouts: Layouts) -> Layouts:
    shown = layouts.copy()
    shown[:, UNDER.ravel()] = np.random.default_rng(3).integers(190, 240, (len(layouts), 6))
    return shown


def test_fields_beside_overlaid_ones_are_not_clear() -> None:
    """Timecode may touch them. Where little would be left, all are compared."""
    clear = clear_fields(UNDER.ravel()).reshape(LAYOUT[::-1])
    assert not clear[-2:, 4:12].any()
    assert np.count_nonzero(clear) == 144 - 16
    assert clear_fields(np.zeros(144, dtype=np.bool_)).all()
    assert clear_fields(np.arange(144) % 3 == 0).all()


def test_mirrored_and_reframed_footage_is_found_under_timecode() -> None:
    takes = [footage(110, seed) for seed in range(6)]
    first = np.concatenate([measured(take, 1) for take in takes])
    shown = [measured(take, 2) for take in takes]
    shown[2], shown[4] = measured(takes[2][:, :, ::-1], 2), measured(takes[4], 2, 1.15, 0.04, 0.0)
    _, how = match_layouts(first, burnt_in(np.concatenate(shown)), 25.0)
    assert np.mean(how[220:330] == Match.MIRRORED) > 0.9
    assert np.mean(how[440:550] == Match.REFRAMED) > 0.9
