"""The search of the second cut's pictures in the first, as they are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ...observations import Layouts
from .candidates import CandidateSearch
from .cheapest_path import cheapest_path
from .contiguous_matches import bridge_gaps, continue_into_black, extend_held_pictures, find_runs, is_same_footage
from .frame_similarity import Costs, MatchCosts, Steps
from .overlay import overlaid_fields
from .settled import settle_offsets
from .windows import Windows

ANCHORS = 4
"""Anchors a second of the second cut."""
COARSE_STEP = 3
"""Steps between the pictures of the first cut that are compared with every anchor."""
BUDGET = 4e9
"""Comparisons of an anchor with a picture; beyond it half the anchors and half the pictures are used. Two films of two
hours at 25 frames a second need 1.8e9, two of four hours 7.2e9."""
SPARSE = 2
"""Of so many anchors of a long cut one is searched first. Its candidates mostly explain those beside it, too."""
EXPLAINED = 0.6
"""Cost of a picture up to which another anchor's candidate explains it, so that it is not searched itself. Of two
copies nine in ten cost less than 0.5, and other takes of the same set-up 0.74 or more."""
FIRST_LOOK = 600
"""Anchors of a long cut that tell whether something lies over its pictures: enough where a tenth is shared."""


def search_pictures(before: Layouts, after: Layouts, rate: float) -> tuple[Steps, NDArray[np.bool_]]:
    """AlignmentMap.source by the pictures as they are, and the fields over which something lies."""
    spacing = max(1, round(rate / ANCHORS))
    coarser = 2 if len(before) / COARSE_STEP * len(after) / spacing > BUDGET else 1
    anchors = np.unique(np.append(np.arange(0, len(after), spacing * coarser), len(after) - 1))
    match, windows, overlaid = _searched(before, after, spacing, anchors, COARSE_STEP * coarser)
    path = settle_offsets(match, anchors, cheapest_path(match, windows, rate))
    source = _interpolate(match, anchors, path)
    for first, last in find_runs(source):
        if not is_same_footage(match, source, first, last, rate):
            source[first:last] = -1
    bridge_gaps(match, source, rate)
    continue_into_black(match, source)
    extend_held_pictures(match, source)
    return source, overlaid


def _searched(
    before: Layouts, after: Layouts, spacing: int, anchors: Steps, every: int
) -> tuple[MatchCosts, Windows, NDArray[np.bool_]]:
    """The anchors with their candidates, by the fields over which nothing lies; and the others."""
    is_long = len(anchors) > 2 * FIRST_LOOK  # else little is saved
    at_first = np.linspace(0, len(anchors) - 1, FIRST_LOOK if is_long else len(anchors)).astype(np.int64)
    match = MatchCosts(before, after, spacing)
    search = CandidateSearch(match, every)
    found = search.find(anchors[at_first])
    overlaid = overlaid_fields(match, anchors[at_first], found)
    if overlaid.any():  # as under burnt-in timecode: the rest of the picture tells more without them
        # Picture by picture in memory: what indexing gives lies field by field, and is read many times slower.
        before, after = (np.ascontiguousarray(film[:, ~overlaid]) for film in (before, after))
        match = MatchCosts(before, after, spacing)
        search = CandidateSearch(match, every)
    few = np.zeros(len(anchors), dtype=np.bool_)
    few[:: SPARSE if is_long else 1] = True
    if is_long or overlaid.any():
        found = search.find(anchors[few])
    match.calibrate(anchors[few], found)
    windows = Windows(match, anchors)
    windows.add(few, found)
    others = ~few & (windows.least() > EXPLAINED)
    windows.add(others, search.find(anchors[others]))
    return match, windows, overlaid


def _interpolate(match: MatchCosts, anchors: Steps, path: Sequence[int | None]) -> Steps:
    """The path at every step: between two anchors the offset changes where that costs least."""
    source = np.full(len(match.after), -1, dtype=np.int64)
    bounds = np.append(anchors, len(source))
    for (first, last), offset in zip(pairwise(bounds.tolist()), path, strict=True):
        if offset is not None:
            source[first:last] = np.arange(first + offset, last + offset)
    changes = [i for i, (earlier, later) in enumerate(pairwise(path)) if earlier != later]
    between = [np.arange(bounds[i] + 1, bounds[i + 1]) for i in changes]
    all_ahead = _costs_of_each(match, between, [path[i] for i in changes])
    all_behind = _costs_of_each(match, between, [path[i + 1] for i in changes])
    for i, steps, ahead, behind in zip(changes, between, all_ahead, all_behind, strict=True):
        # The anchor itself keeps its offset. Each side is extended while that is cheaper than no counterpart. Where
        # the sides would overlap, the change is made where it costs least.
        until = _cheapest_count(ahead - 1)
        since = len(behind) - _cheapest_count(behind[::-1] - 1)
        if until > since:
            until = since = _cheapest_count(ahead - behind)
        source[steps[until:]] = -1
        later = path[i + 1]
        if later is not None:
            source[steps[since:]] = steps[since:] + later
    return source


def _costs_of_each(match: MatchCosts, steps: Sequence[Steps], offsets: Sequence[int | None]) -> list[Costs]:
    """Cost of each of several ranges of steps at its offset, compared all at once; 1 without an offset."""
    if not steps:
        return []
    lengths = [len(some) for some in steps]
    at = np.repeat(np.array([offset or 0 for offset in offsets], dtype=np.int64), lengths)
    has_offset = np.repeat(np.array([offset is not None for offset in offsets]), lengths)
    costs = np.where(has_offset, match.costs(at, np.concatenate(steps)), 1.0)
    return np.split(costs, np.cumsum(lengths)[:-1])


def _cheapest_count(costs: Costs) -> int:
    """How many of `costs`, from the first on, have the lowest sum; the most where several counts do."""
    sums = np.append(0.0, np.cumsum(costs))
    return len(costs) - int(sums[::-1].argmin())
