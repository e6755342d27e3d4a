"""The footage that two scenes have in common, and to the step how much of it was cut off or added at each end.

Along a take the offset between both cuts is constant. The offset that most steps of a stretch have is taken, so that
single steps that the alignment placed a little off do not matter; with it, the edges of both scenes say what was
trimmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..pictures import Steps
from ..shared_segments import SLACK

MIN_STRETCH = 3
"""Steps of the shortest stretch that is looked at, where there are longer ones."""
WINDOW_SECONDS = 2
"""Seconds of a stretch from which its offset is taken where frame rates differ, since it then drifts."""
BEYOND = 8
"""Steps beyond those in question that are looked at, to see whether footage goes on beyond a scene's edge."""
GOES_ON_SHARE = 0.75
"""Share of them that must continue the take."""
MISPLACED_SECONDS = 0.4
"""Length from which steps that should match by their offset, but do not, count as other footage."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a scene of the second cut shows of a scene of the first, in steps of the alignment."""

    before: tuple[int, int]
    """First step shown, and one past the last."""
    after: tuple[int, int]
    head: int
    """Steps of the first scene missing at its beginning; negative where there are more than before."""
    tail: int
    inside: int
    """Steps missing within, less those added."""
    shift: int
    """Steps by which the footage comes later."""
    is_in_order: bool
    """Whether the second scene shows the footage in its order, and nothing else in its place."""


def matched_steps(source: Steps, before: tuple[int, int], after: tuple[int, int]) -> Steps:
    """The steps of a scene of the second cut that show one of the first, ascending.

    `source` is AlignmentMap.source, `before` and `after` are the scenes' steps (first, one past the last).
    """
    here = source[after[0] : after[1]]
    return after[0] + np.flatnonzero((here >= before[0]) & (here < before[1]))


def measure(
    source: Steps,
    matched: Steps,
    before: tuple[int, int],
    after: tuple[int, int],
    rate: float,
    *,
    drifts: bool = False,
    offset: int | None = None,
    heard: Steps | None = None,
    is_treated: bool = False,
    may_go_on: tuple[bool, bool] = (True, True),
) -> Overlap:
    """The overlap of the scenes with the steps `before` and `after` (first, one past the last) of both cuts.

    `source` is AlignmentMap.source, `matched` are those of `matched_steps`, one at least. `drifts`: whether the cuts'
    frame rates differ. `offset`: that of the whole take, where there is one, see Take.offset. `heard`: `source` with
    the steps that only sound the same: across a scene's edge these go on with its footage, too. `is_treated`: what is
    not found is not taken for other footage, since the search of treated footage finds parts. `may_go_on`: whether,
    with an `offset`, the footage may go on beyond the scenes' beginnings, and their ends, see Take.edges_alike.
    """
    heard = source if heard is None else heard
    if offset is not None:
        return _of_one_take(source, heard, matched, before, after, offset, may_go_on)
    stretches = _stretches(source, matched)
    window = max(1, round(WINDOW_SECONDS * rate)) if drifts else len(source)
    first, last = stretches[0], stretches[-1]
    if len(stretches) == 1 and not drifts:
        begin = end = _common_offset(source, first)
    else:
        begin, end = _common_offset(source, first[:window]), _common_offset(source, last[-window:])
    head = after[0] + begin - before[0]
    tail = before[1] - (after[1] + end)
    if drifts:
        head, tail = (0 if abs(steps) <= SLACK else steps for steps in (head, tail))
    head = 0 if _goes_on(heard, after[0], begin, head, -1) else head
    tail = 0 if _goes_on(heard, after[1] - 1, end, tail, 1) else tail
    inside, shown, in_order = 0, 0, True
    for one, next_one in pairwise(stretches):
        gap_before = int(source[next_one[0]]) - int(source[one[-1]]) - 1
        gap_after = int(next_one[0]) - int(one[-1]) - 1
        in_order = in_order and gap_before >= -SLACK
        change = gap_before - gap_after
        inside += 0 if abs(change) <= SLACK else change
        shown += min(max(gap_before, 0), gap_after)
    if not drifts:
        inside = end - begin if inside else 0
    misplaced = shown + _unmatched(after[0], int(first[0]), begin, before) + _unmatched(
        int(last[-1]) + 1, after[1], end, before
    )  # fmt: skip
    covered = source[matched]
    return Overlap(
        (int(covered.min()), int(covered.max()) + 1), (int(matched[0]), int(matched[-1]) + 1),
        head, tail, inside, -begin, in_order and (is_treated or misplaced <= max(SLACK, MISPLACED_SECONDS * rate)),
    )  # fmt: skip


def _of_one_take(
    source: Steps, heard: Steps, matched: Steps, before: tuple[int, int], after: tuple[int, int], offset: int,
    may_go_on: tuple[bool, bool],
) -> Overlap:  # fmt: skip
    """The overlap of two scenes of one take without a break."""
    head, tail = after[0] + offset - before[0], before[1] - after[1] - offset
    head = 0 if may_go_on[0] and _goes_on(heard, after[0], offset, head, -1) else head
    tail = 0 if may_go_on[1] and _goes_on(heard, after[1] - 1, offset, tail, 1) else tail
    return Overlap(
        (int(source[matched].min()), int(source[matched].max()) + 1), (int(matched[0]), int(matched[-1]) + 1),
        head, tail, 0, -offset, is_in_order=True,
    )  # fmt: skip


def _stretches(source: Steps, matched: Steps) -> list[Steps]:
    """The steps of the second cut in stretches of nearly one offset; short ones are left out beside longer ones."""
    offsets = source[matched] - matched
    breaks = np.flatnonzero(np.abs(np.diff(offsets)) > SLACK) + 1
    parts = np.split(matched, breaks)
    long = [part for part in parts if len(part) >= MIN_STRETCH] or [max(parts, key=len)]
    joined = [long[0]]
    for part in long[1:]:
        if abs(_common_offset(source, joined[-1]) - _common_offset(source, part)) <= SLACK:
            joined[-1] = np.concatenate([joined[-1], part])
        else:
            joined.append(part)
    return joined


def _common_offset(source: Steps, steps: Steps) -> int:
    """The offset, first cut less second, that most of the steps have."""
    values, counts = np.unique(source[steps] - steps, return_counts=True)
    return int(values[counts.argmax()])


def _goes_on(source: Steps, edge: int, offset: int, cut: int, direction: int) -> bool:
    """Whether the footage goes on beyond a scene's edge in both cuts, so that only the place of the edge differs.

    `cut` is what the edges say was cut off (negative: added) at the scene's first or last step, `edge`, and `direction`
    leads out of the scene.
    """
    if cut == 0:
        return False
    # Cut off: the steps beyond the edge in the second cut. Added: those within it. And in both cases some more beyond,
    # since the alignment may go a few steps beyond a take's end.
    reach = np.arange(1 if cut > 0 else 1 + cut, max(cut, 0) + BEYOND + 1)
    steps = edge + direction * reach
    steps = steps[(steps >= 0) & (steps < len(source))]
    known = source[steps] >= 0
    same: NDArray[np.bool_] = known & (np.abs(source[steps] - steps - offset) <= SLACK)
    # A step or two are no trim only because nothing is known of some beyond them, as where a treatment begins.
    asked = (
        int(np.count_nonzero(known)) if abs(cut) <= SLACK and 2 * np.count_nonzero(known) > len(reach) else len(reach)
    )
    return int(np.count_nonzero(same)) > GOES_ON_SHARE * asked


def _unmatched(first: int, last: int, offset: int, before: tuple[int, int]) -> int:
    """How many of the steps `first` to before `last`, none of them matched, are in the first scene by their offset."""
    return max(0, min(last + offset, before[1]) - max(first + offset, before[0]))
