"""The segments of footage that two cuts share, and their totals: shared, moved, new, left out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ..timecode import Span
from .alignment import AlignmentMap
from .pictures import find_runs

SLACK = 2
"""Steps by which the same footage may differ: a dissolve has no exact frame at which it begins."""


@dataclass(frozen=True, slots=True)
class FootageSummary:
    """What a re-cut did to the footage, seconds."""

    shared: Fraction
    """Footage of the second cut that is in the first."""
    moved: Fraction
    """Part of `shared` that is in another place, or repeated."""
    new: Fraction
    """Footage of the second cut that is not in the first."""
    left_out: Fraction
    """Footage of the first cut that is not in the second."""


@dataclass(frozen=True, slots=True)
class SharedSegment:
    """Footage that is in both cuts without a break."""

    before: Span
    """Its place in the first cut."""
    after: Span
    """Its place in the second cut; longer where a picture is held."""
    moved: bool
    """Whether it is in another place among the segments, or repeated: outside the longest part in original order."""


def find_shared_segments(alignment: AlignmentMap) -> tuple[SharedSegment, ...]:
    """The segments that both cuts show, in the order of the second."""
    segments = []
    for (first, last), moved in runs_with_moves(alignment):
        steps_before = (int(alignment.source[first]), int(alignment.source[last - 1]) + 1)
        before, after = (Span(a / alignment.rate, b / alignment.rate) for a, b in (steps_before, (first, last)))
        segments.append(SharedSegment(before, after, moved))
    return tuple(segments)


def runs_with_moves(alignment: AlignmentMap) -> list[tuple[tuple[int, int], bool]]:
    """The runs of the second cut (see find_runs), and whether each was moved."""
    runs = find_runs(alignment.source)
    in_place = _longest_in_order(
        [(int(alignment.source[first]), int(alignment.source[last - 1])) for first, last in runs]
    )
    return [(run, i not in in_place) for i, run in enumerate(runs)]


def summarize_footage(alignment: AlignmentMap) -> FootageSummary:
    """Totals over both films."""
    matched = alignment.source >= 0
    shared = int(np.count_nonzero(matched))
    moved = sum((segment.after.seconds for segment in find_shared_segments(alignment) if segment.moved), Fraction(0))
    new, left_out = len(matched) - shared, alignment.steps - len(covered_steps(alignment.source))
    return FootageSummary(shared / alignment.rate, moved, new / alignment.rate, left_out / alignment.rate)


def covered_steps(source: NDArray[np.int64]) -> NDArray[np.int64]:
    """Steps of the first cut that are shown, ascending, with single steps that a run skips.

    Between 24 and 23.976 frames a second one in a thousand is skipped.
    """
    matched = source[:-1] >= 0
    skipped = source[:-1][matched & (source[1:] - source[:-1] == 2)] + 1
    return np.unique(np.concatenate([source[source >= 0], skipped]))


def _longest_in_order(places: Sequence[tuple[int, int]]) -> set[int]:
    """Indices of the longest part of `places` that is in order.

    Each place is the first and last step of a run in the first cut; they come in the order of the second. Runs outside
    that part were moved or repeated. A place may overlap the one before it by half its length.
    """
    ends = sorted({last for _, last in places})
    # A Fenwick tree (1994) of (length, -index of the last place) of the longest part that ends at or before each of
    # `ends`. The index is negative, so that the earlier of two equal parts wins.
    best = [(0, 1)] * (len(ends) + 1)
    previous: list[int] = []
    for i, (first, last) in enumerate(places):
        at, longest = bisect_right(ends, first - 1 + max(SLACK, (last - first + 1) // 2)), (0, 1)
        while at > 0:
            longest = max(longest, best[at])
            at -= at & -at
        previous.append(-longest[1])
        total, at = (longest[0] + last - first + 1, -i), bisect_left(ends, last) + 1
        while at <= len(ends):
            best[at] = max(best[at], total)
            at += at & -at
    indices: set[int] = set()
    i = -max(best)[1]
    while i >= 0:
        indices.add(i)
        i = previous[i]
    return indices
