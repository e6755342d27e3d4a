"""The cheapest path through the candidate offsets of all anchors (Viterbi 1967).

A path is left out as soon as one that jumps to its offset at the next anchor cannot cost more: whatever it goes on to,
the other can too. Mostly one path remains, which goes on without a look at the rest while no picture of them costs less
than its own. What is found is what all of them would give.
"""

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
MAX_PATHS = 16
"""Offsets at an anchor whose paths are followed."""
WINDOW = 32
"""Anchors that are handled together; an offset found at one of them, or of the next WINDOW, is tried at all."""

EDGE_COST, SLIP_COST, DISTANCE_COST, BACKWARD_COST = 0.5, 0.2, 0.1, 0.3
"""Cost of beginning or ending a stretch (a jump does both); of one step more or less, as between 24 and 23.976 frames a
second; of a more distant offset, times the logarithm of the seconds; of going backward."""
JUMP_COST = 2 * EDGE_COST
SLIPS = JUMP_COST + BACKWARD_COST + 0.05 - SLIP_COST
"""Cost by which an offset may be above one a step beside it: more, and a jump by two steps is cheaper than to slip on
from there."""
SLACK = 0.2
"""Most by which the way to an offset from no counterpart grows until the next anchor."""
FEW = 64
"""Ways to offsets that are compared one by one: more are by NumPy."""
WORST = 3.5
"""Cost of a picture from which on no path begins at it: it is cheaper to have no counterpart meanwhile."""


def cheapest_path(match: MatchCosts, anchors: Steps, candidates: Sequence[Steps], rate: float) -> list[int | None]:
    """Offset of the cheapest path at each anchor; None without a counterpart.

    A candidate of one anchor may hold for its whole stretch: each is tried at all anchors of its window, and followed
    for as long as it is among the best.
    """
    paths = _Paths(len(match.before) + len(match.after), rate)
    for window, found, costs in _windows(match, anchors, candidates):
        followed = np.setdiff1d(np.array(paths.offsets, dtype=np.int64), found)
        more = window_costs(match, followed, window)
        pictures = _Window(np.append(found, followed), np.vstack([costs, more]))
        for i, anchor in enumerate(window.tolist()):
            paths.follow(anchor, pictures, i)
    return paths.best()


def _windows(match: MatchCosts, anchors: Steps, candidates: Sequence[Steps]) -> Iterator[tuple[Steps, Steps, Costs]]:
    """Of each window its anchors, the candidate offsets of it and the next, and the cost of each at each anchor."""

    def costs_at(start: int) -> tuple[Steps, Steps, Costs]:
        window = anchors[start : start + WINDOW]
        tried = np.unique(np.concatenate(candidates[start : start + 2 * WINDOW]))
        return window, tried, window_costs(match, tried, window)

    starts = range(0, len(anchors), WINDOW)
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(min(MAX_THREADS, usable_cores())) as pool:
        for i in range(0, len(starts), WINDOWS_AT_ONCE):
            yield from pool.map(costs_at, starts[i : i + WINDOWS_AT_ONCE])


class _Window:
    """Costs of the pictures of a window, by offset and anchor."""

    def __init__(self, offsets: Steps, costs: Costs) -> None:
        """`costs`: (offsets, anchors)."""
        self._costs = costs
        self._rows = {offset: row for row, offset in enumerate(offsets.tolist())}
        self._lists: dict[int, list[float]] = {}
        self.last = costs.shape[1] - 1
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

    def has(self, offset: int) -> bool:
        return offset in self._rows

    def goes_on(self, offset: int, step: int, i: int) -> bool:
        """Whether a path may slip from an offset by a step, and on by another: the next window may have any."""
        return self.has(offset + step) and (i == self.last or self.has(offset + 2 * step))

    def least(self, i: int) -> float:
        """The lowest cost at an anchor."""
        begin = self._begins[i]
        return self._known[begin] if begin < self._begins[i + 1] else WORST

    def below(self, i: int, limit: float) -> list[int]:
        """The offsets that cost less than a limit at an anchor."""
        begin, end = self._begins[i], self._begins[i + 1]
        return self._offsets[begin : bisect_left(self._known, limit, begin, end)]


class _Paths:
    """The paths that may become the cheapest, up to an anchor."""

    def __init__(self, steps: int, rate: float) -> None:
        """`steps`: those of both cuts, of which there are `rate` a second."""
        self.offsets: list[int] = []
        """Where the paths end, the cheapest first."""
        self._costs: list[float] = []
        self._nodes: list[int] = []
        # All paths as a tree: of each node the offset, None without a counterpart, and the node before.
        self._tree: list[tuple[int | None, int]] = [(None, -1)]
        # Cost so far of having no counterpart, the node of that path, and the step of the first cut that it left.
        self._unmatched, self._outside, self._left_at = 0.0, 0, 0
        jumps = np.arange(-steps, steps + 1)
        costs = DISTANCE_COST * np.log1p(np.abs(jumps) / rate) + np.where(jumps < 0, BACKWARD_COST, 0.0)
        # Cost of a jump over so many steps of the first cut, from -steps on.
        self._jump_costs, self._zero = costs, steps
        self._jumps = memoryview(costs.data)

    def follow(self, anchor: int, pictures: _Window, i: int) -> None:
        """Go on to an anchor, the `i`th of a window."""
        offsets, costs = self.offsets, self._costs
        if not offsets and pictures.least(i) >= 1 + SLACK:
            self._leave(anchor)
            return
        own = [pictures.cost(offset, i) for offset in offsets]
        tried = pictures.below(i, self._limit(anchor, own))
        if len(offsets) == 1 and not tried and not any(pictures.goes_on(offsets[0], step, i) for step in (-1, 1)):
            found = [(costs[0] + own[0], offsets[0], self._nodes[0])]
        else:
            beside = (end for offset in offsets for end in (offset - 1, offset, offset + 1))
            tried = list(dict.fromkeys([*tried, *(end for end in beside if pictures.has(end))]))
            few = len(tried) * (len(offsets) + 1) <= FEW
            found = (self._arrived if few else self._all_arrived)(anchor, own, tried, pictures, i)
            found.sort()
        self._leave(anchor)
        self._keep(anchor, found[:MAX_PATHS])

    def best(self) -> list[int | None]:
        """The offsets along the cheapest path of all."""
        node = self._nodes[0] if self._costs and self._costs[0] < self._unmatched else self._outside
        path: list[int | None] = []
        while node > 0:
            offset, node = self._tree[node]
            path.append(offset)
        return path[::-1]

    def _limit(self, anchor: int, own: Sequence[float]) -> float:
        """Cost of a picture from which on no path need jump to it, by the triangle inequality of jumps; see `_keep`."""
        if not own:
            return 1 + SLACK
        offsets, costs, jumps, zero = self.offsets, self._costs, self._jumps, self._zero
        best = min(range(len(own)), key=lambda a: costs[a] + own[a])
        total, end = costs[best] + own[best], offsets[best]
        limits = [
            own[a] if a == best else min(own[a], total - costs[a] + jumps[zero + offsets[a] - end])
            for a in range(len(own))
        ]
        back = jumps[zero + self._left_at - anchor - end]
        outside = 1 + SLACK
        if costs[0] + EDGE_COST < self._unmatched:
            outside += jumps[zero + self._left_at - anchor - offsets[0]]
        return max(*limits, min(outside, total + JUMP_COST - EDGE_COST + back - self._unmatched))

    def _arrived(
        self, anchor: int, own: Sequence[float], tried: Sequence[int], pictures: _Window, i: int
    ) -> list[tuple[float, int, int]]:
        """The cheapest way to each offset: cost, offset and the node that it comes from; those of use only."""
        jumps, zero = self._jumps, self._zero
        outside, shift = self._unmatched + EDGE_COST, zero + anchor - self._left_at
        found: list[tuple[float, int, int]] = []
        for offset in tried:
            least, node, stays = outside + jumps[shift + offset], self._outside, -1.0
            for end, cost, at, own_picture in zip(self.offsets, self._costs, self._nodes, own, strict=True):
                step = offset - end
                if step == 0:
                    moved, stayed = cost, -1.0
                elif -1 <= step <= 1:
                    moved, stayed = cost + SLIP_COST, -1.0 if pictures.goes_on(end, step, i) else own_picture
                else:
                    moved, stayed = cost + (JUMP_COST + jumps[zero + step]), own_picture
                if moved < least:
                    least, node, stays = moved, at, stayed
            picture = pictures.cost(offset, i)
            # To jump there later costs no more, if the path meanwhile stays where it is.
            if not 0 <= stays <= picture:
                found.append((least + picture, offset, node))
        return found

    def _all_arrived(
        self, anchor: int, own: Sequence[float], tried: Sequence[int], pictures: _Window, i: int
    ) -> list[tuple[float, int, int]]:
        """`_arrived` at many offsets."""
        at, nodes = np.array(tried), np.array([*self._nodes, self._outside])
        steps = at - np.array([*self.offsets, self._left_at - anchor])[:, None]
        ways = self._jump_costs[steps + self._zero]
        ways[:-1] += JUMP_COST
        ways[:-1][np.abs(steps[:-1]) <= 1] = SLIP_COST
        ways[:-1][steps[:-1] == 0] = 0
        ways += np.array([*self._costs, self._unmatched + EDGE_COST])[:, None]
        origin = ways.argmin(axis=0)
        totals = ways[origin, np.arange(len(at))] + pictures.costs(tried, i)
        return list(zip(totals.tolist(), tried, nodes[origin].tolist(), strict=True))

    def _leave(self, anchor: int) -> None:
        """Go on with no counterpart: as before, or from the best path up to the last anchor."""
        if self._costs and self._costs[0] + EDGE_COST < self._unmatched:
            self._unmatched, self._left_at = self._costs[0] + EDGE_COST, anchor + self.offsets[0]
            self._outside = self._nodes[0]
        self._outside = self._grown(None, self._outside)
        self._unmatched += 1

    def _keep(self, anchor: int, found: Sequence[tuple[float, int, int]]) -> None:
        """Keep the paths that are not surely dearer than others at the next anchor."""
        jumps, zero = self._jumps, self._zero
        outside, shift = self._unmatched + EDGE_COST + SLACK, zero + anchor - self._left_at
        best, at = found[0][:2]
        kept = []
        for each in found:
            cost, offset, _ = each
            step = offset - at
            limit = best + (SLIPS if -1 <= step <= 1 else JUMP_COST + jumps[zero + step])
            if step == 0 or cost < min(limit, outside + jumps[shift + offset]):
                kept.append(each)
        self.offsets = [offset for _, offset, _ in kept]
        self._costs = [cost for cost, _, _ in kept]
        self._nodes = [self._grown(offset, node) for _, offset, node in kept]

    def _grown(self, offset: int | None, node: int) -> int:
        """A new node of the tree."""
        self._tree.append((offset, node))
        return len(self._tree) - 1
