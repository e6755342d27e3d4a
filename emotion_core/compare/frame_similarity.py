"""Similarity of two cuts' pictures, from their layouts, and the cost of matching one to the other.

Two takes of one set-up look alike in every picture, but move differently. So the change over a quarter of a second is
compared besides the pictures. How much the pictures of the same footage differ is measured on those that change alike:
little between two codings of a film, more with burnt-in timecode or a grade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..observations import FLAT, Layouts

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
OVERLAY_SAMPLES = 400
"""Pairs of pictures from which `overlaid_fields` are told."""
OVERLAY_PART = 0.75
"""Part of the pairs in which the other fields differ less."""
OVERLAY_FACTOR, OVERLAY_LEVELS = 12.0, 5.0
"""Square difference from which a field is overlaid: so many times the median field's, and so many levels. Under
burnt-in timecode it was 100 times or more, in graded copies 7 at most."""
OVERLAY_SHARE = 0.2
"""Largest share of the picture that is overlaid."""
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
        self._measures = _Measures.of(before, change_steps), _Measures.of(after, change_steps)
        self.flat = self._measures[1].contrasts < FLAT
        self.spread = np.inf
        """Mean square difference that costs 1."""

    def calibrate(self, anchors: Steps, offsets: Sequence[Steps]) -> None:
        """Set `spread` from the candidate `offsets` of the anchors that change alike."""
        before, after = self._candidates_alike(anchors, offsets)
        is_sure = len(np.unique(after)) >= MIN_ANCHORS
        _, differences = self.differences(before, after)
        self.spread = max(MIN_SPREAD, SPREAD_FACTOR * float(np.median(differences))) if is_sure else MIN_SPREAD

    def overlaid_fields(self, anchors: Steps, offsets: Sequence[Steps]) -> NDArray[np.bool_]:
        """(144,): the fields of the layout over which one of the cuts has something else, such as timecode or a logo.

        Told from the candidate `offsets` of the anchors that change alike: these fields differ far more than others do,
        once gain and offset are taken out. None where they would be a large part of the picture.
        """
        before, after = self._candidates_alike(anchors, offsets)
        overlaid = np.zeros(self.before.shape[1], dtype=np.bool_)
        if len(np.unique(after)) < MIN_ANCHORS:
            return overlaid
        sample = np.unique(np.linspace(0, len(after) - 1, OVERLAY_SAMPLES).astype(np.int64))
        first, second = self.before[before[sample]].astype(np.float64), self.after[after[sample]].astype(np.float64)
        for _ in range(2):  # the gain of the first round is one of all fields
            differences = np.quantile(np.square(second - _toned(first, second, ~overlaid)), OVERLAY_PART, axis=0)
            limit = max(OVERLAY_LEVELS**2, OVERLAY_FACTOR * float(np.median(differences)))
            overlaid = differences >= limit
        return overlaid & (np.count_nonzero(overlaid) <= OVERLAY_SHARE * len(overlaid))

    def _candidates_alike(self, anchors: Steps, offsets: Sequence[Steps]) -> tuple[Steps, Steps]:
        """Steps of both cuts of the candidates that move, and change alike."""
        after = np.repeat(anchors, [len(row) for row in offsets])
        before = after + np.concatenate([*offsets, np.empty(0, dtype=np.int64)])
        sample = slice(None, None, max(1, len(after) // MAX_CANDIDATES))
        after, before = after[sample], before[sample]
        motion = self._measures[1].changes[:, after].min(axis=0)
        alike = (self._change_differences(before, after) <= CHANGE) & (motion >= MOVING)
        return before[alike], after[alike]

    def costs(self, offsets: Steps, after: Steps, limit: float = MAX_COST) -> Costs:
        """Cost of matching each step `after` to the step of the first cut at its offset; MAX_COST outside that cut.

        A cost of `limit` or more may be given as any other such.
        """
        if len(after) > PAIRS:
            parts = [slice(start, start + PAIRS) for start in range(0, len(after), PAIRS)]
            return np.concatenate([self.costs(offsets[part], after[part], limit) for part in parts])
        before = offsets + after
        cost = np.full(len(after), MAX_COST)
        inside = np.flatnonzero((before >= 0) & (before < len(self.before)))
        dissimilarity, differences = self.differences(before[inside], after[inside])
        known = np.maximum(dissimilarity / DISSIMILARITY, differences / self.spread)
        is_open = known < limit
        inside = inside[is_open]
        changes = self._change_differences(before[inside], after[inside])
        known = np.minimum(np.maximum(known[is_open], changes / CHANGE), MAX_COST)
        cost[inside] = np.maximum(known, self.flat[after[inside]])
        return cost

    def differences(self, before: Steps, after: Steps) -> tuple[Costs, Costs]:
        """For each pair of steps: 1 - correlation, and the mean square difference apart from contrast."""
        first, second = self._measures
        pixels = self.before.shape[1]
        fields = (
            np.take(rows, at, axis=0).astype(np.float32) for rows, at in ((self.before, before), (self.after, after))
        )
        product = _vector_product(_products(*fields), first.sums[before], second.sums[after], pixels)
        lengths = first.lengths[before] * second.lengths[after]
        return 1 - product / lengths, (lengths - product) / pixels

    def _change_differences(self, before: Steps, after: Steps) -> Costs:
        """Mean square difference of the changes toward a picture shortly before or after.

        The lower of the two directions counts, since there may be a cut in one. A grade makes changes larger too, so
        GRADE of them is no difference.
        """
        differences = []
        for i, direction in enumerate((-self.change_steps, self.change_steps)):
            amounts = [measures.changes[i, at] for measures, at in zip(self._measures, (before, after), strict=True)]
            product = _products(
                *(_changes(rows, at, direction) for rows, at in ((self.before, before), (self.after, after)))
            )
            amount = amounts[0] + amounts[1]
            difference = amount - 2 * product / self.before.shape[1]
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


def _toned(first: Costs, second: Costs, fields: NDArray[np.bool_]) -> Costs:
    """The first pictures (n, 144) in the tones of the second, which these fields tell."""
    one, other = first[:, fields], second[:, fields]
    spread = float(one.var())
    gain = float(np.mean((one - one.mean()) * (other - other.mean())) / spread) if spread >= 1 else 1.0
    toned: Costs = gain * (first - one.mean()) + other.mean()
    return toned


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
