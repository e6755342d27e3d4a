"""Windows of anchors: the offsets that are tried at all anchors of one, and what each costs at each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from threadpoolctl import threadpool_limits

from ...system import usable_cores
from .candidates import MAX_THREADS
from .cost_grids import window_costs
from .frame_similarity import Costs, MatchCosts, Steps

WINDOWS_AT_ONCE = 64
"""Windows whose pictures are compared, by several threads, before the path through them is searched: not beside it,
since its many short steps would keep the threads waiting for the interpreter."""
WINDOW = 32
"""Anchors that are handled together; an offset found at one of them, or of the next WINDOW, is tried at all."""
WORST = 3.5
"""Cost of a picture from which on no path begins at it: it is cheaper to have no counterpart meanwhile."""


def compared_windows(
    match: MatchCosts, anchors: Steps, candidates: Sequence[Steps]
) -> Iterator[tuple[Steps, Steps, Costs]]:
    """Of each window its anchors, the candidate offsets of it and the next, and the cost of each at each anchor."""

    def costs_at(start: int) -> tuple[Steps, Steps, Costs]:
        window = anchors[start : start + WINDOW]
        tried = np.unique(np.concatenate(candidates[start : start + 2 * WINDOW]))
        return window, tried, window_costs(match, tried, window)

    starts = range(0, len(anchors), WINDOW)
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(min(MAX_THREADS, usable_cores())) as pool:
        for i in range(0, len(starts), WINDOWS_AT_ONCE):
            yield from pool.map(costs_at, starts[i : i + WINDOWS_AT_ONCE])


class Window:
    """Costs of the pictures of a window, by offset and anchor."""

    def __init__(self, offsets: Steps, costs: Costs) -> None:
        """`costs`: (offsets, anchors)."""
        self._costs = costs
        self._rows = {offset: row for row, offset in enumerate(offsets.tolist())}
        self._lists: dict[int, list[float]] = {}
        self.slips = {
            offset: beside
            for offset in self._rows
            if (beside := tuple(end for end in (offset - 1, offset + 1) if end in self._rows))
        }
        """Of each offset with others a step beside it, those."""
        self.least: list[float] = costs.min(axis=0, initial=WORST).tolist()
        """The lowest cost at each anchor."""
        at, row = np.nonzero(costs.T < WORST)
        known = costs[row, at]
        order = np.lexsort((known, at))
        self._begins = np.searchsorted(at, np.arange(costs.shape[1] + 1)).tolist()
        self._offsets: list[int] = offsets[row[order]].tolist()
        self._known: list[float] = known[order].tolist()

    def cost(self, offset: int, i: int) -> float:
        """The cost of an offset that is tried."""
        costs = self._lists.get(offset)
        if costs is None:
            costs = self._lists[offset] = self._costs[self._rows[offset]].tolist()
        return costs[i]

    def costs(self, offsets: Sequence[int], i: int) -> Costs:
        return self._costs[[self._rows[offset] for offset in offsets], i]

    def below(self, i: int, limit: float) -> list[int]:
        """The offsets that cost less than a limit at an anchor."""
        begin, end = self._begins[i], self._begins[i + 1]
        return self._offsets[begin : bisect_left(self._known, limit, begin, end)]
