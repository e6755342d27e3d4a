"""Fitting and proof: one stretch of altered footage, fitted to the step and compared picture by picture.

Two pictures are compared by the correlation of their fields, and by what remains once the mean of their difference over
the stretch is taken out: that tells motion, whatever a view leaves of a still background.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...observations import Layouts
from ..pictures import Costs, Steps
from .lines import Line
from .overlay import ALL_CLEAR, Clear
from .places import MIN_CONTRAST, normal
from .views import MAX_ZOOM, Fields, View

SAMPLES = 24
"""Pictures of a stretch by which it is fitted, evenly spread."""
DISSIMILARITY = 0.06
"""1 - correlation of two pictures that costs as much as no counterpart."""
REST = 6.0
"""Times the median rest of the stretch, mean square levels, that costs as much as no counterpart."""
MIN_REST, MAX_REST = 6.0, 60.0
"""Levels squared between which that limit stays."""
MAX_COST = 4.0
MIN_SECONDS, MIN_STEPS = 1.0, 6
"""Shortest stretch, and fewest steps of one that is looked at: a film of a frame a second has few in a second."""
AS_GOOD, MOSTLY = 0.5, 0.7
"""Levels squared by which a retimed stretch may explain a picture worse than the alignment, and the part of the
pictures of which it must do that."""
CLEARLY = 0.8
"""Times the rest of the alignment's pictures that is left at most, where it has most of them at one offset."""
MIN_ALTERED = 0.015
"""1 - correlation of pictures as they are from which they may be reframed."""
HOPELESS = 0.4
"""Correlation of motion below which a line is not fitted on: the views of the search show half of it or more."""
WINDOW_SECONDS = 2
"""Seconds over which motion is compared."""
MIN_FIELDS = 45
"""Fields that both pictures must have in common."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Steps of the second cut that show footage of the first along a line."""

    line: Line
    first: int
    last: int
    """Exclusive."""
    similarity: float
    """Median correlation of the pictures."""
    motion: float
    """Correlation of both cuts' motion."""
    amount: float
    """Mean square motion, levels squared."""

    def sources(self) -> tuple[Steps, Steps]:
        steps = np.arange(self.first, self.last)
        return steps, self.line.sources(steps)


class Fitting:
    """Both cuts, and the lines that are fitted to them."""

    def __init__(self, before: Layouts, after: Layouts, rate: float, clear: Clear = ALL_CLEAR) -> None:
        self._before, self._after, self.rate, self._clear = before, after, rate, clear

    def pictures(self, view: View, steps: Steps, sources: Steps) -> tuple[Fields, Fields]:
        """The common fields of pictures of both cuts."""
        common = view.common(self._clear)
        return view.first(self._before[sources])[:, common], view.second(self._after[steps])[:, common]

    def rest(self, steps: Steps, sources: Steps) -> float:
        """Mean square of what differs in the motion of pictures of both cuts as they are, levels squared."""
        first, second = self.pictures(View(), steps, sources)
        rest = second - first
        return float(np.square(rest - rest.mean(axis=0)).mean())

    def amount(self, steps: Steps) -> float:
        """Mean square of the motion of pictures of the second cut, levels squared."""
        second = self._after[steps].astype(np.float32)[:, View().common(self._clear)]
        return float(np.square(second - second.mean(axis=0)).mean())

    def within(self, sources: Steps) -> Steps:
        """Steps of the first cut, or its nearest where they are beyond it."""
        return np.clip(sources, 0, len(self._before) - 1)

    def tells(self, steps: Steps) -> NDArray[np.bool_]:
        """Which pictures of the second cut have the contrast that tells one from another."""
        fields = self._after[steps].astype(np.float32)[:, View().common(self._clear)]
        return np.asarray(normal(fields)[1] >= MIN_CONTRAST)

    def similarity(self, view: View, steps: Steps, sources: Steps) -> NDArray[np.float32]:
        """Correlation of each pair of pictures."""
        first, second = (normal(fields)[0] for fields in self.pictures(view, steps, sources))
        return np.asarray(np.einsum("ij,ij->i", first, second), dtype=np.float32)

    @property
    def shortest(self) -> float:
        """Steps of the shortest stretch that is looked at."""
        return max(MIN_SECONDS * self.rate, MIN_STEPS)

    @property
    def steps_before(self) -> int:
        """Steps of the first cut."""
        return len(self._before)

    def fitted(self, line: Line, *, slopes: bool, may_be_held: bool = False) -> Line | None:
        """The line, moved to where the pictures agree best: in time, in its slope if `slopes`, and in its view.

        None where they do not move alike, unless they may be held.
        """
        reach = round(0.7 * self.rate)
        if slopes:
            coarse = max(1, round(reach / 8))
            line = self._in_time(line, np.linspace(-0.1, 0.1, 17), np.arange(-reach, reach + 1, coarse))
            line = self._in_time(line, np.linspace(-0.02, 0.02, 17), np.arange(-coarse, coarse + 0.1, 0.5))
            return self._in_time(line, np.linspace(-0.004, 0.004, 9), np.arange(-1, 1.01, 0.25))
        line = self._in_time(line, np.zeros(1), np.arange(-reach, reach + 1))
        if line.view.is_mirrored:
            return line
        for _ in range(2):
            if not may_be_held and self._sampled_motion(line) < HOPELESS:
                return None
            line = replace(line, view=self._fitted_view(line))
            line = self._in_time(line, np.zeros(1), np.arange(-3, 4))
        return line

    def refined(self, part: Stretch) -> Line:
        """The line of a retimed stretch, fitted to all its length."""
        line = replace(part.line, first=part.first, last=part.last - 1)
        for _ in range(2):
            line = self._in_time(line, np.linspace(-0.024, 0.024, 17), np.arange(-2, 2.1, 0.5), 2 * SAMPLES)
        reach = 2 / max(part.last - part.first, 1)
        return self._in_time(line, np.linspace(-reach, reach, 17), np.arange(-0.75, 0.76, 0.125), 3 * SAMPLES)

    def _sampled_motion(self, line: Line) -> float:
        """Correlation of the motion of some pictures of a line."""
        steps = self._samples(line)
        sources = np.clip(line.sources(steps), 0, len(self._before) - 1)
        first, second = (fields - fields.mean(axis=0) for fields in self.pictures(line.view, steps, sources))
        lengths = math.sqrt(float(np.square(first).sum()) * float(np.square(second).sum()))
        return float((first * second).sum()) / max(lengths, 1e-6)

    @staticmethod
    def _samples(line: Line, count: int = SAMPLES) -> Steps:
        return np.unique(np.linspace(line.first, line.last, count).astype(np.int64))

    def _in_time(self, line: Line, slopes: NDArray[np.float64], shifts: NDArray[Any], count: int = SAMPLES) -> Line:
        """The line of these slopes about its middle, and of these shifts, in steps, whose pictures move most alike."""
        steps = self._samples(line, count)
        middle = (line.first + line.last) / 2
        common = line.view.common(self._clear)
        second = line.view.second(self._after[steps])[:, common]
        second -= second.mean(axis=0)
        tried = [(slope, shift) for slope in slopes for shift in shifts]
        lines = [
            replace(line, slope=line.slope + slope, start=line.start + shift - slope * middle) for slope, shift in tried
        ]
        best, least = line, math.inf
        for other in lines:
            sources = other.sources(steps)
            if sources[0] < 0 or sources[-1] >= len(self._before):
                continue
            first = line.view.first(self._before[sources])[:, common]
            first -= first.mean(axis=0)
            rest = round(float(np.square(second - first).mean()), 4)
            if rest < least:
                best, least = other, rest
        return best

    def _fitted_view(self, line: Line) -> View:
        """The view near that of a line through which its pictures are most alike."""
        steps = self._samples(line, SAMPLES // 2)
        sources = np.clip(line.sources(steps), 0, len(self._before) - 1)
        view = line.view
        best = self._view_score(view, steps, sources)
        for by in (0.04, 0.02, 0.01, 0.005):
            improves = True
            while improves:
                improves = False
                for zoom, x, y in (
                    (by, 0, 0),
                    (-by, 0, 0),
                    (0, by / 2, 0),
                    (0, -by / 2, 0),
                    (0, 0, by / 2),
                    (0, 0, -by / 2),
                ):
                    other = view.moved(zoom, x, y)
                    if not 1 / MAX_ZOOM <= other.zoom <= MAX_ZOOM:
                        continue
                    score = self._view_score(other, steps, sources)
                    if score > best:
                        view, best, improves = other, score, True
        return view

    def _view_score(self, view: View, steps: Steps, sources: Steps) -> float:
        if np.count_nonzero(view.common(self._clear)) < MIN_FIELDS:
            return -1.0
        return round(float(self.similarity(view, steps, sources).mean()), 5)

    def proved(self, line: Line, low: int, high: int) -> Stretch | None:
        """The stretch about a line's places, within the steps `low` to before `high`, if it shows the same footage."""
        steps = np.arange(low, high)
        sources = line.sources(steps)
        inside = (sources >= 0) & (sources < len(self._before))
        steps, sources = steps[inside], sources[inside]
        if len(steps) < MIN_SECONDS * self.rate:
            return None
        first, second = self.pictures(line.view, steps, sources)
        similarity = np.einsum("ij,ij->i", normal(first)[0], normal(second)[0])
        seed = (steps >= line.first) & (steps <= line.last)
        if not seed.any():
            return None
        rest = second - first
        rest = np.square(rest - np.median(rest[seed], axis=0)).mean(axis=1)
        limit = float(np.clip(REST * np.median(rest[seed]), MIN_REST, MAX_REST))
        costs = np.minimum(np.maximum((1 - similarity) / DISSIMILARITY, rest / limit), MAX_COST) - 1
        begin, end = _cheapest_part(costs, int(seed.argmax()), len(seed) - int(seed[::-1].argmax()))
        if end - begin < MIN_SECONDS * self.rate:
            return None
        motion, amount = self._motion(first[begin:end], second[begin:end])
        median = float(np.median(similarity[begin:end]))
        return Stretch(line, int(steps[begin]), int(steps[end - 1]) + 1, median, motion, amount)

    def is_better(self, part: Stretch, source: Steps) -> bool:
        """Whether a retimed stretch explains its pictures better than the alignment does where it has found some."""
        steps, sources = part.sources()
        found = source[steps] >= 0
        if not found.any():
            return True
        after = self._after[steps[found]].astype(np.float32)
        by_line, as_is = (after - self._before[at] for at in (sources[found], source[steps[found]]))
        by_line, as_is = (np.square(rest - np.median(rest, axis=0)).mean(axis=1) for rest in (by_line, as_is))
        offsets = source[steps[found]] - steps[found]
        is_plain = np.mean(np.abs(offsets - np.median(offsets)) <= 1) >= MOSTLY and np.mean(found) >= MOSTLY
        is_as_good = np.mean(by_line <= as_is + AS_GOOD) >= MOSTLY
        return bool(is_as_good and by_line.mean() <= (CLEARLY if is_plain else 1.0) * as_is.mean() + 0.02)

    def is_altered(self, part: Stretch, gain: float = 2.0) -> bool:
        """Whether the pictures of a stretch are `gain` times as unlike as they are as through its view, and more."""
        steps, sources = part.sources()
        sample = np.unique(np.linspace(0, len(steps) - 1, SAMPLES).astype(np.int64))
        as_is = float(np.median(self.similarity(View(), steps[sample], sources[sample])))
        return 1 - as_is >= gain * (1 - part.similarity) and 1 - as_is >= MIN_ALTERED

    def _motion(self, first: Fields, second: Fields) -> tuple[float, float]:
        """Correlation of the pictures of both cuts about their mean over two seconds, and their mean square."""
        product = one = other = 0.0
        over = max(2, round(WINDOW_SECONDS * self.rate))
        for start in range(0, len(first), over):
            a, b = (fields[start : start + over] for fields in (first, second))
            a, b = a - a.mean(axis=0), b - b.mean(axis=0)
            product += float((a * b).sum())
            one += float((a * a).sum())
            other += float((b * b).sum())
        amount = max(one, other) / first.size
        return product / max(math.sqrt(one * other), 1e-6), amount


def _cheapest_part(costs: Costs, begin: int, end: int) -> tuple[int, int]:
    """The part about the middle of `begin` to before `end` with the lowest sum of costs."""
    middle = (begin + end) // 2
    ahead = np.append(0.0, np.cumsum(costs[middle:]))
    behind = np.append(0.0, np.cumsum(costs[:middle][::-1]))
    return middle - int(behind.argmin()), middle + int(ahead.argmin())
