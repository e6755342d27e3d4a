"""Differences in tone between two cuts' pictures of the same footage.

Layouts hold brightness only: a change of colour alone is not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...observations import Layouts

SAMPLES = 24
"""Pictures of a scene that are compared, evenly spread."""
TONES = 8
"""Parts into which the brightness of their fields is divided, each with as many of them: a curve of so many points."""
CODED_LIFT = 2.0
"""Levels by which all tones together may lie higher or lower without a grade, black excepted: converting between YUV
and RGB and back rounds down, so that copies at half the size and x264's crf 32 are a level or two darker throughout."""
MIN_DIFFERENCE = 1.0
"""Root mean square difference of the curve's points, less that lift, levels, from which tones differ. Of seven films,
five also darkened to a fifth, copies coded again, at half the size or with burnt-in timecode reach 0.9, and graded
ones, by a gamma of 0.9 or a gain of 1.15, mostly have 1.3 or more. A gain of 1.05 of a scene as dark as 25 is not told
from another coding."""
EXPLAINED = 0.5
"""How far the fields lie from the curve at most, as a standard deviation from the median, of that difference: else it
is no grade, but other frames. Of graded scenes it is 0.4 at most."""
MEDIAN_TO_DEVIATION = 1.4826
"""Standard deviation of normally distributed values, by the median of their distance from the middle."""
WHOLE_SHARE = 0.9
"""Share of the common footage that must have one grade for it to be the whole cut's."""
SAME_GRADE = 3.0
"""Levels by which two grades differ at most, at any tone of a picture, to be the same."""


@dataclass(frozen=True, slots=True)
class Grade:
    """Brightness of the second cut = gain times that of the first + offset, in levels of 0 to 255."""

    gain: float
    offset: float
    low: float = 0.0
    """The darkest tone of the first cut's pictures of which that is known."""
    high: float = 255.0
    """The lightest."""

    def difference(self, other: Grade) -> float:
        """Largest difference between what two grades make of the dark, middle and light tones that both know, levels.

        Where they know none in common, what they make of the tone between them.
        """
        low, high = max(self.low, other.low), min(self.high, other.high)
        tones = {min(max(tone, low), high) for tone in (48, 112, 176)} if low <= high else {(low + high) / 2}
        return max(abs((self.gain - other.gain) * tone + self.offset - other.offset) for tone in tones)


def fit_grade(before: Layouts, after: Layouts) -> Grade | None:
    """The grade between the same pictures (n, 144) of both cuts; None where their tones are the same.

    What lies over a picture, as burnt-in timecode, changes few fields by much: of each part of the tones the middle
    half of the differences counts.
    """
    first, second = _fields(before), _fields(after)
    order = np.argsort(first, kind="stable")[: len(first) // TONES * TONES].reshape(TONES, -1)
    difference = (second - first)[order]
    quarter = difference.shape[1] // 4
    curve = np.sort(difference, axis=1)[:, quarter : difference.shape[1] - quarter].mean(axis=1)
    tones = first[order].mean(axis=1)
    size = float(np.sqrt(np.mean((curve - _lifted(tones, curve)) ** 2)))
    deviation = MEDIAN_TO_DEVIATION * float(np.median(np.abs(difference - curve[:, None])))
    if size < MIN_DIFFERENCE or deviation > EXPLAINED * size:
        return None
    gain = 1.0 + float(np.polyfit(tones, curve, 1)[0]) if np.ptp(tones) >= 1 else 1.0
    offset = float(curve.mean() + (1.0 - gain) * tones.mean())
    return Grade(gain, offset, *_range(first)) if gain > 0 else None


def _lifted(tones: NDArray[np.float64], curve: NDArray[np.float64]) -> NDArray[np.float64]:
    """The part of the curve that another coding explains: one lift of all tones, as far as black and white allow."""
    can_fall = tones > CODED_LIFT
    lift = float(np.clip(curve[can_fall].mean(), -CODED_LIFT, CODED_LIFT)) if can_fall.any() else 0.0
    return np.clip(tones + lift, 0, 255) - tones


def ungraded(before: Layouts) -> Grade:
    """The grade that changes nothing, of a scene's tones in the first cut."""
    return Grade(1.0, 0.0, *_range(_fields(before)))


def _fields(layouts: Layouts) -> NDArray[np.float64]:
    """The brightness of all fields of SAMPLES pictures."""
    rows = np.unique(np.linspace(0, len(layouts) - 1, SAMPLES).astype(np.int64))
    return layouts[rows].astype(np.float64).ravel()


def _range(fields: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(fields, (0.05, 0.95))
    return float(low), float(high)


def whole_grade(grades: Sequence[Grade | None], steps: Sequence[int]) -> Grade | None:
    """The grade that nearly all footage has, of each scene's grade and its common steps; None where there is none."""
    graded = [(grade, n) for grade, n in zip(grades, steps, strict=True) if grade is not None]
    if not graded or sum(n for _, n in graded) < WHOLE_SHARE * sum(steps):
        return None
    gains, offsets = (np.array(column) for column in zip(*((g.gain, g.offset) for g, _ in graded), strict=True))
    common = Grade(float(np.median(gains)), float(np.median(offsets)))
    alike = sum(n for grade, n in graded if grade.difference(common) <= SAME_GRADE)
    return common if alike >= WHOLE_SHARE * sum(steps) else None
