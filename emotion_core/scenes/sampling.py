"""Which frames are looked at: a fixed grid in time, and a few more where a scene is shorter than the grid's step."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from fractions import Fraction

from ..observations.observations import Observations, Sample
from .shots import Shot


class Grid:
    """Picks frames as they come: of each grid point (0, 1/rate, 2/rate … seconds) the first frame at or after it.

    The grid hangs on the media clock's zero alone, so which frames are picked does not depend on where reading began.
    """

    def __init__(self, samples_per_second: Fraction) -> None:
        self._rate = samples_per_second
        self._last = -1

    def wants(self, seconds: Fraction) -> bool:
        """Whether the frame shown at `seconds` is the first one at or after a grid point; frames come in order."""
        point = math.floor(seconds * self._rate)
        if point <= self._last:
            return False
        self._last = point
        return True


def fill(shots: Iterable[Shot], grid: Sequence[int], minimum: int) -> tuple[int, ...]:
    """The frames to sample beyond `grid` (ascending) so that each shot has `minimum`, or all of its frames.

    They lie evenly over the shot; of the even places, those nearest to a frame of the grid are taken as met.
    """
    more: list[int] = []
    for shot in shots:
        frames = shot.frame_out - shot.frame_in
        have = grid[bisect_left(grid, shot.frame_in) : bisect_left(grid, shot.frame_out)]
        wanted = min(minimum, frames)
        if len(have) >= wanted:
            continue
        places = [shot.frame_in + (2 * i + 1) * frames // (2 * wanted) for i in range(wanted)]
        for sampled in have:
            places.remove(min(places, key=lambda place: abs(place - sampled)))
        more += places
    return tuple(more)


def counted(seen: Observations, shots: Iterable[Shot]) -> tuple[Sample, ...]:
    """The grid's samples and those that these shots are filled up with.

    Frames that other boundaries once asked for stay out, so that a report depends on its settings and not on history.
    """
    grid = [s.frame for s in seen.samples if not s.filled]
    asked = set(fill(shots, grid, seen.scan_settings.min_scene_samples))
    return tuple(s for s in seen.samples if not s.filled or s.frame in asked)


def missing(seen: Observations, shots: Iterable[Shot]) -> tuple[int, ...]:
    """Frames that these shots of a finished scan still lack."""
    grid = [s.frame for s in seen.samples if not s.filled]
    have = {s.frame for s in seen.samples}
    wanted = fill(shots, grid, seen.scan_settings.min_scene_samples)
    return tuple(frame for frame in wanted if frame not in have)
