"""Where a film is cut into segments: at keyframes, about a minute apart."""

from __future__ import annotations

from fractions import Fraction

SEGMENT_SECONDS = Fraction(60)
"""Film time of a segment, which then lasts until the next keyframe."""
LONGEST_SEGMENT = Fraction(3, 2)
"""Without a keyframe a segment ends when it is this many times as long."""


def begins_segment(number: int, seconds: Fraction, length: Fraction, *, keyframe: bool) -> bool:
    """Whether segment `number`, from 1 on, begins with a frame shown at `seconds`, given that the one before has any.

    `length` is the film time of a segment.
    """
    due = number * length
    return seconds >= due and (keyframe or seconds >= due + (LONGEST_SEGMENT - 1) * length)
