"""Lines: along a stretch of altered footage the place in the first cut rises evenly with the step of the second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..pictures import Steps
from .places import MIN_SIMILARITY, Places
from .views import View

SLOWEST, FASTEST = 0.45, 2.2
"""Slopes of lines that are tried: a little beyond those that are looked for, since places are coarse."""
MIN_SLOPE = 0.015
"""Difference of a slope from one from which footage is retimed: 24 and 25 frames a second are 0.04 apart."""
MIN_DRIFT = 3
"""Steps by which a run of the alignment must have drifted to be retimed."""
MIN_POINTS = 3
"""Anchors that must lie on a line."""


@dataclass(frozen=True, slots=True)
class Line:
    """Step of the first cut = slope times the step of the second + start, through a view."""

    view: View
    slope: float
    start: float
    score: float
    """The higher, the more and the better places lie on it."""
    first: int
    """First step of the second cut with a place on the line."""
    last: int

    def sources(self, steps: Steps) -> Steps:
        """The steps of the first cut at these of the second."""
        sources: Steps = np.floor(self.slope * steps + self.start + 0.5).astype(np.int64)
        return sources


def straight_line(places: Places, tolerance: float) -> Line | None:
    """The line of slope 1 on which the most places lie within `tolerance` steps."""
    slopes = np.ones(len(places.anchors))
    return _best(places, slopes, (places.steps - places.anchors).astype(np.float64), tolerance)


def sloping_line(places: Places, tolerance: float) -> Line | None:
    """The line of any slope that is looked for on which the most places lie; None without one."""
    i, j = np.triu_indices(len(places.anchors), 1)
    run = places.anchors[j] - places.anchors[i]
    i, j, run = i[run > 0], j[run > 0], run[run > 0]
    slopes = (places.steps[j] - places.steps[i]) / run
    fits = (slopes >= SLOWEST) & (slopes <= FASTEST) & (run >= 2 * tolerance)
    i, slopes = i[fits], slopes[fits]
    return _best(places, slopes, places.steps[i] - slopes * places.anchors[i], tolerance)


def _best(places: Places, slopes: NDArray[np.float64], starts: NDArray[np.float64], tolerance: float) -> Line | None:
    """The best of some lines; every anchor counts once."""
    if not len(slopes):
        return None
    away = np.abs(slopes[:, None] * places.anchors + starts[:, None] - places.steps)
    worth = np.where(away <= tolerance, places.similarity - (2 * MIN_SIMILARITY - 1), 0.0)
    begins = np.flatnonzero(np.diff(places.anchors, prepend=-1))
    per_anchor = np.maximum.reduceat(worth, begins, axis=1)
    scores = per_anchor.sum(axis=1)
    at = int(np.rint(scores * 1e4).argmax())
    on = places.anchors[begins][per_anchor[at] > 0]
    if len(on) < MIN_POINTS:
        return None
    return Line(places.view, float(slopes[at]), float(starts[at]), float(scores[at]), int(on[0]), int(on[-1]))
