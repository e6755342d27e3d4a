"""The offset between two scenes of one take that is nearly held, in two codings."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.compare.change_list.overlap import matched_steps
from emotion_core.compare.change_list.take_offset import Take
from emotion_core.compare.pictures import Steps
from emotion_core.observations import Layouts

TAKE = 140
"""Steps of the take."""


def nearly_held(seed: int) -> tuple[Layouts, Layouts]:
    """A take that moves by half a level, and its copy by a coder whose differences last for some steps."""
    random = np.random.default_rng(seed)
    place = random.uniform(40, 200, 144)
    take = place + np.convolve(random.normal(0, 1, TAKE + 4), np.ones(5) / 5, "valid")[:, None] * random.normal(
        0, 1, 144
    )
    noise = np.zeros((TAKE, 144))
    for step in range(1, TAKE):
        noise[step] = 0.8 * noise[step - 1] + random.normal(0, 0.25, 144)
    first, second = (np.clip(np.rint(pictures), 0, 255).astype(np.uint8) for pictures in (take, take + noise))
    return first, second


def offset(
    source: Steps, layouts: tuple[Layouts, Layouts], before: tuple[int, int], after: tuple[int, int]
) -> int | None:
    return Take(source, layouts, matched_steps(source, before, after), before, after).offset()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("head", "tail"), [(0, 0), (7, 7), (-9, 9), (0, 12), (11, 0)])
def test_a_take_that_is_nearly_held_has_the_offset_of_its_motion(seed: int, head: int, tail: int) -> None:
    """Though the alignment places it otherwise, part of it even elsewhere."""
    layouts = nearly_held(seed)
    before, after = (20, 120), (20 + head, 120 - tail)
    source = np.arange(TAKE) + 3
    source[TAKE // 2 :] -= 9
    take = Take(source, layouts, matched_steps(source, before, after), before, after)
    assert take.offset() == 0
    assert not take.is_rough(0)


def test_a_take_that_stands_still_has_that_of_the_scenes() -> None:
    still = np.full((TAKE, 144), 90, dtype=np.uint8)
    assert offset(np.arange(TAKE) + 5, (still, still), (20, 120), (20, 120)) == 0
    assert offset(np.arange(TAKE) + 5, (still, still), (20, 120), (30, 120)) in (0, -10)
    for last in (120, 26):  # of few steps, too
        source = np.arange(TAKE)
        take = Take(source, (still, still), matched_steps(source, (20, last), (20, last)), (20, last), (20, last))
        assert take.is_rough(0)
