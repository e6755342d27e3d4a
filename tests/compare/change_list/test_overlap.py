"""What two scenes have in common, from the alignment alone."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.compare.change_list import Overlap, matched_steps, measure
from emotion_core.compare.pictures import Steps

RATE = 25.0
# Source of the second cut's steps; the first scene has the steps 100 to 199.
CASES: dict[str, tuple[list[np.ndarray], tuple[int, int], tuple[int, int, int, bool]]] = {
    # parts of the source, the second scene's steps, (head, tail, inside, in order)
    "the same": ([np.arange(100, 200)], (0, 100), (0, 0, 0, True)),
    "trimmed": ([np.arange(112, 190)], (0, 78), (12, 10, 0, True)),
    "slipped, its new end not known": ([np.arange(130, 200), np.full(30, -1)], (0, 100), (30, -30, 0, True)),
    "a frame off here and there": (
        [np.arange(110, 150), np.array([151, 151]), np.arange(152, 200)],
        (0, 90),
        (10, 0, 0, True),
    ),
    "a piece taken out": ([np.arange(100, 140), np.arange(160, 200)], (0, 80), (0, 0, 20, True)),
    "a piece put in": ([np.arange(100, 140), np.full(20, -1), np.arange(140, 200)], (0, 120), (0, 0, -20, True)),
    "halves in the other order": ([np.arange(150, 200), np.arange(100, 150)], (0, 100), (50, 50, -100, False)),
    "half of it replaced": ([np.arange(100, 150), np.full(50, -1)], (0, 100), (0, 0, 0, False)),
    "its edge is elsewhere": ([np.arange(80, 200)], (30, 120), (0, 0, 0, True)),
}


def measured(
    source: Steps, before: tuple[int, int], after: tuple[int, int], rate: float = RATE, *, drifts: bool = False,
    offset: int | None = None, heard: Steps | None = None,
) -> Overlap:  # fmt: skip
    shown = matched_steps(source, before, after)
    return measure(source, shown, before, after, rate, drifts=drifts, offset=offset, heard=heard)


@pytest.mark.parametrize("name", CASES)
def test_what_was_cut_off(name: str) -> None:
    """Head, tail and inside are exact; footage in another order, or replaced, is no trim."""
    parts, after, expected = CASES[name]
    overlap = measured(np.concatenate(parts).astype(np.int64), (100, 200), after)
    found = (overlap.head, overlap.tail, overlap.inside, overlap.is_in_order)
    assert found == expected or (not expected[3] and not overlap.is_in_order)


def test_different_frame_rates_are_no_trim() -> None:
    """Where frame rates differ the offset drifts by a step now and then: a scene that is whole stays whole."""
    source = np.floor(np.arange(2000) * 0.999).astype(np.int64)
    overlap = measured(source, (0, 1998), (0, 2000), 24.0, drifts=True)
    assert (overlap.head, overlap.tail, overlap.inside, overlap.is_in_order) == (0, 0, 0, True)


@pytest.mark.parametrize(("after", "offset"), [((1, 92), None), ((1, 92), 109), ((0, 94), None)])
def test_an_edge_beside_footage_that_only_sounds_the_same_is_no_trim(
    after: tuple[int, int], offset: int | None
) -> None:
    """The scene's cut lies a step or two elsewhere, and the picture beyond it is another, with the same sound."""
    heard = np.arange(60, 240)
    first, last = after[0] + 40, after[1] + 49
    pictured = np.where((np.arange(len(heard)) >= first) & (np.arange(len(heard)) < last), heard, -1)
    scene = (100, 190)
    shown = (first, last)
    told = [measured(pictured, scene, shown, offset=offset and 60, heard=some) for some in (pictured, heard)]
    assert (told[0].head, told[0].tail) != (0, 0)
    assert (told[1].head, told[1].tail) == (0, 0)


def test_an_edge_beside_a_treatment_that_begins_is_no_trim() -> None:
    """Of a few steps where the picture turns mirrored nothing is known; a trim before new footage stays one."""
    source = np.arange(60, 240)
    source[36:39] = -1
    assert measured(source, (100, 190), (41, 130)).head == 0
    source[30:41] = -1
    assert measured(source, (100, 190), (41, 130)).head == 1
