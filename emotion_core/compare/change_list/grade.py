"""Differences in tone between two cuts' pictures of the same footage.

Layouts hold brightness only: a change of colour alone is not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...observations import Layouts

SAMPLES = 48
"""Pictures of a scene that are compared, evenly spread."""
MIN_DIFFERENCE = 3.0
"""Root mean square difference, levels, from which tones differ. Copies at half the size and x264's crf 32 reach 1.5."""
EXPLAINED = 0.7
"""Share of that difference that remains at most once gain and offset are taken out: else it is no grade."""
WHOLE_SHARE = 0.9
"""Share of the common footage that must have one grade for it to be the whole cut's."""
SAME_GRADE = 3.0
"""Levels by which two grades differ at most, at any tone of a picture, to be the same."""


@dataclass(frozen=True, slots=True)
class Grade:
    """Brightness of the second cut = gain times that of the first + offset, in levels of 0 to 255."""

    gain: float
    offset: float

    def difference(self, other: Grade) -> float:
        """Largest difference between what two grades make of dark, middle and light tones, levels."""
        return max(abs((self.gain - other.gain) * tone + self.offset - other.offset) for tone in (48, 112, 176))


def fit_grade(before: Layouts, after: Layouts) -> Grade | None:
    """The grade between the same pictures (n, 144) of both cuts; None where their tones are the same."""
    rows = np.unique(np.linspace(0, len(before) - 1, SAMPLES).astype(np.int64))
    first, second = (layouts[rows].astype(np.float64).ravel() for layouts in (before, after))
    difference = float(np.sqrt(np.mean((second - first) ** 2)))
    if difference < MIN_DIFFERENCE:
        return None
    spread = float(first.var())
    gain = float(np.mean((first - first.mean()) * (second - second.mean())) / spread) if spread >= 1 else 1.0
    offset = float(second.mean() - gain * first.mean())
    remaining = float(np.sqrt(np.mean((second - gain * first - offset) ** 2)))
    return Grade(gain, offset) if gain > 0 and remaining <= EXPLAINED * difference else None


def whole_grade(grades: Sequence[Grade | None], steps: Sequence[int]) -> Grade | None:
    """The grade that nearly all footage has, of each scene's grade and its common steps; None where there is none."""
    graded = [(grade, n) for grade, n in zip(grades, steps, strict=True) if grade is not None]
    if not graded or sum(n for _, n in graded) < WHOLE_SHARE * sum(steps):
        return None
    gains, offsets = (np.array(column) for column in zip(*((g.gain, g.offset) for g, _ in graded), strict=True))
    common = Grade(float(np.median(gains)), float(np.median(offsets)))
    alike = sum(n for grade, n in graded if grade.difference(common) <= SAME_GRADE)
    return common if alike >= WHOLE_SHARE * sum(steps) else None
