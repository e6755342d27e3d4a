"""Shots that look as they are in the first cut, and are not: at another speed, or titles on black."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.compare import Match, match_layouts
from emotion_core.observations import LAYOUT, Layouts
from tests.support.moving_pictures import footage, measured

RATE = 25.0
TAKES = [footage(100, seed) for seed in (1, 3)]


def between(shot: Layouts, seed: int) -> Layouts:
    """A cut of two takes with a shot between."""
    return np.concatenate([measured(TAKES[0], seed), shot, measured(TAKES[1], seed)])


@pytest.mark.parametrize("speed", [0.6, 0.8, 1.5])
def test_a_shot_that_hardly_moves_is_retimed_where_all_of_its_gap_is_in_it(speed: float) -> None:
    """Trimmed to the same length it is not."""
    whole = footage(100, 8)
    take = whole[:1] + 0.12 * (whole - whole[:1])
    first = between(measured(take, 1), 1)
    shown = (np.arange(round(100 / speed)) * speed).astype(np.int64)
    for frames, kind in ((shown, Match.RETIMED), (np.arange(min(len(shown), 100)), Match.PICTURE)):
        source, how = match_layouts(first, between(measured(take[frames], 2), 2), RATE)
        there = slice(100, 100 + len(frames))
        assert np.mean(how[there] == kind) > 0.95
        assert np.mean(np.abs(source[there] - 100 - frames) <= 2) > 0.9


def test_a_title_on_black_is_seen_mirrored() -> None:
    """It differs by few levels from itself; coded again, and graded, it is as it was."""
    title = np.full((60, *LAYOUT[::-1]), 2, dtype=np.uint8)
    title[:, 4, 3:7], title[:, 5, 3:5] = 40, 25
    coded = title + np.random.default_rng(2).integers(0, 2, title.shape).astype(np.uint8)
    first = between(title.reshape(60, -1), 1)
    for shown, kind in (
        (coded[:, :, ::-1], Match.MIRRORED),
        (coded, Match.PICTURE),
        ((coded * 1.2).astype(np.uint8), Match.PICTURE),
    ):
        source, how = match_layouts(first, between(shown.reshape(60, -1), 2), RATE)
        assert (how == Match.PICTURE)[:100].all()
        assert np.mean(how[100:160] == kind) > 0.95
        assert np.mean(np.abs(source - np.arange(260)) <= 2) > 0.95
