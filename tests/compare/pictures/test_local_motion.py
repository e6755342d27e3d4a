"""Takes of one who talks before a still background are told from each other by what moves."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.compare import Match, align_layouts, match_layouts
from emotion_core.compare.pictures.local_motion import is_held
from tests.support.talking_takes import burnt_in, recoded, talking_takes

RATE, FRAMES = 25.0, 80


@pytest.mark.parametrize("seed", range(4))
def test_takes_that_are_nearly_held_are_told_from_each_other(seed: int) -> None:
    """Each is found at its place, whatever the order, and one that the first cut lacks is not found."""
    takes = talking_takes(5, FRAMES, seed)
    order = [2, 0, 4, 1, 3]
    source = align_layouts(np.concatenate(takes[:4]), recoded([takes[i] for i in order], seed), RATE)
    for place, take in enumerate(order):
        found = source[place * FRAMES : (place + 1) * FRAMES]
        if take < 4:
            assert np.mean(np.abs(found - np.arange(take * FRAMES, (take + 1) * FRAMES)) <= 1) >= 0.8
        else:
            assert np.mean(found == -1) >= 0.5


@pytest.mark.parametrize("seed", range(4))
def test_timecode_over_takes_that_are_nearly_held(seed: int) -> None:
    """What lies over a cut in which hardly anything moves is left out: its pictures are found as they are."""
    takes = talking_takes(4, FRAMES, seed)
    source, how = match_layouts(np.concatenate(takes), burnt_in(recoded(takes, seed)), RATE)
    assert np.mean(np.abs(source - np.arange(len(source))) <= 1) >= 0.95
    assert set(how.tolist()) <= {Match.PICTURE, Match.NONE}


def test_a_held_picture_differs_by_its_coding_only() -> None:
    (take,) = talking_takes(1, FRAMES, 1)
    held = recoded([take[:1].repeat(FRAMES, axis=0)], 1)
    others = np.arange(1, FRAMES)
    assert is_held(held, 0, others, 6.0)
    assert not is_held(recoded([take], 1), 0, others, 6.0)
