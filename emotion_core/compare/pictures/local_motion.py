"""Motion of a few fields, by which takes that are nearly held are told from each other.

Where only a face moves, two takes of one set-up differ by little in the mean over the picture, and so do their changes.
In the fields that move most they differ by all of it. So the motion of these is compared over a second before or after.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...observations import Layouts
from .frame_similarity import MAX_COST, MOVING, PAIRS, Costs, MatchCosts, Steps
from .motion_amounts import CODED, FIELDS, MIN_CODED, STEPS, UNIT

HELD = 1.0
"""Mean square difference of the FIELDS fields that differ most up to which a picture is held, by MatchCosts.spread."""
DIFFERENT = 0.35
"""1 - correlation of their motion that costs as much as no counterpart. Of seven films, coded again at half the size,
with timecode or graded, nineteen in twenty seconds have 0.26 at most, and the most similar other ones mostly 0.6 or
more."""


def with_local_motion(match: MatchCosts, offsets: Steps, anchors: Steps, costs: Costs) -> Costs:
    """The costs (offsets, anchors), those of matches that motion does not tell at least what it costs locally.

    That is the cost in the direction in which it agrees more; none where it tells nothing in either.
    """
    row, at = np.nonzero((costs < 1) & ~match.moves(anchors))
    before, after = offsets[row] + anchors[at], anchors[at]
    local = np.full(len(row), np.inf)
    for direction in (-1, 1):
        telling = _may_tell(match, before, after, direction)
        for start in range(0, len(telling), PAIRS):
            part = telling[start : start + PAIRS]
            local[part] = np.minimum(local[part], _costs(match, before[part], after[part], direction))
    told = np.flatnonzero(np.isfinite(local))
    result = costs.copy()
    result[row[told], at[told]] = np.maximum(costs[row[told], at[told]], np.minimum(local[told], MAX_COST))
    return result


def agreement_of_most(both: Costs, ours: Costs, theirs: Costs) -> tuple[Costs, NDArray[np.bool_]]:
    """Correlation of the motion of the FIELDS fields that move most, and whether that is more than coding.

    Of (n, fields): the mean product of both cuts' motion, and the mean square of each.
    """
    larger = np.maximum(ours, theirs)
    most = larger >= np.partition(larger, -FIELDS, axis=1)[:, -FIELDS, None]
    product, one, other = (np.where(most, some, 0).sum(axis=1) for some in (both, ours, theirs))
    amount = np.where(most, larger, 0).sum(axis=1) / np.count_nonzero(most, axis=1)
    moves = amount >= np.maximum(MIN_CODED, CODED * np.median(larger, axis=1))
    return product / np.sqrt(np.maximum(one * other, 1e-6)), moves


def is_held(layouts: Layouts, step: int, others: Steps, spread: float) -> bool:
    """Whether a cut's picture at one step is held at the `others`: no field differs by more than two codings do."""
    picture = layouts[step].astype(np.float32)
    for start in range(0, len(others), PAIRS):
        apart = np.square(layouts[others[start : start + PAIRS]] - picture)
        if (np.partition(apart, -FIELDS, axis=1)[:, -FIELDS:].mean(axis=1) > HELD * spread).any():
            return False
    return True


def _may_tell(match: MatchCosts, before: Steps, after: Steps, direction: int) -> Steps:
    """The pairs of steps whose local motion may be evidence, by how much each step moves alone."""
    (most, medians, means), (other_most, other_medians, other_means) = (
        amounts.of(at, direction) for amounts, at in zip(match.motion, (before, after), strict=True)
    )
    likely = np.flatnonzero(np.maximum(means, other_means) < MOVING * UNIT)
    # The larger of both is field by field no more than the FIELDS largest of all, and its median no less than either.
    largest = np.sort(np.hstack([most[likely], other_most[likely]]), axis=1)[:, -FIELDS:].mean(axis=1)
    coded = CODED * np.maximum(medians[likely], other_medians[likely])
    telling: Steps = likely[largest >= np.maximum(MIN_CODED * UNIT, coded)]
    return telling


def _costs(match: MatchCosts, before: Steps, after: Steps, direction: int) -> Costs:
    """What the local motion of pairs of steps costs in a direction; infinite where it is only coding."""
    steps = direction * match.change_steps * np.arange(STEPS)
    first, second = (_motion(film, at[:, None] + steps) for film, at in ((match.before, before), (match.after, after)))
    both, ours, theirs = (
        np.einsum("ijk,ijk->ik", one, other).astype(np.float64) / STEPS**3
        for one, other in ((first, second), (first, first), (second, second))
    )
    agreement, moves = agreement_of_most(both, ours, theirs)
    return np.where(moves, (1 - agreement) / DIFFERENT, np.inf)


def _motion(layouts: Layouts, at: Steps) -> NDArray[np.float32]:
    """(n, STEPS, fields): pictures less their mean, times STEPS: whole numbers, whose products' sums are exact."""
    pictures = np.take(layouts, at, axis=0, mode="clip").astype(np.float32)
    motion: NDArray[np.float32] = STEPS * pictures - pictures.sum(axis=1, keepdims=True)
    return motion
