"""Which frame of the known cuts each frame of a film is, from the layouts of the film's frames up to some beyond it.

Once a run of frames is found, it is followed frame by frame, at the cost of one comparison each, and lost at the first
frame that differs. A run is known by its first frames together: until they are there, those frames wait. What is
decided depends on the film's layouts alone: a scan that is read in segments, or resumed, decides the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...observations import FLAT, Layouts

RUN = 6
"""Consecutive frames that must be the same before a run counts as found: a quarter of a second."""
LEVELS = 3
"""Largest difference of a field of two layouts of the same frame, of 255. Copies by x264 at the same quality differ by
1, and at crf 30 by 2."""
MEAN = 0.75
"""Largest difference of the layouts' means, levels: only frames so near are compared."""
EVERY = 3
"""Frames after which a film that is in no known run is looked for again."""
WAIT = RUN + EVERY - 1
"""Frames after which a run that begins with one is found at the latest."""


class Place(NamedTuple):
    """A frame of a known cut."""

    cut: int
    """Its place among the known cuts."""
    frame: int


class FootageFollower:
    """Takes a film's layouts frame by frame, from the first on."""

    def __init__(self, cuts: Sequence[Layouts]) -> None:
        self._cuts = [_Searchable(layouts) for layouts in cuts]
        self._recent: deque[NDArray[np.uint8]] = deque(maxlen=WAIT)
        self._waiting = 0
        """Of the recent frames the last ones that wait."""
        self._place: Place | None = None
        self._frames = 0

    def push(self, layout: NDArray[np.uint8]) -> list[Place | None]:
        """The known frames that the next ones of the film are, in order; None for one that is none for sure.

        After a frame is pushed at most WAIT - 1 are still to come.
        """
        self._recent.append(layout)
        self._waiting += 1
        self._frames += 1
        if self._place is not None:
            cut, frame = self._place.cut, self._place.frame + 1
            self._place = Place(cut, frame) if self._cuts[cut].is_at(frame, layout) else None
        if self._place is None and self._frames % EVERY == 0:
            self._place = self._found()
        if self._place is not None:
            return self._back_from(self._place)
        return self._let_go(max(0, self._waiting - WAIT + 1))

    def rest(self) -> list[Place | None]:
        """The same of the frames that wait: the film has no more."""
        return self._let_go(self._waiting)

    def _let_go(self, frames: int) -> list[Place | None]:
        """The oldest frames that wait: no run has begun with them."""
        self._waiting -= frames
        return [None] * frames

    def _back_from(self, place: Place) -> list[Place | None]:
        """The frames that wait up to the newest one, which is at `place`: as far back as they are alike, one run."""
        places: list[Place | None] = [place]
        for back in range(1, self._waiting):
            frame = place.frame - back
            if places[-1] is not None and self._cuts[place.cut].is_at(frame, self._recent[-1 - back]):
                places.append(Place(place.cut, frame))
            else:
                places.append(None)
        self._waiting = 0
        return places[::-1]

    def _found(self) -> Place | None:
        """The most alike run of the known cuts; of equal ones the first."""
        if len(self._recent) < RUN or float(np.std(self._recent[-1])) < FLAT:
            return None
        run = np.stack(list(self._recent)[-RUN:]).astype(np.int16)
        found = [(*best, number) for number, cut in enumerate(self._cuts) if (best := cut.best(run)) is not None]
        if not found:
            return None
        _, frame, number = min(found, key=lambda one: (one[0], one[2]))
        return Place(number, frame)


class _Searchable:
    """A known cut's layouts, in their order and by brightness."""

    def __init__(self, layouts: Layouts) -> None:
        self._layouts = layouts
        sums = layouts.sum(axis=1, dtype=np.int64)
        self._order = np.argsort(sums, kind="stable")
        self._sums = sums[self._order]

    def is_at(self, frame: int, layout: NDArray[np.uint8]) -> bool:
        """Whether the cut's frame looks like `layout`."""
        if not 0 <= frame < len(self._layouts):
            return False
        return bool(np.abs(self._layouts[frame].astype(np.int16) - layout).max() <= LEVELS)

    def best(self, run: NDArray[np.int16]) -> tuple[int, int] | None:
        """The last frame of the run that is most like `run` (RUN, 144), after its sum of differences; None without
        any that is alike in every field.
        """
        last, width = run[-1], run.shape[1]
        about, within = int(last.sum()), round(MEAN * width)
        low, high = np.searchsorted(self._sums, [about - within, about + within + 1])
        ends = np.sort(self._order[low:high])
        ends = ends[ends >= RUN - 1]
        total = np.zeros(len(ends), dtype=np.int64)
        for back in range(RUN):
            differences = np.abs(self._layouts[ends - back] - run[-1 - back])
            alike = differences.max(axis=1, initial=0) <= LEVELS
            ends, total = ends[alike], (total + differences.sum(axis=1))[alike]
        if not len(ends):
            return None
        best = int(np.argmin(total))
        return int(total[best]), int(ends[best])
