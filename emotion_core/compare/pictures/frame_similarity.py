"""Similarity of two cuts' pictures, from their layouts, and the cost of matching one to the other.

Two takes of one set-up look alike in every picture, but move differently. So the change over a quarter of a second is
compared besides the pictures. How much the pictures of the same footage differ is measured on those that change alike:
little between two codings of a film, more with burnt-in timecode or a grade.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...observations import FLAT, Layouts
from .motion_amounts import MotionAmounts

DISSIMILARITY = 0.2
"""1 - correlation that costs as much as no counterpart. Copies reached 0.03 at most, crushed blacks aside."""
CHANGE = 3.5
"""Mean square difference of two pictures' changes, levels squared, that costs as much as no counterpart. Copies reached
0.8 at most (medians of five films, three copies each), other takes of the same set-up 2.6 or more."""
MOVING = 10.0
"""Mean square change from which agreement of two changes is evidence. Of such candidates 90 % agreed in copies, none in
other takes."""
MAX_CANDIDATES = 50_000
"""Approximate number of candidates, evenly spread, from which `spread` is taken."""
MIN_ANCHORS = 4
"""Anchors with such a candidate that are needed; fewer may be chance."""
SPREAD_FACTOR, MIN_SPREAD = 8.0, 6.0
"""Mean square difference of two pictures that costs as much as no counterpart: SPREAD_FACTOR times the median of the
candidates that change alike, and at least MIN_SPREAD levels squared."""
GRADE = 0.1
"""Share of the mean square change that is no difference: a grade that raises contrast by 0.3."""
PART = 4096
"""Pictures that are measured at once."""
PAIRS = 2048
"""Pairs of pictures that are compared at once: a few MB."""
MAX_COST = 4.0
"""Highest cost of a picture."""

Steps = NDArray[np.int64]
Costs = NDArray[np.float64]


class MatchCosts:
    """Cost of matching a picture of the second cut to one of the first; 1 is the cost of no counterpart.

    All sums over a picture are of whole numbers and exact, also in float32, so that costs do not depend on the
    processor.
    """

    def __init__(self, before: Layouts, after: Layouts, change_steps: int) -> None:
        self.before, self.after = before, after
        self.change_steps = change_steps
        """Steps over which a change is compared."""
        with ThreadPoolExecutor(2) as pool:
            other = pool.submit(_Measures.of, before, change_steps)
            second = _Measures.of(after, change_steps)
            self._measures = other.result(), second
        self.flat = self._measures[1].contrasts < FLAT
        self.motion = MotionAmounts(before, change_steps), MotionAmounts(after, change_steps)
        """How much the fields of each cut move that move most."""
        self.spread = np.inf
        """Mean square difference that costs 1."""

    def calibrate(self, anchors: Steps, offsets: Sequence[Steps]) -> None:
        """Set `spread` from the candidate `offsets` of the anchors that change alike."""
        before, after = self.candidates_alike(anchors, offsets)
        is_sure = len(np.unique(after)) >= MIN_ANCHORS
        _, differences = self.differences(before, after)
        self.spread = max(MIN_SPREAD, SPREAD_FACTOR * float(np.median(differences))) if is_sure else MIN_SPREAD

    def candidates_alike(self, anchors: Steps, offsets: Sequence[Steps]) -> tuple[Steps, Steps]:
        """Steps of both cuts of the candidates that move, and change alike."""
        after = np.repeat(anchors, [len(row) for row in offsets])
        before = after + np.concatenate([*offsets, np.empty(0, dtype=np.int64)])
        sample = slice(None, None, max(1, len(after) // MAX_CANDIDATES))
        after, before = after[sample], before[sample]
        moves = np.flatnonzero(self.moves(after))
        after, before = after[moves], before[moves]
        alike = self._change_differences(before, after, *self._change_products(before, after)) <= CHANGE
        return before[alike], after[alike]

    def moves(self, after: Steps) -> NDArray[np.bool_]:
        """Whether so much moves about each step of the second cut that its changes are evidence."""
        moves: NDArray[np.bool_] = self._measures[1].changes[:, after].min(axis=0) >= MOVING
        return moves

    def costs(self, offsets: Steps, after: Steps) -> Costs:
        """Cost of matching each step `after` to the step of the first cut at its offset; MAX_COST outside that cut."""
        if len(after) > PAIRS:
            parts = [slice(start, start + PAIRS) for start in range(0, len(after), PAIRS)]
            return np.concatenate([self.costs(offsets[part], after[part]) for part in parts])
        before = offsets + after
        cost = np.full(len(after), MAX_COST)
        inside = np.flatnonzero((before >= 0) & (before < len(self.before)))
        known = self._likeness_costs(before[inside], after[inside], self._products(before[inside], after[inside]))
        is_open = known < MAX_COST
        inside, known = inside[is_open], known[is_open]
        before, after = before[inside], after[inside]
        cost[inside] = self._costs(before, after, known, *self._change_products(before, after))
        return cost

    def costs_of(self, before: Steps, after: Steps, products: Costs, back: Costs, ahead: Costs) -> Costs:
        """`costs` of pairs of steps from the products of their layouts, and of their changes in both directions."""
        return self._costs(before, after, self._likeness_costs(before, after, products), back, ahead)

    def differences(self, before: Steps, after: Steps) -> tuple[Costs, Costs]:
        """For each pair of steps: 1 - correlation, and the mean square difference apart from contrast."""
        return self._differences(before, after, self._products(before, after))

    def _products(self, before: Steps, after: Steps) -> Costs:
        return _products(*(np.take(rows, at, axis=0).astype(np.float32) for rows, at in self._films(before, after)))

    def _change_products(self, before: Steps, after: Steps) -> list[Costs]:
        """Products of the changes toward the pictures `change_steps` before and after."""
        return [
            _products(*(_changes(rows, at, direction) for rows, at in self._films(before, after)))
            for direction in (-self.change_steps, self.change_steps)
        ]

    def _films(self, before: Steps, after: Steps) -> tuple[tuple[Layouts, Steps], tuple[Layouts, Steps]]:
        return (self.before, before), (self.after, after)

    def _differences(self, before: Steps, after: Steps, products: Costs) -> tuple[Costs, Costs]:
        first, second = self._measures
        pixels = self.before.shape[1]
        products = _vector_product(products, first.sums[before], second.sums[after], pixels)
        lengths = first.lengths[before] * second.lengths[after]
        return 1 - products / lengths, (lengths - products) / pixels

    def _likeness_costs(self, before: Steps, after: Steps, products: Costs) -> Costs:
        dissimilarity, differences = self._differences(before, after, products)
        costs: Costs = np.maximum(dissimilarity / DISSIMILARITY, differences / self.spread)
        return costs

    def _costs(self, before: Steps, after: Steps, known: Costs, back: Costs, ahead: Costs) -> Costs:
        changes = self._change_differences(before, after, back, ahead)
        costs: Costs = np.minimum(np.maximum(known, changes / CHANGE), MAX_COST)
        return np.where(known < MAX_COST, np.maximum(costs, self.flat[after]), MAX_COST)

    def _change_differences(self, before: Steps, after: Steps, back: Costs, ahead: Costs) -> Costs:
        """Mean square difference of the changes toward a picture shortly before or after, from their products.

        The lower of the two directions counts, since there may be a cut in one. A grade makes changes larger too, so
        GRADE of them is no difference.
        """
        differences = []
        for i, products in enumerate((back, ahead)):
            amount = self._measures[0].changes[i][before] + self._measures[1].changes[i][after]
            difference = amount - 2 * products / self.before.shape[1]
            differences.append(np.maximum(difference - GRADE * amount / 2, 0.0))
        lower: Costs = np.minimum(*differences)
        return lower


@dataclass(frozen=True, slots=True)
class _Measures:
    """What the costs need of each picture of a cut by itself."""

    sums: Costs
    """(n,): sum of the layout."""
    lengths: Costs
    """(n,): length of its vector, see observations.vectors."""
    contrasts: Costs
    """(n,): standard deviation of the layout."""
    changes: Costs
    """(2, n): mean square change toward the picture `change_steps` before and after."""

    @classmethod
    def of(cls, layouts: Layouts, change_steps: int) -> _Measures:
        pixels = layouts.shape[1]
        sums, squares = np.empty(len(layouts)), np.empty(len(layouts))
        changes = np.empty((2, len(layouts)))
        for start in range(0, len(layouts), PART):
            part = slice(start, start + PART)
            steps = np.arange(*part.indices(len(layouts)))
            fields = layouts[part].astype(np.float32)
            sums[part], squares[part] = fields.sum(axis=1), _products(fields, fields)
            for i, direction in enumerate((-change_steps, change_steps)):
                change = _changes(layouts, steps, direction)
                changes[i, part] = _products(change, change) / pixels
        lengths = np.sqrt(_vector_product(squares, sums, sums, pixels))
        return cls(sums, lengths, np.sqrt(np.maximum(pixels * squares - sums**2, 0)) / pixels, changes)


def _products(a: NDArray[np.float32], b: NDArray[np.float32]) -> Costs:
    """Product of each row of whole numbers below 256 with the other's; below 2**24, and therefore exact."""
    products: Costs = np.einsum("ij,ij->i", a, b).astype(np.float64)
    return products


def _changes(layouts: Layouts, steps: Steps, direction: int) -> NDArray[np.float32]:
    """(n, 144): what changes from each step to the one `direction` steps later."""
    there = np.clip(steps + direction, 0, len(layouts) - 1)
    return np.take(layouts, there, axis=0).astype(np.float32) - np.take(layouts, steps, axis=0)


def _vector_product(product: Costs, first: Costs, second: Costs, pixels: int) -> Costs:
    """Product of two pictures' vectors, see observations.vectors, from that of their layouts and the layouts' sums."""
    levels = (first / pixels - 128) * (second / pixels - 128)
    return product - first * second / pixels + (FLAT**2 + 0.01 * levels) * pixels
