"""Runs of matched footage: their detection, the check that they are the same footage, and the gaps between them.

A run is a range of steps of the second cut whose matching steps of the first are contiguous.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from .frame_similarity import MatchCosts, Steps
from .local_motion import DIFFERENT, agreement_of_most, is_held

STILL = 1.2
"""Root mean square change about the mean, levels, up to which a run has no motion to compare."""
STILL_FACTOR = 4.0
"""Factor by which the difference of pictures must be lower in a run without motion."""
SAME_MOTION = 0.5
"""Lowest correlation of the pictures about their mean in the same footage. Over two seconds it was 0.8 or more, and 0.2
for the most similar other part of a film (medians of six films)."""
MOTION_SECONDS = 2
"""Seconds over which motion is compared."""
MAX_GAP = 2
"""Seconds of a gap that is closed if its mean cost is below GAP_COST, such as a fade crushed by a grade."""
GAP_COST = 2.0
MAX_SLIPS = 3
"""Steps that may be missing where a run continues one step earlier or later."""
CHUNK = 256
"""Pairs of pictures that are compared at once where all must match."""


def find_runs(source: Steps) -> list[tuple[int, int]]:
    """First and last (exclusive) step of each run of AlignmentMap.source; a slip of one step does not end a run."""
    matched = source >= 0
    continues = matched[1:] & matched[:-1] & (np.abs(np.diff(source) - 1) <= 1)
    edges = [0, *(np.flatnonzero(~continues) + 1).tolist(), len(source)]
    return [(first, last) for first, last in pairwise(edges) if matched[first]]


def is_same_footage(match: MatchCosts, source: Steps, first: int, last: int, rate: float) -> bool:
    """Whether a run shows the same footage.

    Its motion must agree in both cuts: where little moves, that of the fields that move most. Without motion its
    pictures must be very similar.
    """
    over = max(2, round(MOTION_SECONDS * rate))
    # Of each field, over all steps: before times after, and the squares of both.
    sums = np.zeros((3, match.before.shape[1]))
    for start in range(first, last, over):
        steps = slice(start, min(last, start + over))
        before, after = match.before[source[steps]].astype(np.float32), match.after[steps].astype(np.float32)
        before, after = before - before.mean(axis=0), after - after.mean(axis=0)
        sums += [(before * after).sum(axis=0), (before**2).sum(axis=0), (after**2).sum(axis=0)]
    product, before_square, after_square = sums.sum(axis=1).tolist()
    if max(before_square, after_square) >= STILL**2 * (last - first) * match.before.shape[1]:
        return bool(product >= SAME_MOTION * math.sqrt(before_square * after_square))
    local = sums / (last - first)
    agreement, moves = agreement_of_most(*local[:, None])
    if moves[0] and agreement[0] < 1 - DIFFERENT:
        return False
    sample = np.unique(np.linspace(first, last - 1, 100).astype(np.int64))
    return float(np.mean(match.differences(source[sample], sample)[1])) <= match.spread / STILL_FACTOR


def bridge_gaps(match: MatchCosts, source: Steps, rate: float) -> None:
    """Close, in place, gaps of up to MAX_SLIPS steps where two rates differ, and short ones within one run."""
    for (_, first), (last, _) in pairwise(find_runs(source)):
        gap = np.arange(first, last)
        offset, later = int(source[first - 1]) - (first - 1), int(source[last]) - last
        if not 0 < len(gap) <= MAX_GAP * rate:
            continue
        if abs(later - offset) == 1 and len(gap) <= MAX_SLIPS:
            source[gap] = np.minimum(gap + offset, source[last])
        elif later == offset and match.costs(np.full(len(gap), offset), gap).mean() < GAP_COST:
            source[gap] = gap + offset


def continue_into_black(match: MatchCosts, source: Steps) -> None:
    """Match, in place, flat pictures beside a run at its offset, as far as both cuts have the same ones there.

    A flat picture has no place of its own, so the path through the candidates may leave it out. The run goes on up to
    the footage of the next one, where that comes later in both cuts.
    """
    for first, last in _gaps(source):
        gap = np.arange(first, last)
        before = int(source[first - 1]) if first else -1
        behind = int(source[last]) if last < len(source) else len(match.before)
        room = behind - before - 1 if behind > before else len(match.before)
        if first:
            gap = gap[_same_black(match, gap, before - (first - 1), room) :]
            source[first : last - len(gap)] = np.arange(first, last - len(gap)) + before - (first - 1)
            room -= last - first - len(gap)
        if last < len(source) and len(gap):
            n = _same_black(match, gap[::-1], behind - last, room)
            source[last - n : last] = np.arange(behind - n, behind)


def _same_black(match: MatchCosts, gap: Steps, offset: int, room: int) -> int:
    """How many steps of `gap`, at most `room`, are flat and match at `offset`, from its first on."""
    ends = np.flatnonzero(~match.flat[gap])[:1]
    flat = gap[: min(int(ends[0]) if len(ends) else len(gap), max(room, 0))]
    others = np.flatnonzero(match.costs(np.full(len(flat), offset), flat) > 1) if len(flat) else flat
    return int(others[0]) if len(others) else len(flat)


def _gaps(source: Steps) -> list[tuple[int, int]]:
    """First and last (exclusive) step of each range without a match."""
    unmatched = np.concatenate([[False], source < 0, [False]])
    edges = np.flatnonzero(unmatched[1:] != unmatched[:-1])
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def extend_held_pictures(match: MatchCosts, source: Steps) -> None:
    """Match, in place, a picture that is held longer in the second cut than in the first to that same picture."""
    for first, last in _gaps(source):
        gap = np.arange(first, last)
        for beside in (first - 1, last):
            is_open = 0 <= beside < len(source) and source[first] < 0
            if is_open and is_held(match.after, beside, gap, match.spread) and _all_match(
                match, np.full(len(gap), source[beside]), gap
            ):  # fmt: skip
                source[gap] = source[beside]
    for (_, end), (start, last) in pairwise(find_runs(source)):
        held, back = int(source[end - 1]), int(source[start])
        repeated = np.arange(held, back - 1, -1)
        is_back = end == start and len(repeated) > 0
        if is_back and is_held(match.before, held, repeated, match.spread) and _all_match(
            match, repeated, np.full(len(repeated), start)
        ):  # fmt: skip
            source[start:last] = np.maximum(source[start:last], held)


def _all_match(match: MatchCosts, before: Steps, after: Steps) -> bool:
    """Whether each pair of steps costs at most 1, chunk by chunk: most failures show in the first."""
    starts = range(0, len(after), CHUNK)
    chunks = ((before[i : i + CHUNK], after[i : i + CHUNK]) for i in starts)
    return all(bool((match.costs(b - a, a) <= 1).all()) for b, a in chunks)
