"""Splits at several frames at once. The other operations are tested with the library that stores them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emotion_core.corrections import Corrections
from emotion_core.errors import CorrectionError
from emotion_core.scenes import editing, scenes_of
from tests.support.scans import by_cuts, observations

SCAN = observations({5: [], 95: []})
SETTINGS = by_cuts(0, 30)


def starts(corrections: Corrections) -> list[int]:
    return [scene.frame_in for scene in scenes_of(SCAN, replace(SETTINGS, corrections=corrections))]


@pytest.mark.parametrize(
    ("frames", "result"),
    [([10, 20], [0, 10, 20, 30]), ([10, 40], [0, 10, 30, 40]), ([0, 10], [0, 10, 30]), ([30, 45], [0, 30, 45])],
)
def test_scenes_begin_at_all_the_frames(frames: list[int], result: list[int]) -> None:
    """Both in one scene or in two; where a scene begins already, nothing is added."""
    corrections = editing.split_at_frames(Corrections(), scenes_of(SCAN, SETTINGS), frames)
    assert starts(corrections) == result
    assert set(corrections.begins) == set(result) - {0, 30}


def test_where_scenes_begin_everywhere_already_it_is_told() -> None:
    """Frames past the film's end count as its end."""
    with pytest.raises(CorrectionError, match="begin at these frames already"):
        editing.split_at_frames(Corrections(), scenes_of(SCAN, SETTINGS), [0, 30, 10**6])
