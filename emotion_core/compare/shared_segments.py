"""The runs of footage that two cuts share, and what they come to: kept, moved, new, left out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ..timecode import Span
from .alignment import Footage
from .contiguous_matches import stretches

SLACK = 2
"""Steps that footage may differ by and be the same: a dissolve has no very frame at which it begins."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What a re-cut did to the footage, seconds."""

    kept: Fraction
    """Of the second cut: footage of the first."""
    moved: Fraction
    """Of that: in another place, or shown again."""
    new: Fraction
    """Of the second cut: not in the first."""
    left_out: Fraction
    """Of the first cut: not in the second."""


@dataclass(frozen=True, slots=True)
class Run:
    """Footage that is in both cuts without a break."""

    before: Span
    """Where it is in the first cut."""
    after: Span
    """And in the second; longer where a picture is held."""
    moved: bool
    """Whether it comes in another place among the runs or is shown again: not in the longest part that kept its order.
    """


def runs(footage: Footage) -> tuple[Run, ...]:
    """What both cuts show, in the order of the second."""
    found = []
    for (first, last), moved in moves(footage):
        there = (int(footage.source[first]), int(footage.source[last - 1]) + 1)
        before, after = (Span(a / footage.rate, b / footage.rate) for a, b in (there, (first, last)))
        found.append(Run(before, after, moved))
    return tuple(found)


def moves(footage: Footage) -> list[tuple[tuple[int, int], bool]]:
    """The stretches of the second cut that are in the first, and whether each comes in another place."""
    found = stretches(footage.source)
    stays = _in_order([(int(footage.source[first]), int(footage.source[last - 1])) for first, last in found])
    return [(one, i not in stays) for i, one in enumerate(found)]


def balance(footage: Footage) -> Balance:
    """The films' footage as a whole."""
    known = footage.source >= 0
    kept = int(np.count_nonzero(known))
    moved = sum((run.after.seconds for run in runs(footage) if run.moved), Fraction(0))
    new, left_out = len(known) - kept, footage.steps - len(covered(footage.source))
    return Balance(kept / footage.rate, moved, new / footage.rate, left_out / footage.rate)


def covered(source: NDArray[np.int64]) -> NDArray[np.int64]:
    """The steps of the first cut that are shown, with those that a stretch skips: between 24 and 23.976 frames a second
    one in a thousand.
    """
    known = source[:-1] >= 0
    skipped = source[:-1][known & (source[1:] - source[:-1] == 2)] + 1
    return np.unique(np.concatenate([source[source >= 0], skipped]))


def _in_order(places: Sequence[tuple[int, int]]) -> set[int]:
    """Of places in the first cut (first and last step), in the order of the second, those that follow each other.

    They are the longest such part; what is not in it was moved, or is shown again. Half of a place may have been shown
    just before it.
    """
    ends = sorted({last for _, last in places})
    # A Fenwick tree (1994): the longest part that ends at or before each of `ends`, and its last place, negative so
    # that of two as long the earlier one counts.
    best = [(0, 1)] * (len(ends) + 1)
    before: list[int] = []
    for i, (first, last) in enumerate(places):
        at, longest = bisect_right(ends, first - 1 + max(SLACK, (last - first + 1) // 2)), (0, 1)
        while at > 0:
            longest = max(longest, best[at])
            at -= at & -at
        before.append(-longest[1])
        total, at = (longest[0] + last - first + 1, -i), bisect_left(ends, last) + 1
        while at <= len(ends):
            best[at] = max(best[at], total)
            at += at & -at
    found: set[int] = set()
    i = -max(best)[1]
    while i >= 0:
        found.add(i)
        i = before[i]
    return found
