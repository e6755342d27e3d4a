"""The map between two cuts' frames: the footage that both show, in segments of constant offset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..observations import Observations
from .alignment import AlignmentMap, frames_on_grid
from .pictures import Steps
from .shared_segments import runs_with_moves

TOLERANCE = 1
"""Steps by which a match may be off its segment's offset: single pictures are placed a step off."""


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
    for (first, last), moved in runs_with_moves(alignment):
        for start, end, offset in _constant(alignment.source, first, last):
            # The offset that most steps have may lie a step before the first cut's beginning at the run's own.
            ranges = [
                (int(grid[max(low, 0)]), int(grid[min(high, len(grid) - 1)]))
                for grid, (low, high) in zip(grids, ((start + offset, end + offset), (start, end)), strict=True)
            ]
            if all(low < high for low, high in ranges):
                segments.append(MapSegment(ranges[0], ranges[1], moved))
    return tuple(segments)


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
