"""Windows of anchors: the offsets that are tried at all anchors of one, and what each costs at each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ...system import usable_cores
from .candidates import MAX_THREADS
from .cost_grids import window_costs
from .frame_similarity import Costs, MatchCosts, Steps
from .local_motion import with_local_motion

WINDOW = 32
"""Anchors that are handled together; an offset found at one of them, or of the next WINDOW, is tried at all."""
WORST = 3.5
"""Cost of a picture from which on no path begins at it: it is cheaper to have no counterpart meanwhile."""


def costs_at(match: MatchCosts, offsets: Steps, window: Steps) -> Costs:
    """Cost (offsets, anchors) of each offset at each anchor of a window, with that of local motion."""
    return with_local_motion(match, offsets, window, window_costs(match, offsets, window))


class Windows:
    """The anchors in windows: of each the candidate offsets of it and the next, and what they cost at its anchors."""

    def __init__(self, match: MatchCosts, anchors: Steps) -> None:
        self._match = match
        self._anchors = [anchors[start : start + WINDOW] for start in range(0, len(anchors), WINDOW)]
        self._offsets: list[Steps] = [anchors[:0]] * len(self._anchors)
        self._costs: list[Costs] = [np.empty((0, len(window))) for window in self._anchors]

    def __iter__(self) -> Iterator[tuple[Steps, Steps, Costs]]:
        """Anchors, offsets, and the costs (offsets, anchors) of each window."""
        return zip(self._anchors, self._offsets, self._costs, strict=True)

    def add(self, chosen: NDArray[np.bool_], candidates: Sequence[Steps]) -> None:
        """Compare candidates: those of each of the `chosen` anchors."""
        counts = np.cumsum([0, *map(len, candidates)])
        offsets = np.concatenate([*candidates, np.empty(0, dtype=np.int64)])
        until = np.append(0, np.cumsum(chosen))  # chosen anchors before each
        bounds = counts[until]

        def compare(i: int) -> None:
            start = i * WINDOW
            tried = np.unique(offsets[bounds[start] : bounds[min(start + 2 * WINDOW, len(chosen))]])
            new = np.setdiff1d(tried, self._offsets[i], assume_unique=True)
            if len(new):
                costs = costs_at(self._match, new, self._anchors[i])
                self._offsets[i] = np.append(self._offsets[i], new)
                self._costs[i] = np.vstack([self._costs[i], costs])

        with threadpool_limits(1, "blas"), ThreadPoolExecutor(min(MAX_THREADS, usable_cores())) as pool:
            list(pool.map(compare, range(len(self._anchors))))

    def least(self) -> Costs:
        """The lowest cost at each anchor; WORST without any."""
        return np.concatenate([costs.min(axis=0, initial=WORST) for costs in self._costs])


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
