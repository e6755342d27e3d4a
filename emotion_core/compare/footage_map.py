"""The map between two cuts' frames: the footage that both show, in segments of constant offset, or of one speed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..observations import Observations
from .alignment import AlignmentMap, frames_on_grid
from .altered import Match
from .pictures import Steps
from .shared_segments import runs_with_moves

TOLERANCE = 1
"""Steps by which a match may be off its segment's offset: single pictures are placed a step off."""


ON_LINE = 2.0
"""Steps by which matches of retimed footage may be off its line: half a step of rounding in each cut, and TOLERANCE."""
BRIDGED_SECONDS = 0.25
"""Longest time without a match between two segments of one speed, which are one where they are on one line."""


@dataclass(frozen=True, slots=True)
class MapSegment:
    """Frames of both cuts that show the same; ends exclusive. Between its ends a segment is linear."""

    before: tuple[int, int]
    after: tuple[int, int]
    is_moved: bool
    """Whether it is in another place, or repeated: see SharedSegment."""


def map_frames(alignment: AlignmentMap, before: Observations, after: Observations) -> tuple[MapSegment, ...]:
    """The map between the frames of both cuts, in the order of the second."""
    grids = [np.append(frames_on_grid(film, alignment.rate), film.frames) for film in (before, after)]
    segments = []
    for (before_steps, after_steps), moved in _in_steps(alignment):
        # The offset that most steps have may lie a step before the first cut's beginning at the run's own.
        ranges = [
            (int(grid[max(low, 0)]), int(grid[min(high, len(grid) - 1)]))
            for grid, (low, high) in zip(grids, (before_steps, after_steps), strict=True)
        ]
        if all(low < high for low, high in ranges):
            segments.append(MapSegment(ranges[0], ranges[1], moved))
    return tuple(segments)


_Ranges = tuple[tuple[int, int], tuple[int, int]]
"""Steps of the first cut and of the second, ends exclusive."""


def _in_steps(alignment: AlignmentMap) -> list[tuple[_Ranges, bool]]:
    """The segments in steps, and whether each was moved; those of retimed footage on one line are one."""
    segments: list[tuple[_Ranges, bool]] = []
    longest = round(BRIDGED_SECONDS * float(alignment.rate))
    line: tuple[float, float] | None = None
    for (first, last), moved in runs_with_moves(alignment):
        is_retimed = alignment.how[first:last] == Match.RETIMED
        edges = [first, *(first + 1 + np.flatnonzero(np.diff(is_retimed))).tolist(), last]
        for begin, end in pairwise(edges):
            if not is_retimed[begin - first]:
                parts = _constant(alignment.source, begin, end)
                segments += [(((a + offset, b + offset), (a, b)), moved) for a, b, offset in parts]
                line = None
                continue
            for a, b, slope, start in _lines(alignment.source, begin, end):
                ranges = (round(slope * a + start), round(slope * b + start)), (a, b)
                if line is not None and segments[-1][1] == moved and a - segments[-1][0][1][1] <= longest:
                    (b0, _), (a0, _) = segments[-1][0]
                    if abs(line[0] * b + line[1] - ranges[0][1]) <= ON_LINE:  # the line before it leads to its end
                        segments[-1] = ((b0, ranges[0][1]), (a0, b)), moved
                        line = _through(segments[-1][0])
                        continue
                segments.append((ranges, moved))
                line = slope, start
    return segments


def _through(ranges: _Ranges) -> tuple[float, float]:
    """Slope and start of the line from one corner of a segment to the other."""
    (b0, b1), (a0, a1) = ranges
    slope = (b1 - b0) / (a1 - a0)
    return slope, b0 - slope * a0


def _lines(source: Steps, first: int, last: int) -> list[tuple[int, int, float, float]]:
    """The parts (first step, one past the last, slope, start) of retimed footage, each of one speed.

    Where the steps do not lie on one line they are parted where they are furthest off it.
    """
    waiting, lines = [(first, last)], []
    while waiting:
        a, b = waiting.pop()
        steps = np.arange(a, b)
        if b - a < 3:
            lines.append((a, b, 1.0, float(source[a] - a)))
            continue
        # A step of the first cut begins within the step of the second that shows it: half a step later in the mean.
        slope, start = (float(each) for each in np.polyfit(steps + 0.5, source[a:b] + 0.5, 1))
        off = np.abs(slope * (steps + 0.5) + start - source[a:b] - 0.5)
        if off.max() <= ON_LINE:
            lines.append((a, b, slope, start))
            continue
        at = min(max(int(off.argmax()), 1), b - a - 1)
        waiting += [(a + at, b), (a, a + at)]
    return lines


def _constant(source: Steps, first: int, last: int) -> list[tuple[int, int, int]]:
    """The parts (first step, one past the last, offset) of a run within which the offset is constant."""
    offsets = source[first:last] - np.arange(first, last)
    parts: list[tuple[int, int, int]] = []
    start = 0
    while start < len(offsets):
        away = np.flatnonzero(np.abs(offsets[start:] - offsets[start]) > TOLERANCE)
        end = start + int(away[0]) if len(away) else len(offsets)
        values, counts = np.unique(offsets[start:end], return_counts=True)
        parts.append((first + start, first + end, int(values[counts.argmax()])))
        start = end
    return parts
