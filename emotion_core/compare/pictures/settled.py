"""The path's offsets settled by all pictures of a stretch.

Four pictures a second tell where a stretch lies, and a slow one to a step or two only. All its pictures tell more: one
offset that explains them as well as those of the path do is that of the stretch. Footage at another speed has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from .frame_similarity import Costs, MatchCosts, Steps

FACTORS = np.array([1.0, 1.02, 1.1])
"""Offsets up to two steps beside the path's are tried; those by so many steps must leave so many times less motion."""
MOST_OFFSETS = 3
"""Offsets of a stretch, the most frequent ones, about which is tried."""
SAMPLES = 40
"""Pictures of a stretch that are compared, evenly spread."""
MIN_GAIN, MAX_GAIN = 0.7, 1.4
"""Contrast of the second cut's pictures, by that of the first's, that is allowed for: a grade."""


def settle_offsets(match: MatchCosts, anchors: Steps, path: Sequence[int | None]) -> list[int | None]:
    """The offset at each anchor, one for each stretch of the path where that explains its pictures as well."""
    settled = list(path)
    ends = [0, *(i + 1 for i, (one, other) in enumerate(pairwise(path)) if not _goes_on(one, other)), len(path)]
    for first, last in pairwise(ends):
        if last - first < 2 or path[first] is None:
            continue
        offset = _settled(match, anchors[first:last], np.array(path[first:last], dtype=np.int64))
        if offset is not None:
            settled[first:last] = [offset] * (last - first)
    return settled


def _goes_on(offset: int | None, later: int | None) -> bool:
    """Whether a stretch has both offsets, at successive anchors."""
    if offset is None or later is None:
        return offset is later
    return abs(later - offset) <= 1


def _settled(match: MatchCosts, anchors: Steps, offsets: Steps) -> int | None:
    """The offset of a stretch; None where that of the path is as good."""
    steps = np.unique(np.linspace(anchors[0], anchors[-1], SAMPLES).astype(np.int64))
    along = offsets[np.searchsorted(anchors, steps, side="right") - 1]
    values, counts = np.unique(offsets, return_counts=True)
    frequent = values[np.argsort(-counts, kind="stable")[:MOST_OFFSETS]]
    reach = len(FACTORS) - 1
    tried = np.unique(frequent[:, None] + np.arange(-reach, reach + 1))
    tried = tried[(tried + anchors[0] >= 0) & (tried + anchors[-1] < len(match.before))]
    if not len(tried):
        return None
    differences = _differences(match, steps, np.append(np.repeat(tried, len(steps)), along))
    away = np.abs(tried[:, None] - frequent).min(axis=1)
    left = differences[:-1] * FACTORS[away]
    best = int(np.lexsort((away, left))[0])
    return int(tried[best]) if left[best] <= differences[-1] else None


def _differences(match: MatchCosts, steps: Steps, offsets: Steps) -> Costs:
    """How much of the motion at these steps an offset leaves, mean square levels, for each row of offsets."""
    before = np.clip(offsets.reshape(-1, len(steps)) + steps, 0, len(match.before) - 1)
    first, second = match.before[before].astype(np.float64), match.after[steps].astype(np.float64)
    first -= first.mean(axis=1, keepdims=True)
    second -= second.mean(axis=0)
    ours, theirs = np.einsum("kij,kij->k", first, first), float(np.square(second).sum())
    product = np.einsum("kij,ij->k", first, second)
    gains = np.clip(product / np.maximum(ours, 1), MIN_GAIN, MAX_GAIN)  # in the tones of the second cut
    left: Costs = np.round((gains**2 * ours - 2 * gains * product + theirs) / second.size, 4)
    return left
