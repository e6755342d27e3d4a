"""Where shots begin, by their layouts."""

from __future__ import annotations

import numpy as np

from emotion_core.compare.splices import find_splices, likely_splices
from tests.support.moving_pictures import footage, measured


def test_a_shot_begins_where_the_picture_changes_at_once() -> None:
    takes = [measured(footage(60, seed), seed) for seed in (1, 2, 3)]
    cut = np.concatenate(takes)
    assert find_splices(cut).tolist() == likely_splices(cut).tolist() == [60, 120]
    for frames in (0, 1):
        assert find_splices(cut[:frames]).size == likely_splices(cut[:frames]).size == 0


def test_between_takes_alike_one_is_likely() -> None:
    """Three levels between two held pictures are a splice that is not sure; motion is none."""
    held = np.repeat(measured(footage(1, 4)), 50, axis=0)
    cut = np.concatenate([held, held + np.uint8(3)])
    assert find_splices(cut).size == 0
    assert likely_splices(cut).tolist() == [50]
    assert likely_splices(measured(footage(200, 5), 5)).size == 0
