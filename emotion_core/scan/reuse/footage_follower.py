"""Which frame of the known cuts each frame of a film is, from the layouts of the film's frames up to it.

Once a run of frames is found, it is followed frame by frame, at the cost of one comparison each, and lost at the first
frame that differs. All that is decided about a frame depends on the layouts of the frames before it and its own: a scan
that is read in segments, or resumed, decides the same.
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


class Place(NamedTuple):
    """A frame of a known cut."""

    cut: int
    """Its place among the known cuts."""
    frame: int


class FootageFollower:
    """Takes a film's layouts frame by frame, from the first on."""

    def __init__(self, cuts: Sequence[Layouts]) -> None:
        self._cuts = [_Searchable(layouts) for layouts in cuts]
        self._recent: deque[NDArray[np.uint8]] = deque(maxlen=RUN)
        self._place: Place | None = None
        self._frames = 0

    def push(self, layout: NDArray[np.uint8]) -> Place | None:
        """The known frame that the next frame is, None where it is none for sure."""
        self._recent.append(layout)
        self._frames += 1
        if self._place is not None:
            cut, frame = self._place.cut, self._place.frame + 1
            self._place = Place(cut, frame) if self._cuts[cut].is_at(frame, layout) else None
        if self._place is None and self._frames % EVERY == 0:
            self._place = self._found()
        return self._place

    def _found(self) -> Place | None:
        """The most alike run of the known cuts; of equal ones the first."""
        if len(self._recent) < RUN or float(np.std(self._recent[-1])) < FLAT:
            return None
        run = np.stack(self._recent).astype(np.int16)
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
        if frame >= len(self._layouts):
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
