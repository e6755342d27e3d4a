"""Altered footage that hardly moves, between footage that both cuts show."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.compare import Match, match_layouts
from emotion_core.observations import Layouts
from tests.support.moving_pictures import Footage, footage, measured

RATE = 25.0


def held(seed: int) -> Footage:
    """A take of one picture."""
    return np.repeat(footage(1, seed), 100, axis=0)


TAKES = [footage(100, 1), held(2), footage(100, 3), held(4), footage(100, 5)]
PLAIN = np.concatenate([measured(take, 1) for take in TAKES])


def recut(second: Layouts, fourth: Layouts) -> Layouts:
    return np.concatenate([measured(TAKES[0], 2), second, measured(TAKES[2], 2), fourth, measured(TAKES[4], 2)])


@pytest.mark.parametrize("zoom", [1.08, 1.15, 1.2])
def test_a_held_picture_is_found_mirrored_and_reframed_in_its_place(zoom: float) -> None:
    """Which cut shows more does not matter."""
    other = recut(measured(TAKES[1][:, :, ::-1], 2), measured(TAKES[3], 2, zoom, 0.03, -0.04))
    for before, after in ((PLAIN, other), (other, PLAIN)):
        source, how = match_layouts(before, after, RATE)
        assert np.mean(how[100:200] == Match.MIRRORED) > 0.95
        assert np.mean(how[300:400] == Match.REFRAMED) > 0.95
        assert (np.abs(source[source >= 0] - np.flatnonzero(source >= 0)) <= 2).all()


def test_another_picture_in_its_place_is_another() -> None:
    """Held or moving, as it is or mirrored: what both cuts show on both sides is no proof by itself."""
    for number in range(10, 18):
        other = recut(measured(held(number), 2), measured(footage(100, number), 2))
        _, how = match_layouts(PLAIN, other, RATE)
        assert (how[105:195] == Match.NONE).all()
        assert (how[305:395] == Match.NONE).all()


def test_another_place_is_searched_by_what_moves_alone() -> None:
    """Held and reframed in another place, the picture is not told from others like it."""
    moved = measured(TAKES[3], 2, 1.15)
    other = np.concatenate([measured(TAKES[0], 2), moved, *(measured(TAKES[i], 2) for i in (1, 2, 4))])
    _, how = match_layouts(PLAIN, other, RATE)
    assert (how[105:195] == Match.NONE).all()
