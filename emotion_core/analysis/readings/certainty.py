"""How sure a scene's dominant expression is: clear, or mixed with the runner-up.

A dominant expression is mixed where the interval of its share overlaps the runner-up's, or where its share is below
the mixed floor. On seven clips, in scenes with four frames or more, two random halves of the frames of a mixed scene
had the same leading expression in 59 to 74 % of the draws, those of every other scene in all; and no scene with a lead
below 0.4, the default floor, had an interval that bore it out.
"""

from __future__ import annotations

from typing import Literal

from ..records import Analysis, SceneEmotion

Certainty = Literal["clear", "mixed", "few frames"]
""""few frames": fewer than three frames with usable faces, so that nothing says how far the shares would vary."""


def certainty_of(analysis: Analysis, row: SceneEmotion) -> Certainty | None:
    """How sure the dominant expression of a scene of `analysis` is; None without one."""
    if row.shares is None or row.dominant is None:
        return None
    dominant, other = _leading(row.shares)
    if row.shares[dominant] < analysis.report_settings.mixed_floor:
        return "mixed"
    if row.intervals is None:
        return "few frames"
    return "mixed" if row.intervals[dominant][0] <= row.intervals[other][1] else "clear"


def runner_up(analysis: Analysis, row: SceneEmotion) -> str | None:
    """The label with the second largest share; None without a dominant expression."""
    if row.shares is None or row.dominant is None:
        return None
    return analysis.labels[_leading(row.shares)[1]]


def _leading(shares: tuple[float, ...]) -> tuple[int, int]:
    """Indices of the largest share and the one after it; of equal ones the first comes first, as in `dominant`."""
    first = shares.index(max(shares))
    others = (*shares[:first], -1.0, *shares[first + 1 :])
    return first, others.index(max(others))
