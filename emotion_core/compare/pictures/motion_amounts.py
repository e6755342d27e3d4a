"""How much a cut moves in the fields that move most, over a second from each step on: measured once, where it is asked.

What two steps have at most together follows from that of each, so that most pairs need no look at their fields.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...observations import Layouts

STEPS = 5
"""Pictures by which motion is compared: a second, at the distance of MatchCosts.change_steps."""
FIELDS = 6
"""Fields that move most, in either cut, of which the motion is compared."""
MIN_CODED, CODED = 2.0, 6.0
"""Their mean square motion from which it is no difference of coding: levels squared, and times the median field's. From
5 times on, chance fluctuations of an encoder's noise already have true matches rejected."""
PART = 2048
"""Steps that are measured at once: a few MB."""

UNIT = STEPS**2
"""Mean square motion times this is a whole number."""


class MotionAmounts:
    """Mean square motion of a cut's fields, levels squared times UNIT, over STEPS pictures from each step on."""

    def __init__(self, layouts: Layouts, change_steps: int) -> None:
        self._layouts, self._change_steps = layouts, change_steps
        self._span = (STEPS - 1) * change_steps
        n, fields = len(layouts) + self._span, layouts.shape[1]
        self._known = np.zeros(n, dtype=np.bool_)
        self._most = np.zeros((n, min(FIELDS, fields)), dtype=np.int32)
        self._medians = np.zeros(n)
        self._means = np.zeros(n)

    def of(
        self, steps: NDArray[np.int64], direction: int
    ) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
        """Of the STEPS pictures from each step on, or back from it with direction -1.

        The FIELDS largest amounts (n, FIELDS), the median field's (n,), and the mean (n,).
        """
        rows = steps + (self._span if direction > 0 else 0)
        new = np.unique(rows[~self._known[rows]])
        for start in range(0, len(new), PART):
            self._measure(new[start : start + PART])
        return self._most[rows], self._medians[rows], self._means[rows]

    def _measure(self, rows: NDArray[np.int64]) -> None:
        fields = self._layouts.shape[1]
        sums = np.zeros((len(rows), fields), dtype=np.int32)
        squares = np.zeros_like(sums)
        for step in range(STEPS):
            at = rows - self._span + step * self._change_steps
            pictures = np.take(self._layouts, at, axis=0, mode="clip").astype(np.int32)
            sums += pictures
            squares += pictures**2
        amounts = np.sort(STEPS * squares - sums**2, axis=1)
        self._most[rows] = amounts[:, -FIELDS:]
        self._medians[rows] = amounts[:, [(fields - 1) // 2, fields // 2]].mean(axis=1)
        self._means[rows] = amounts.mean(axis=1)
        # Last, since another thread may ask: at worst it measures the same again.
        self._known[rows] = True
