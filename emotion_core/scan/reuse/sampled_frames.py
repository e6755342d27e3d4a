"""Which frames of a film are sampled where an analysed cut is known.

Faces exist of that cut's sampled frames only, and two cuts' grids lie differently on the same footage. Each point of
the film's own grid has one sample: where the film runs along with a known cut, the frame nearest to the point that was
sampled there, if it is within half a step and in the same shot; else the frame at the point. So faces are taken over of
exactly the same frames, never of a frame beside, and each moment of the film weighs as much as in a fresh analysis.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...observations import Layouts, Scores
from ...scenes import Grid
from .footage_follower import FootageFollower, Place

HALF = Fraction(1, 2)
"""Steps of the grid by which a sample may lie before or after its point."""
JUMP = 5.0
"""Mean difference of two consecutive layouts, levels, from which another shot may begin: between two takes of one man
in one chair it was 5.5 to 6.3, within them 3.7 at most."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the choice of frames needs of a known cut."""

    layouts: Layouts
    sampled: frozenset[int]
    """Frames of its grid whose faces can be taken over."""


class Choice(NamedTuple):
    """What is decided of a frame."""

    is_sampled: bool
    place: Place | None
    """The known frame, if any, whose faces are its own."""


class SampledFrames:
    """Takes a film's frames in order, from the first on."""

    def __init__(self, samples_per_second: Fraction, cuts: Sequence[Known] = ()) -> None:
        self._grid, self._rate = Grid(samples_per_second), samples_per_second
        self._cuts = cuts
        self._sampled = [sorted(cut.sampled) for cut in cuts]
        self._follower = FootageFollower([cut.layouts for cut in cuts]) if cuts else None
        self._place: Place | None = None
        self._seconds = Fraction(0)
        self._layout = np.zeros(0, dtype=np.uint8)
        self._served = -1
        """The last point of the grid that has its sample; it may be the next one."""
        self._waiting: deque[tuple[Fraction, NDArray[np.uint8]]] = deque()

    def push(self, seconds: Fraction, layout: NDArray[np.uint8]) -> list[Choice]:
        """Take the next frame. What is decided by now, of the next frames in order: few wait for those that follow."""
        if self._follower is None:
            return [Choice(self._grid.wants(seconds), None)]
        self._waiting.append((seconds, layout))
        return [self._choose(*self._waiting.popleft(), place) for place in self._follower.push(layout)]

    def rest(self) -> list[Choice]:
        """What is decided of the frames that wait: the film has no more."""
        places = [] if self._follower is None else self._follower.rest()
        return [self._choose(*self._waiting.popleft(), place) for place in places]

    def _choose(self, seconds: Fraction, layout: NDArray[np.uint8], place: Place | None) -> Choice:
        on_grid, before = self._grid.wants(seconds), self._place
        a_frame, self._seconds = seconds - self._seconds, seconds
        self._place, self._layout, previous = place, layout, self._layout
        point = int(seconds * self._rate // 1)
        if before is not None and place != Place(before.cut, before.frame + 1):
            # A point that the run served ahead lies in other footage. One that waited for a frame of the run is gone
            # where another shot begins: a frame of that one would stand for it.
            self._served = min(self._served, point - on_grid)
            if not on_grid and float(np.abs(layout.astype(np.int16) - previous).mean()) >= JUMP:
                self._served = point
        is_known = place is not None and place.frame in self._cuts[place.cut].sampled
        if place is not None and is_known:
            nearest = int((seconds * self._rate + HALF) // 1)
            until = round((nearest / self._rate - seconds) / a_frame) if a_frame else 0
            if nearest > self._served and self._is_one_shot(place, max(0, until)):
                self._served = nearest
                return Choice(True, place)
        if point <= self._served or (place is not None and self._comes(place, seconds, a_frame, point)):
            return Choice(False, None)
        self._served = point
        return Choice(True, place if is_known else None)

    def _comes(self, place: Place, seconds: Fraction, a_frame: Fraction, point: int) -> bool:
        """Whether the known cut has a sampled frame ahead, in this shot, that is near enough to a point of the grid."""
        sampled = self._sampled[place.cut]
        at = bisect_right(sampled, place.frame)
        if at == len(sampled) or not a_frame:
            return False
        ahead = sampled[at] - place.frame
        return (seconds + ahead * a_frame) * self._rate < point + HALF and self._is_one_shot(place, ahead)

    def _is_one_shot(self, place: Place, frames: int) -> bool:
        """Whether no other shot begins within so many frames of the known cut."""
        return is_one_shot(self._cuts[place.cut].layouts[place.frame : place.frame + frames + 1])

    def replay(self, scores: Scores, time_base: Fraction) -> int:
        """Take frames whose scores are stored. Returns how many of them wait: the first choices to come are theirs."""
        if self._follower is not None:
            for ticks, layout in zip(scores.pts.tolist(), scores.layout, strict=True):
                self.push(ticks * time_base, layout)
        return self.waiting

    @property
    def waiting(self) -> int:
        """Frames of which it is not decided yet."""
        return len(self._waiting)


def is_one_shot(layouts: Layouts) -> bool:
    """Whether no shot begins among consecutive frames."""
    steps = np.abs(np.diff(layouts.astype(np.int16), axis=0)).mean(axis=1)
    return float(steps.max(initial=0)) < JUMP


def places_of(layouts: Layouts, cuts: Sequence[Known]) -> list[Place | None]:
    """The known frame that each frame of a film is, None where it is none for sure."""
    follower = FootageFollower([cut.layouts for cut in cuts])
    places = [place for layout in layouts for place in follower.push(layout)]
    return places + follower.rest()
