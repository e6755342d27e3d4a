"""How much of each cut is nowhere in the other, told against cuts of which it is known."""

from __future__ import annotations

import pytest

from emotion_core.compare.change_list import screen_times, summary_sentence
from tests.support.planted_footage import Footage, found, synthetic_takes
from tests.support.planted_recuts import EDITS, Piece, plant
from tests.support.written_cuts import HAPPY, SAD, cut, listed

RATE = 25


def frames_of(pieces: list[Piece]) -> set[tuple[int, int]]:
    return {(piece.take, frame) for piece in pieces for frame in range(piece.first, piece.last)}


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_nowhere_in_the_other_cut_is_told_to_the_frame(seed: int) -> None:
    """Whole scenes, trims, slips and replacements count; what was moved, split or is shown again does not."""
    lengths = [140 + 7 * (i % 5) for i in range(3 * len(EDITS) + 4)]
    planted = plant(lengths, EDITS, seed)
    changes = found(planted, Footage(synthetic_takes(len(lengths), max(lengths), seed)))
    before, after = frames_of(planted.before), frames_of(planted.after)
    assert float(changes.left_out * RATE) == pytest.approx(len(before - after), abs=4)
    assert float(changes.new * RATE) == pytest.approx(len(after - before), abs=4)


def test_what_stays_in_a_neighbour_is_not_left_out() -> None:
    """The last second of a scene that was left out is at the head of the next one, which shows nothing else new."""
    before = cut((0, 0, 60, SAD), (0, 60, 100, HAPPY), (1, 0, 100, HAPPY))
    after = cut((0, 35, 100, HAPPY), (1, 0, 100, HAPPY))
    changes = listed(before, after)
    assert [change.kind for change in changes.changes if change.before and change.before.scene.number == 1] == [
        "left out"
    ]
    assert float(changes.left_out * RATE) == pytest.approx(35, abs=1)
    assert changes.new == 0
    times = screen_times(before, after, changes)
    assert summary_sentence(changes, times).startswith("1.4 s left out: 1 scene left out, ")
    change = {time.label: time.change * RATE for time in times}
    assert change["sad"] == pytest.approx(0.88 * -60 + 0.02 * 25, abs=1)
    assert change["happy"] == pytest.approx(0.88 * 25 - 0.02 * 60, abs=1)  # the next scene is longer by 25 frames
