"""A stretch of the path has the offset that explains all its pictures."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.compare.pictures import MatchCosts
from emotion_core.compare.pictures.settled import settle_offsets
from emotion_core.observations import Layouts
from tests.support.moving_pictures import wandering

SPACING = 6
FIRST = wandering(1, 400, 1)


def settled(second: Layouts, path: list[int | None], first: Layouts = FIRST) -> list[int | None]:
    match = MatchCosts(first, second, SPACING)
    return settle_offsets(match, np.arange(len(path)) * SPACING, path)


@pytest.mark.parametrize(("gain", "lift"), [(1.0, 0), (1.2, -12)])
def test_a_stretch_beside_its_place_is_moved_there(gain: float, lift: float) -> None:
    """Also where it was graded, and not beyond the path's breaks."""
    second = np.clip(FIRST[40:340] * gain + lift, 0, 255).astype(np.uint8)
    path = [*[41] * 10, *[40, 41] * 4, 42, None, None, *[38] * 12]
    assert settled(second, path) == [*[40] * 19, None, None, *[40] * 12]


def test_another_speed_keeps_the_path_that_follows_it() -> None:
    """A frame later at each sixteenth."""
    at = np.arange(300) + np.arange(300) // 16
    path: list[int | None] = [int(at[i] - i) for i in range(0, 300, SPACING)]
    assert settled(FIRST[at], path) == path


def test_a_stretch_that_stands_still_keeps_its_place() -> None:
    still = FIRST[:1].repeat(300, axis=0)
    assert settled(still, [7] * 20, still) == [7] * 20


def test_no_offset_leads_out_of_the_first_cut() -> None:
    assert settled(FIRST[:120], [0] * 20) == [0] * 20
