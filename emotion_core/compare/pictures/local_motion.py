"""Motion of a few fields, by which takes that are nearly held are told from each other.

Where only a face moves, two takes of one set-up differ by little in the mean over the picture, and so do their changes.
In the fields that move most they differ by all of it. So the motion of these is compared over a second before or after.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...observations import Layouts
from .frame_similarity import MAX_COST, MOVING, PAIRS, Costs, MatchCosts, Steps

STEPS = 5
"""Pictures by which motion is compared: a second, at the distance of MatchCosts.change_steps."""
FIELDS = 6
"""Fields that move most, in either cut, of which the motion is compared."""
MIN_CODED, CODED = 2.0, 5.0
"""Their mean square motion from which it is no difference of coding: levels squared, and times the median field's."""
HELD = 1.0
"""Mean square difference of the FIELDS fields that differ most up to which a picture is held, by MatchCosts.spread."""
DIFFERENT = 0.35
"""1 - correlation of their motion that costs as much as no counterpart. Of seven films, coded again at half the size,
with timecode or graded, nineteen in twenty seconds have 0.26 at most, and the most similar other ones mostly 0.6 or
more."""


def with_local_motion(match: MatchCosts, offsets: Steps, anchors: Steps, costs: Costs) -> Costs:
    """The costs (offsets, anchors), those of matches that motion does not tell at least what it costs locally."""
    row, at = np.nonzero((costs < 1) & ~match.moves(anchors))
    result = costs.copy()
    for start in range(0, len(row), PAIRS):
        part = row[start : start + PAIRS], at[start : start + PAIRS]
        result[part] = np.maximum(result[part], _costs(match, offsets[part[0]], anchors[part[1]]))
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


def _costs(match: MatchCosts, offsets: Steps, after: Steps) -> Costs:
    """What the local motion of matches costs, in the direction in which it agrees more; 0 where it tells nothing."""
    found = np.full(len(after), np.inf)
    for direction in (-1, 1):
        steps = direction * match.change_steps * np.arange(STEPS)
        first, second = (
            _motion(film, at[:, None] + steps) for film, at in ((match.before, offsets + after), (match.after, after))
        )
        both, ours, theirs = (
            np.einsum("ijk,ijk->ik", one, other).astype(np.float64) / STEPS**3
            for one, other in ((first, second), (first, first), (second, second))
        )
        agreement, moves = agreement_of_most(both, ours, theirs)
        means = np.maximum(ours.mean(axis=1), theirs.mean(axis=1))
        tells = moves & (means < MOVING)
        found = np.where(tells, np.minimum(found, (1 - agreement) / DIFFERENT), found)
    costs: Costs = np.where(np.isfinite(found), np.minimum(found, MAX_COST), 0.0)
    return costs


def _motion(layouts: Layouts, at: Steps) -> NDArray[np.float32]:
    """(n, STEPS, fields): pictures less their mean, times STEPS: whole numbers, whose products' sums are exact."""
    pictures = np.take(layouts, at, axis=0, mode="clip").astype(np.float32)
    motion: NDArray[np.float32] = STEPS * pictures - pictures.sum(axis=1, keepdims=True)
    return motion
