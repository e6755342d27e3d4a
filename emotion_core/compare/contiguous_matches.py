"""Stretches of footage along which the place in the other cut goes on: which hold, and what closes the gaps between."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from .frame_similarity import Pictures, Places

STILL = 1.2
"""Levels, root mean square about the mean: where neither cut's pictures change more, there is no motion to compare."""
STILLER = 4.0
"""By so many times less than else may pictures differ in a stretch without motion."""
SAME_MOTION = 0.5
"""Correlation of pictures about their mean from which they are the same footage's. That came to 0.8 or more over two
seconds, the most alike other part of a film to 0.2 (medians of six films)."""
MOTION_OVER = 2
"""Seconds."""
GAP = 2
"""Seconds that a stretch may be interrupted where the pictures are not quite unlike, as those of a fade that a grade
has crushed: less than GAP_COST in the mean."""
GAP_COST = 2.0
SLIPS = 3
"""Steps that may be missing where a stretch goes on a step earlier or later."""
ALIKE_AT_ONCE = 256
"""Pairs of pictures that are compared at once where all must be alike."""


def stretches(found: Places) -> list[tuple[int, int]]:
    """First and last (exclusive) step of each run of Footage.source whose place goes on, give or take a step."""
    known = found >= 0
    goes_on = known[1:] & known[:-1] & (np.abs(np.diff(found) - 1) <= 1)
    edges = [0, *(np.flatnonzero(~goes_on) + 1).tolist(), len(found)]
    return [(first, last) for first, last in pairwise(edges) if known[first]]


def holds(pictures: Pictures, found: Places, first: int, last: int, rate: float) -> bool:
    """Whether a stretch is the same footage: what changes in it does so alike in both cuts; or nothing changes, and the
    pictures are very much alike.
    """
    over = max(2, round(MOTION_OVER * rate))
    both = one_square = other_square = 0.0
    for start in range(first, last, over):
        here = slice(start, min(last, start + over))
        one, other = pictures.before[found[here]].astype(np.float32), pictures.after[here].astype(np.float32)
        one, other = one - one.mean(axis=0), other - other.mean(axis=0)
        both += float((one * other).sum())
        one_square += float((one**2).sum())
        other_square += float((other**2).sum())
    if max(one_square, other_square) >= STILL**2 * (last - first) * pictures.before.shape[1]:
        return both >= SAME_MOTION * math.sqrt(one_square * other_square)
    some = np.unique(np.linspace(first, last - 1, 100).astype(np.int64))
    return float(np.mean(pictures.unlike(found[some], some)[1])) <= pictures.spread / STILLER


def bridge(pictures: Pictures, found: Places, rate: float) -> None:
    """Close gaps that are none: a step or three where two rates differ, and short ones between two parts of one stretch
    whose pictures are not quite unlike.
    """
    for (_, first), (last, _) in pairwise(stretches(found)):
        gap = np.arange(first, last)
        offset, later = int(found[first - 1]) - (first - 1), int(found[last]) - last
        if not 0 < len(gap) <= GAP * rate:
            continue
        if abs(later - offset) == 1 and len(gap) <= SLIPS:
            found[gap] = np.minimum(gap + offset, found[last])
        elif later == offset and pictures.costs(np.full(len(gap), offset), gap).mean() < GAP_COST:
            found[gap] = gap + offset


def hold(pictures: Pictures, found: Places) -> None:
    """Where a picture stands longer in the second cut than in the first, it is the same picture for as long."""
    alone = np.concatenate([[False], found < 0, [False]])
    gaps = np.flatnonzero(alone[1:] != alone[:-1]).reshape(-1, 2)
    for first, last in gaps.tolist():
        gap = np.arange(first, last)
        for beside in (first - 1, last):
            inside = 0 <= beside < len(found) and found[first] < 0
            if inside and _all_alike(pictures, np.full(len(gap), found[beside]), gap):
                found[gap] = found[beside]
    for (_, end), (start, last) in pairwise(stretches(found)):
        held, back = int(found[end - 1]), int(found[start])
        stand = np.arange(held, back - 1, -1)
        if end == start and len(stand) and _all_alike(pictures, stand, np.full(len(stand), start)):
            found[start:last] = np.maximum(found[start:last], held)


def _all_alike(pictures: Pictures, there: Places, here: Places) -> bool:
    """Whether each of these pairs of steps would do; most that would not say so at once, whatever their number."""
    few = range(0, len(here), ALIKE_AT_ONCE)
    parts = ((there[i : i + ALIKE_AT_ONCE], here[i : i + ALIKE_AT_ONCE]) for i in few)
    return all(bool((pictures.costs(one - other, other) <= 1).all()) for one, other in parts)
