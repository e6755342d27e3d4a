"""The offset between two scenes that show one take, from their pictures.

The alignment follows single pictures; a scene is a take without a break, so one offset must explain all of it. The
offset is sought from those that the alignment found on, for as long as it gets better.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...observations import Layouts
from ..pictures import Steps

MOST_OFFSETS = 6
"""Offsets of the alignment, the most frequent ones, about which is sought."""
REACH = 2
"""Steps about each."""
SAMPLES = 120
"""Steps that are compared, evenly spread."""
TIE, WHOLE_TIE = 0.01, 0.3
"""Levels squared by which an offset may explain the pictures worse than the best one, and be taken because the scenes
then begin or end together, or do both: in a take that stands still all offsets are alike, and a coder that holds
pictures prefers a wrong one."""
LAG_TIE = 1.0, 2.0
"""The same of an offset one step beside the best, where one end agrees, and both: a coder that holds pictures of a slow
take shows all of it a step late."""
WORSE = 1.5
"""Factor by which one offset may explain the pictures worse than the alignment, step by step, does."""
OVERLAID, MIN_OVERLAID = 12.0, 10.0
"""Times the median field's difference, or this one, levels squared, from which a field has something else over it in
one of the cuts."""
FLOOR = 1.0
"""Mean square difference, levels squared, that is always allowed besides: that of two codings."""


def take_offset(
    source: Steps, layouts: tuple[Layouts, Layouts], before: tuple[int, int], after: tuple[int, int]
) -> int | None:
    """The offset, first cut less second, of all the footage that two scenes share; None where there is no such.

    `source` is AlignmentMap.source, `layouts` are both cuts' on its grid, `before` and `after` the scenes' steps
    (first, one past the last). At least a step is in both scenes.
    """
    at = np.arange(*after)
    here = source[at]
    matched = at[(here >= before[0]) & (here < before[1])]
    values, counts = np.unique(source[matched] - matched, return_counts=True)
    frequent = values[np.argsort(-counts, kind="stable")[:MOST_OFFSETS]]
    edges = before[0] - after[0], before[1] - after[1]
    tried = sorted({int(value) + i for value in frequent for i in range(-REACH, REACH + 1)} | set(edges))
    scenes = _Scenes(layouts, source, matched, before, after)
    differences: dict[int, float] = {}
    best = None
    while tried:  # until the best offset has REACH worse neighbours on each side
        differences |= {offset: scenes.difference(offset) for offset in tried if scenes.shares_enough(offset)}
        if not differences:
            return None
        best = min(differences, key=lambda offset: differences[offset])
        near = range(best - REACH, best + REACH + 1)
        tried = [offset for offset in near if offset not in differences and scenes.shares_enough(offset)]
    if best is None or differences[best] > WORSE * scenes.difference_by_alignment + FLOOR:
        return None
    return _simplest(differences, best, edges)


def _simplest(differences: dict[int, float], best: int, edges: tuple[int, int]) -> int:
    """The best offset, or one that is as good and at which the scenes begin or end together."""
    is_whole = edges[0] == edges[1]
    margins = {edge: (WHOLE_TIE if is_whole else TIE) if abs(edge - best) > 1 else LAG_TIE[is_whole] for edge in edges}
    alike = [edge for edge in edges if differences.get(edge, np.inf) <= differences[best] + margins[edge]]
    return min(alike, key=lambda edge: differences[edge], default=best)


class _Scenes:
    """The pictures of two scenes, those of the second in the tones of the first."""

    def __init__(
        self, layouts: tuple[Layouts, Layouts], source: Steps, matched: Steps,
        before: tuple[int, int], after: tuple[int, int],
    ) -> None:  # fmt: skip
        self._layouts, self._before, self._after = layouts, before, after
        self._matched = len(matched)
        steps = _spread(matched)
        first, second = _levels(layouts[0], source[steps]), _levels(layouts[1], steps)
        variance = float(second.var())
        gain = float(np.mean((first - first.mean()) * (second - second.mean())) / variance) if variance >= 1 else 1.0
        self._gain = gain if gain > 0 else 1.0
        self._offset = float(first.mean() - self._gain * second.mean())
        # Fields that differ anyway weigh little; those under burnt-in timecode, which change by themselves, less yet.
        by_field = np.mean((first - self._toned(second)) ** 2, axis=0)
        is_overlaid = float(by_field.max()) > OVERLAID * max(MIN_OVERLAID, FLOOR + float(np.median(by_field)))
        weights = (1 + by_field) ** (-2.0 if is_overlaid else -1.0)
        self._weights = weights / weights.sum()
        self.difference_by_alignment = float(by_field @ self._weights)

    def shares_enough(self, offset: int) -> bool:
        """Whether at this offset the scenes have at least half as many steps in common as the alignment found."""
        first, last = self._common(offset)
        return 2 * (last - first) >= self._matched

    def difference(self, offset: int) -> float:
        """Weighted mean square difference of the pictures at an offset, levels squared."""
        steps = _spread(np.arange(*self._common(offset)))
        first, second = _levels(self._layouts[0], steps + offset), _levels(self._layouts[1], steps)
        return float(np.mean((first - self._toned(second)) ** 2, axis=0) @ self._weights)

    def _common(self, offset: int) -> tuple[int, int]:
        return max(self._after[0], self._before[0] - offset), min(self._after[1], self._before[1] - offset)

    def _toned(self, levels: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._gain * levels + self._offset


def _spread(steps: Steps) -> Steps:
    return steps[np.unique(np.linspace(0, len(steps) - 1, SAMPLES).astype(np.int64))]


def _levels(layouts: Layouts, steps: Steps) -> NDArray[np.float64]:
    return layouts[steps].astype(np.float64)
