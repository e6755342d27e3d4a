"""Which frames of a film are sampled where an analysed cut is known.

Faces exist of that cut's sampled frames only, and two cuts' grids lie differently on the same footage. So where a film
runs along with a known cut, the frames are sampled that were sampled there: faces are taken over of exactly the same
frames, never of a frame beside. Everywhere else the film's own grid holds. From the first such frame on no sample
follows another within half a step of the grid, and none later than after two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ...observations import Layouts, Scores
from ...scenes import Grid
from .footage_follower import FootageFollower, Place

NEAREST, FURTHEST = Fraction(1, 2), Fraction(2)
"""Steps of the grid from one sampled frame to the next, at least and at most."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the choice of frames needs of a known cut."""

    layouts: Layouts
    sampled: frozenset[int]
    """Frames of its grid whose faces can be taken over."""


class SampledFrames:
    """Takes a film's frames in order, from the first on."""

    def __init__(self, samples_per_second: Fraction, cuts: Sequence[Known] = ()) -> None:
        self._grid, self._step = Grid(samples_per_second), 1 / samples_per_second
        self._sampled = [cut.sampled for cut in cuts]
        self._follower = FootageFollower([cut.layouts for cut in cuts]) if cuts else None
        self._followed = False
        """Whether any frame was in a known cut."""
        self._last = Fraction(0)

    def choose(self, seconds: Fraction, layout: NDArray[np.uint8]) -> tuple[bool, Place | None]:
        """Whether the next frame is sampled, and the known frame, if any, whose faces are its own."""
        on_grid = self._grid.wants(seconds)
        if self._follower is None:
            return on_grid, None
        place = self._follower.push(layout)
        self._followed |= place is not None
        if not self._followed:
            self._last = seconds if on_grid else self._last
            return on_grid, None
        steps = (seconds - self._last) / self._step
        is_known = place is not None and place.frame in self._sampled[place.cut]
        if place is None:
            wanted = steps >= 1 or (on_grid and steps >= NEAREST)
        else:
            wanted = steps >= FURTHEST or (is_known and steps >= NEAREST)
        if wanted:
            self._last = seconds
        return wanted, place if wanted and is_known else None

    def replay(self, scores: Scores, time_base: Fraction) -> None:
        """Take frames whose scores are stored."""
        if self._follower is not None:
            for ticks, layout in zip(scores.pts.tolist(), scores.layout, strict=True):
                self.choose(ticks * time_base, layout)


def places_of(layouts: Layouts, cuts: Sequence[Known]) -> list[Place | None]:
    """The known frame that each frame of a film is, None where it is none for sure."""
    follower = FootageFollower([cut.layouts for cut in cuts])
    return [follower.push(layout) for layout in layouts]
