"""How alike two cuts' pictures are, from their layouts, and what it costs to call the one the other's.

Two takes of one set-up look alike in every picture; what moves in them does not. So not only pictures are compared but
how they change over a quarter of a second. How unlike the pictures themselves may be is told by those that change
alike: between two codings of a film they differ by little, with burnt-in timecode or a grade by more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..observations.layouts import FLAT, Layouts, vectors

UNLIKE = 0.2
"""1 - correlation that costs as much as having no counterpart. Copies came to 0.03 at most, but for crushed blacks."""
CHANGE = 3.5
"""Mean square difference, levels squared, of how two pictures change that costs as much: that of copies came to 0.8 at
most (medians of five films, three copies each), of another take of the same set-up to 2.6 or more."""
MOVING = 10.0
"""Mean square change from which it says something that two pictures change alike. Of such candidates 90 % did so in
copies, none in other takes."""
ENOUGH = 50_000
"""Candidates that are looked at for it, about, spread evenly."""
SURE = 4
"""Anchors with such a candidate, fewer may be chance."""
SPREAD = (8.0, 6.0)
"""Mean square difference of two pictures that costs as much: so many times that of half of the candidates that change
alike, at least so many levels squared."""
GRADE = 0.1
"""Of the mean square change: a grade that makes contrasts larger by 0.3."""
PART = 4096
"""Pictures whose contrast is taken at once."""
WORST = 4.0
"""What a picture costs at most, however unlike."""

Places = NDArray[np.int64]
Costs = NDArray[np.float64]


class Pictures:
    """Two cuts' layouts on one grid, and what it costs to call one's picture the other's."""

    def __init__(self, before: Layouts, after: Layouts, apart: int) -> None:
        self.before, self.after = before, after
        parts = np.array_split(after, -(-len(after) // PART))  # NumPy takes all of them eight times as large
        self.flat = np.concatenate([part.std(axis=1) < FLAT for part in parts])
        self.apart = apart
        """Steps over which a change is looked at."""
        self.spread = np.inf
        """Mean square difference that costs 1."""

    def settle(self, anchors: Places, offsets: Sequence[Places]) -> None:
        """Take from the candidates of the anchors how unlike pictures of the same footage are."""
        here = np.repeat(anchors, [len(own) for own in offsets])
        there = here + np.concatenate([*offsets, np.empty(0, dtype=np.int64)])
        some = slice(None, None, max(1, len(here) // ENOUGH))
        here, there = here[some], there[some]
        _, apart = self.unlike(there, here)
        changed, moving = self._changed(there, here)
        alike = (changed <= CHANGE) & (moving >= MOVING)
        times, least = SPREAD
        sure = len(np.unique(here[alike])) >= SURE
        self.spread = max(least, times * float(np.median(apart[alike]))) if sure else least

    def costs(self, offsets: Places, here: Places) -> Costs:
        """What it costs that the pictures `here` are those `offsets` later in the first cut; WORST outside it."""
        there = offsets + here
        inside = (there >= 0) & (there < len(self.before))
        there = np.where(inside, there, 0)
        unlike, apart = self.unlike(there, here)
        changed, _ = self._changed(there, here)
        cost = np.maximum(np.maximum(unlike / UNLIKE, apart / self.spread), changed / CHANGE)
        cost = np.maximum(np.minimum(cost, WORST), self.flat[here])
        return np.where(inside, cost, WORST)

    def unlike(self, there: Places, here: Places) -> tuple[Costs, Costs]:
        """1 - correlation, and the mean square difference but for contrast, of steps of the two cuts, a pair each."""
        one, other = vectors(self.before[there]), vectors(self.after[here])
        both, *squares = (np.einsum("ij,ij->i", a, b) for a, b in ((one, other), (one, one), (other, other)))
        lengths = np.sqrt(squares[0] * squares[1]).astype(np.float64)
        return 1 - both / lengths, (lengths - both) / self.before.shape[1]

    def _changed(self, there: Places, here: Places) -> tuple[Costs, Costs]:
        """Mean square difference of the changes to the picture a little before or after, whichever is less: on the one
        side there may be a cut. And how much there is of change on the stiller side.

        A grade makes changes larger too: GRADE of them is no difference.
        """
        apart, moving = [], []
        for way in (-self.apart, self.apart):
            one, other = (
                rows[np.clip(at + way, 0, len(rows) - 1)].astype(np.float32) - rows[at]
                for rows, at in ((self.before, there), (self.after, here))
            )
            difference, *changes = (np.square(a).mean(axis=1, dtype=np.float64) for a in (one - other, one, other))
            apart.append(np.maximum(difference - GRADE * (changes[0] + changes[1]) / 2, 0.0))
            moving.append(changes[1])
        return np.minimum(*apart), np.minimum(*moving)
