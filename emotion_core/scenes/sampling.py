"""Which frames are sampled: a fixed grid in time, and a few more where a scene is shorter than the grid's step."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from fractions import Fraction

from ..observations import Observations, Sample
from .shots import Shot


class Grid:
    """Picks the first frame at or after each grid point (0, 1/rate, 2/rate … seconds on the media clock).

    The grid starts at the media clock's zero, so the choice does not depend on where decoding began.
    """

    def __init__(self, samples_per_second: Fraction) -> None:
        self._rate = samples_per_second
        self._last = -1

    def wants(self, seconds: Fraction) -> bool:
        """Whether the frame shown at `seconds` is the first at or after a grid point. Call it for every frame, in
        order.
        """
        # As math.floor(seconds * self._rate): reducing a fraction takes as long as all the rest.
        point = seconds.numerator * self._rate.numerator // (seconds.denominator * self._rate.denominator)
        if point <= self._last:
            return False
        self._last = point
        return True


def fill_frames(shots: Iterable[Shot], grid: Sequence[int], minimum: int) -> tuple[int, ...]:
    """Frames to sample besides `grid` (ascending) so that each shot has `minimum` samples, or all of its frames.

    The samples of a shot lie at even distances. The even position nearest to each grid frame is left to that frame.
    """
    added: list[int] = []
    for shot in shots:
        frames = shot.frame_out - shot.frame_in
        on_grid = grid[bisect_left(grid, shot.frame_in) : bisect_left(grid, shot.frame_out)]
        wanted = min(minimum, frames)
        if len(on_grid) >= wanted:
            continue
        positions = [shot.frame_in + (2 * i + 1) * frames // (2 * wanted) for i in range(wanted)]
        for sampled in on_grid:
            positions.remove(min(positions, key=lambda position: abs(position - sampled)))
        added += positions
    return tuple(added)


def counted_samples(observations: Observations, shots: Iterable[Shot]) -> tuple[Sample, ...]:
    """The samples that count for these shots: those of the grid and those that fill the shots up.

    Samples that were added for other shot boundaries are left out, so that a report depends on its settings alone.
    """
    filled = set(_fill_frames_of(observations, shots))
    return tuple(s for s in observations.samples if not s.filled or s.frame in filled)


def missing_frames(observations: Observations, shots: Iterable[Shot]) -> tuple[int, ...]:
    """Frames that must still be sampled to fill up these shots of a finished scan."""
    sampled = {s.frame for s in observations.samples}
    return tuple(frame for frame in _fill_frames_of(observations, shots) if frame not in sampled)


def _fill_frames_of(observations: Observations, shots: Iterable[Shot]) -> tuple[int, ...]:
    grid = [s.frame for s in observations.samples if not s.filled]
    return fill_frames(shots, grid, observations.scan_settings.min_scene_samples)
