"""The offset between two scenes that show one take, from their pictures.

The alignment follows single pictures; a scene is a take without a break, so one offset must explain all of it. The
offset is sought from those that the alignment found on, for as long as it gets better. About it, the offset is taken
that explains the motion best, step by step: a take that is nearly held looks alike at all offsets, and a coder shows
slow ones a step late. Where the scenes begin or end together at one that explains it as well, it is that one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

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
CORRELATED = 0.8
"""Correlation of a coding's difference with that of the step before: a coder holds what moves little. What is left of
the differences without it is independent from step to step, and tells slow takes by their motion. Of seven films' takes
0.5 and 0.9 tell fewer."""
FLAT = 20.0
"""Times the median field's difference, from which one counts for half as much: those under burnt-in timecode."""
SURE = 1.2
"""Standard errors by which an offset must explain the pictures better than one at which the scenes begin or end
together. Of 216 unchanged takes of seven films coded again the true offset was 0.8 behind at most."""
BESIDE, NEARLY, ROUNDING = 3, 1.05, 0.05
"""Steps beside an offset at which others are tried for being as good, times its remaining motion that theirs may be,
and mean square levels that count as nothing. Of 301 planted trims and slips of seven films' takes, mostly held ones, 25
of the 26 that were told wrong by a step or more were rough by that, and 17 of the 275 told right."""
MOST_AWAY = 40
"""Steps beside the best offset within which motion is compared."""
MOST_STEPS = 250
"""Steps whose motion is compared: of longer scenes those that move most."""
MIN_COMMON = 8
"""Steps that two scenes must have in common to be told by motion."""
WORSE = 1.5
"""Factor by which one offset may explain the pictures worse than the alignment, step by step, does."""
OVERLAID, MIN_OVERLAID = 12.0, 10.0
"""Times the median field's difference, or this one, levels squared, from which a field has something else over it in
one of the cuts."""
ALIKE = 4.0
"""Times the median field's difference up to which a field tells the scenes' tones: without those under timecode."""
FLOOR = 1.0
"""Mean square difference, levels squared, that is always allowed besides: that of two codings."""


class Take:
    """Two scenes that show one take: their pictures, those of the second in the tones of the first."""

    def __init__(
        self, source: Steps, layouts: tuple[Layouts, Layouts], matched: Steps,
        before: tuple[int, int], after: tuple[int, int],
    ) -> None:  # fmt: skip
        """`source` is AlignmentMap.source, `layouts` are both cuts' on its grid, `before` and `after` the scenes' steps
        (first, one past the last), `matched` those of the second that show the first, one at least: see matched_steps.
        """
        self._source, self._layouts, self._matched = source, layouts, matched
        self._before, self._after = before, after
        steps = _spread(matched)
        first, second = _levels(layouts[0], source[steps]), _levels(layouts[1], steps)
        self._gain, self._lift = _tones(first, second)
        by_field = np.mean((first - self._toned(second)) ** 2, axis=0)
        is_alike = by_field <= ALIKE * (FLOOR + float(np.median(by_field)))
        self._gain, self._lift = _tones(first[:, is_alike], second[:, is_alike])
        # Fields that differ anyway weigh little; those under burnt-in timecode, which change by themselves, less yet.
        by_field = np.mean((first - self._toned(second)) ** 2, axis=0)
        is_overlaid = float(by_field.max()) > OVERLAID * max(MIN_OVERLAID, FLOOR + float(np.median(by_field)))
        weights = (1 + by_field) ** (-2.0 if is_overlaid else -1.0)
        self._weights = weights / weights.sum()
        self._difference_by_alignment = float(by_field @ self._weights)
        self._differences: dict[int, float] = {}
        """Of the offsets that were tried."""

    def offset(self) -> int | None:
        """First cut less second, of all the footage that the scenes share; None where there is no such."""
        values, counts = np.unique(self._source[self._matched] - self._matched, return_counts=True)
        frequent = values[np.argsort(-counts, kind="stable")[:MOST_OFFSETS]]
        edges = self._before[0] - self._after[0], self._before[1] - self._after[1]
        tried = sorted({int(value) + i for value in frequent for i in range(-REACH, REACH + 1)} | set(edges))
        differences: dict[int, float] = {}
        best = None
        while tried:  # until the best offset has REACH worse neighbours on each side
            differences |= {offset: self._difference(offset) for offset in tried if self._shares_enough(offset)}
            if not differences:
                return None
            best = min(differences, key=lambda offset: differences[offset])
            near = range(best - REACH, best + REACH + 1)
            tried = [offset for offset in near if offset not in differences and self._shares_enough(offset)]
        if best is None or differences[best] > WORSE * self._difference_by_alignment + FLOOR:
            return None
        most = WORSE * differences[best] + FLOOR
        alike = [offset for offset, difference in differences.items() if difference <= most]
        near = range(max(min(alike), best - MOST_AWAY) - REACH, min(max(alike), best + MOST_AWAY) + REACH + 1)
        offsets = [offset for offset in near if self._has_motion(offset)]
        if best not in offsets:
            return min(alike, key=lambda offset: (offset not in edges, differences[offset]))
        told = self._told_by_motion(offsets, edges, best)
        is_sure = told in edges or abs(told - best) <= 2 * REACH
        return told if is_sure or self._difference(told) <= most else best

    def is_rough(self, offset: int) -> bool:
        """Whether another offset a few steps beside explains the pictures nearly as well: this one is about right."""
        near = [at for at in range(offset - BESIDE, offset + BESIDE + 1) if self._has_motion(at)]
        if offset not in near:  # too short to be told by motion
            most = self._difference(offset) * NEARLY + ROUNDING
            others = (at for at in range(offset - BESIDE, offset + BESIDE + 1) if at != offset)
            return any(self._shares_enough(at) and self._difference(at) <= most for at in others)
        left = self._left(near)
        by_field = left[offset].mean(axis=0)
        weights = 1 / (by_field + FLAT * np.median(by_field) + 0.05)
        sums = {at: float((some @ weights).mean()) for at, some in left.items()}
        most = WORSE * self._difference(offset) + ROUNDING
        return any(sums[at] <= NEARLY * sums[offset] and self._difference(at) <= most for at in near if at != offset)

    def edges_alike(self, offset: int) -> tuple[bool, bool]:
        """Whether the pictures between where one scene begins and where the other does are the same at their offset,
        and those between their ends: then only the place of the edge differs.
        """
        edges = list(zip(self._before, self._after, strict=True))
        if all(there - offset == here for there, here in edges):
            return False, False  # there are no such pictures
        most = WORSE * self._difference(offset) + FLOOR
        first, last = (
            self._difference_of(np.arange(*sorted((there - offset, here))), offset) <= most for there, here in edges
        )
        return first, last

    def _shares_enough(self, offset: int) -> bool:
        """Whether at this offset the scenes have at least half as many steps in common as the alignment found."""
        first, last = self._common(offset)
        return last > first and 2 * (last - first) >= len(self._matched)

    def _has_motion(self, offset: int) -> bool:
        """Whether they have enough steps in common to be told by their motion."""
        first, last = self._compared(offset)
        return self._shares_enough(offset) and last - first >= MIN_COMMON

    def _told_by_motion(self, offsets: Sequence[int], edges: tuple[int, int], best: int) -> int:
        """The one of `offsets` that leaves least of the change from step to step; one of `edges` that is as good."""
        left = self._left(offsets)
        weights = np.ones(left[best].shape[1])
        for _ in range(2):
            by_field = left[best].mean(axis=0)
            weights = 1 / (by_field + FLAT * np.median(by_field) + 0.05)
            sums = {offset: float((some @ weights).mean()) for offset, some in left.items()}
            best = min(offsets, key=lambda offset: (round(sums[offset], 6), offset not in edges))
        worse: dict[int, float] = {}
        for edge in {*edges} & left.keys():
            (a, b), (c, d) = self._compared(edge), self._compared(best)
            first, last = max(a, c), min(b, d)
            if last - first >= MIN_COMMON:
                parts = (left[edge][first - a : last - a - 1], left[best][first - c : last - c - 1])
                more = parts[0] @ weights - parts[1] @ weights
                error = float(more.std()) / np.sqrt(len(more))
                worse[edge] = float(more.mean()) / error if error > 0 else 0.0
        alike = [edge for edge, by in worse.items() if by < SURE]
        return min(alike, key=lambda edge: worse[edge], default=best)

    def _left(self, offsets: Sequence[int]) -> dict[int, NDArray[np.float64]]:
        """(steps - 1, 144) an offset: what is left of the difference about its mean, without CORRELATED of that of the
        step before; squared.
        """
        begin, end = self._moving
        from_there = max(self._before[0], begin + min(offsets))
        there = _levels(self._layouts[0], np.arange(from_there, min(self._before[1], end + max(offsets))))
        here = self._toned(_levels(self._layouts[1], np.arange(begin, end)))
        left = {}
        for offset in offsets:
            first, last = self._compared(offset)
            rest = there[first + offset - from_there : last + offset - from_there] - here[first - begin : last - begin]
            rest -= rest.mean(axis=0)
            own = rest[1:] - CORRELATED * rest[:-1]
            left[offset] = np.square(own, out=own)
        return left

    def _difference(self, offset: int) -> float:
        """Weighted mean square difference of the pictures at an offset, levels squared."""
        if offset not in self._differences:
            self._differences[offset] = self._difference_of(np.arange(*self._common(offset)), offset)
        return self._differences[offset]

    def _difference_of(self, steps: Steps, offset: int) -> float:
        """That of these steps; of those that the first cut has. Infinite where it has none."""
        steps = steps[(steps >= 0) & (steps < len(self._layouts[1]))]
        steps = steps[(steps + offset >= 0) & (steps + offset < len(self._layouts[0]))]
        if not len(steps):
            return np.inf
        steps = _spread(steps)
        first, second = _levels(self._layouts[0], steps + offset), _levels(self._layouts[1], steps)
        return float(np.mean((first - self._toned(second)) ** 2, axis=0) @ self._weights)

    def _common(self, offset: int) -> tuple[int, int]:
        return max(self._after[0], self._before[0] - offset), min(self._after[1], self._before[1] - offset)

    def _compared(self, offset: int) -> tuple[int, int]:
        """The common steps whose motion is compared."""
        first, last = self._common(offset)
        return max(first, self._moving[0]), min(last, self._moving[1])

    @cached_property
    def _moving(self) -> tuple[int, int]:
        """The MOST_STEPS steps of the second scene that move most."""
        first, last = self._after
        if last - first <= MOST_STEPS:
            return first, last
        changes = np.abs(np.diff(self._layouts[1][first:last].astype(np.int16), axis=0)).mean(axis=1)
        sums = np.concatenate([[0.0], np.cumsum(changes)])
        begin = first + int((sums[MOST_STEPS - 1 :] - sums[: len(sums) - MOST_STEPS + 1]).argmax())
        return begin, begin + MOST_STEPS

    def _toned(self, levels: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._gain * levels + self._lift


def _tones(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[float, float]:
    """Gain and offset from the levels of the second cut to those of the first."""
    variance = float(second.var())
    gain = float(np.mean((first - first.mean()) * (second - second.mean())) / variance) if variance >= 1 else 1.0
    gain = gain if gain > 0 else 1.0
    return gain, float(first.mean() - gain * second.mean())


def _spread(steps: Steps) -> Steps:
    return steps[_spread_over(len(steps))]


@lru_cache(maxsize=1024)
def _spread_over(count: int) -> Steps:
    return np.unique(np.linspace(0, count - 1, SAMPLES).astype(np.int64))


def _levels(layouts: Layouts, steps: Steps) -> NDArray[np.float64]:
    return layouts[steps].astype(np.float64)
