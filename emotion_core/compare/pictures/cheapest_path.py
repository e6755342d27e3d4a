"""The cheapest path through the candidate offsets of all anchors (Viterbi 1967).

A path is left out as soon as one that jumps to its offset at the next anchor cannot cost more: whatever it goes on to,
the other can too. Mostly one path remains, which goes on without a look at the rest while no picture of them costs less
than its own. What is found is what all of them would give, but for two slips at successive anchors before either pays.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .frame_similarity import MatchCosts
from .windows import Window, Windows, costs_at

MAX_PATHS = 16
"""Offsets at an anchor whose paths are followed."""
EDGE_COST, SLIP_COST, DISTANCE_COST, BACKWARD_COST = 0.5, 0.2, 0.1, 0.3
"""Cost of beginning or ending a stretch (a jump does both); of one step more or less, as between 24 and 23.976 frames a
second; of a more distant offset, times the logarithm of the seconds; of going backward."""
JUMP_COST = 2 * EDGE_COST
SLACK = 0.2
"""Most by which the way to an offset from no counterpart grows until the next anchor."""
FEW = 64
"""Ways to offsets that are compared one by one: more are by NumPy."""


def cheapest_path(match: MatchCosts, windows: Windows, rate: float) -> list[int | None]:
    """Offset of the cheapest path at each anchor; None without a counterpart.

    A candidate of one anchor may hold for its whole stretch: each is tried at all anchors of its window, and followed
    for as long as it is among the best.
    """
    paths = _Paths(len(match.before) + len(match.after), rate)
    for window, found, costs in windows:
        if not len(found) and not paths.offsets:
            paths.skip(len(window))
            continue
        followed = np.setdiff1d(np.array(paths.offsets, dtype=np.int64), found)
        more = costs_at(match, followed, window)
        pictures = Window(np.append(found, followed), np.vstack([costs, more]))
        for i, anchor in enumerate(window.tolist()):
            paths.follow(anchor, pictures, i)
    return paths.best()


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

    def follow(self, anchor: int, pictures: Window, i: int) -> None:
        """Go on to an anchor, the `i`th of a window."""
        if self._goes_on_alone(anchor, pictures, i):
            return
        own = [pictures.cost(offset, i) for offset in self.offsets]
        tried = pictures.below(i, self._limit(anchor, own))
        found = self._stayed(anchor, own, pictures)
        slips = [
            end
            for offset, picture in zip(self.offsets, own, strict=True)
            for end in pictures.slips.get(offset, ())
            if pictures.cost(end, i) < picture
        ]
        if tried or slips:
            fresh = [offset for offset in dict.fromkeys([*tried, *slips]) if offset not in self.offsets]
            arrived = self._arrived if len(fresh) * len(own) <= FEW else self._all_arrived
            found += arrived(anchor, own, fresh, pictures, i) if fresh else []
        if len(found) > 1:
            found.sort()
        self._leave(anchor)
        self._keep(anchor, found[:MAX_PATHS])

    def _goes_on_alone(self, anchor: int, pictures: Window, i: int) -> bool:
        """Go on by the only path, if surely no other can begin here; or by none."""
        if len(self.offsets) > 1:
            return False
        if not self.offsets:
            if pictures.least[i] < 1 + SLACK:
                return False
            self._leave(anchor)
            return True
        offset, cost = self.offsets[0], self._costs[0]
        own = pictures.cost(offset, i)
        back = self._jumps[self._zero + self._left_at - anchor - offset]
        if own > pictures.least[i] or cost + JUMP_COST - EDGE_COST + back > self._unmatched:
            return False
        self._leave(anchor)
        self._costs, self._nodes = [cost + own], [self._grown(offset, self._nodes[0])]
        return True

    def skip(self, anchors: int) -> None:
        """Go on over several anchors with no counterpart, where there is no path."""
        for _ in range(anchors):
            self._outside = self._grown(None, self._outside)
        self._unmatched += anchors

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

    def _stayed(self, anchor: int, own: Sequence[float], pictures: Window) -> list[tuple[float, int, int]]:
        """The paths where they are: cost, offset and the node that each comes from.

        None is reached by a jump from another, or `_keep` had left it out; by a slip some are.
        """
        outside, shift = self._unmatched + EDGE_COST, self._zero + anchor - self._left_at
        found = []
        for k, (offset, cost) in enumerate(zip(self.offsets, self._costs, strict=True)):
            least, node = cost, self._nodes[k]
            for end in pictures.slips.get(offset, ()):
                if end in self.offsets and self._costs[at := self.offsets.index(end)] + SLIP_COST < least:
                    least, node = self._costs[at] + SLIP_COST, self._nodes[at]
            if outside + self._jumps[shift + offset] < least:
                least, node = outside + self._jumps[shift + offset], self._outside
            found.append((least + own[k], offset, node))
        return found

    def _arrived(
        self, anchor: int, own: Sequence[float], fresh: Sequence[int], pictures: Window, i: int
    ) -> list[tuple[float, int, int]]:
        """The cheapest way to each offset where no path is: cost, offset and the node that it comes from."""
        jumps, zero = self._jumps, self._zero
        outside, shift = self._unmatched + EDGE_COST, zero + anchor - self._left_at
        paths = list(zip(self.offsets, self._costs, self._nodes, own, strict=True))
        found: list[tuple[float, int, int]] = []
        for offset in fresh:
            least, node, stays = outside + jumps[shift + offset], self._outside, -1.0
            for end, cost, at, own_picture in paths:
                step = offset - end
                moved = cost + (SLIP_COST if -1 <= step <= 1 else JUMP_COST + jumps[zero + step])
                if moved < least:
                    least, node, stays = moved, at, own_picture
            picture = pictures.cost(offset, i)
            # To go there later costs no more, if the path meanwhile stays where it is.
            if not 0 <= stays <= picture:
                found.append((least + picture, offset, node))
        return found

    def _all_arrived(
        self, anchor: int, own: Sequence[float], fresh: Sequence[int], pictures: Window, i: int
    ) -> list[tuple[float, int, int]]:
        """`_arrived` at many offsets."""
        at, nodes = np.array(fresh), np.array([*self._nodes, self._outside])
        steps = at - np.array([*self.offsets, self._left_at - anchor])[:, None]
        ways = self._jump_costs[steps + self._zero]
        ways[:-1] += JUMP_COST
        ways[:-1][np.abs(steps[:-1]) <= 1] = SLIP_COST
        ways += np.array([*self._costs, self._unmatched + EDGE_COST])[:, None]
        origin = ways.argmin(axis=0)
        pictures_there = pictures.costs(fresh, i)
        totals = ways[origin, np.arange(len(at))] + pictures_there
        useful = np.flatnonzero(pictures_there < np.array([*own, np.inf])[origin]).tolist()
        costs, origins = totals.tolist(), nodes[origin].tolist()
        return [(costs[k], fresh[k], origins[k]) for k in useful]

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
        kept: list[tuple[float, int, int]] = []
        for cost, offset, node in found:
            if kept and cost >= outside + jumps[shift + offset]:
                continue
            for least, at, _ in kept:
                step = offset - at
                if cost >= least + (SLIP_COST if -1 <= step <= 1 else JUMP_COST + jumps[zero + step]):
                    break
            else:
                kept.append((cost, offset, node))
        self.offsets = [offset for _, offset, _ in kept]
        self._costs = [cost for cost, _, _ in kept]
        self._nodes = [self._grown(offset, node) for _, offset, node in kept]

    def _grown(self, offset: int | None, node: int) -> int:
        """A new node of the tree."""
        self._tree.append((offset, node))
        return len(self._tree) - 1
