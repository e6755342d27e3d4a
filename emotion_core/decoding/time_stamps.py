"""Time stamps: the clock that turns them into times, and the place of a frame for seeking.

A stamp is the container's display time of a frame, in ticks since the first frame's. In most films stamps rise from
frame to frame and equal the times. Where a stamp is missing, does not rise or jumps, the decoder's order still holds,
and the time is inferred from the stamps around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from .. import limits
from ..media import Media

if TYPE_CHECKING:  # a film is probed without NumPy
    import numpy as np
    from numpy.typing import NDArray

    from ..observations import Scores

NO_STAMP = -(2**63)
"""Stands for a missing stamp; the smallest number of 64 bits."""

REORDER_DEPTH, REORDER_DEPTH_LARGE = 16, 8
"""Frames, at most, that wait until the meaning of a stamp is decided: codecs reorder so many, and fewer for pictures of
more than LARGE_PIXELS."""
LARGE_PIXELS = 1920 * 1088
JUMP_SECONDS = Fraction(10)
"""Distance of two frames beyond which a transport stream's clock has jumped, as in FFmpeg."""
MIN_STEP_FEW, MIN_STEP_MANY = Fraction(1, 2), Fraction(9, 10)
"""Least step of the frames between two accepted stamps, as a share of the usual step: for up to FEW frames, and for
more, since a clock that was reset to an earlier time soon passes its old time, with no frames between."""
FEW = 2

MAX_ANCHOR_DISTANCE = 1000
"""Frames, at most, between a frame and the one whose stamp is sought for it."""


class MediaClock:
    """Turns the stamps of a film's frames, in display order, into strictly rising times.

    A time depends only on the stamps before it and on those of REORDER_DEPTH frames after it, so stored stamps restore
    the state of a clock.
    """

    def __init__(self, media: Media) -> None:
        self._step = 1 / media.rate / media.time_base
        self._jump = int(JUMP_SECONDS / media.time_base)
        self._longest_frame = int(limits.FRAME_SECONDS / media.time_base)
        self._expected = int(2 * self._step)
        """Ticks within which the next frame is expected."""
        self._stamps = media.stamps
        self._depth = REORDER_DEPTH if media.width * media.height <= LARGE_PIXELS else REORDER_DEPTH_LARGE
        self._last = self._previous = -1
        self._exact = (-1, Fraction(-1))
        """The last time inferred from the rate, rounded and exact."""
        self._offset = 0
        self._is_anchored = True
        """Whether the offset from stamps to times is known; False while the first frames have no stamps."""
        self._pending: list[int] = []
        self.inferred = 0
        """Frames whose time is inferred from other frames, since their stamp is missing or wrong."""
        self.jumps = 0
        """Resets of the clock behind the stamps."""
        self.first_jump: int | None = None
        """Time of the first frame after the first jump, ticks."""
        self.skipped_ticks = 0
        """Sum of the jumps, negative for jumps back."""

    @property
    def unsettled(self) -> int:
        """Number of pushed frames whose times are not decided yet."""
        return len(self._pending)

    def push(self, stamp: int) -> Sequence[int]:
        """Add the stamp of the next frame, or NO_STAMP; return the times, ticks, that it decides."""
        if not self._pending and self._stamps != "coded":
            ticks = stamp + self._offset
            if self._last < ticks <= self._last + self._expected:
                self._previous, self._last = self._last, ticks
                return (ticks,)
        return self._push_coded(stamp) if self._stamps == "coded" else self._push_shown(stamp)

    def flush(self) -> Sequence[int]:
        """The times of all pending frames, at the end of the film."""
        if self._stamps == "coded":
            return [self._pop_smallest() for _ in range(len(self._pending))]
        return self._decide(end=True)

    def _push_coded(self, stamp: int) -> Sequence[int]:
        """Stamps in coding order belong to other frames: the smallest pending one is the next time."""
        if stamp == NO_STAMP:
            stamp = max([*self._pending, self._last - self._offset]) + max(1, round(self._step))
        heappush(self._pending, stamp)
        return (self._pop_smallest(),) if len(self._pending) > self._depth else ()

    def _pop_smallest(self) -> int:
        stamp = heappop(self._pending)
        if self._last < 0:
            self._offset = -stamp
        self._last = max(self._last + 1, stamp + self._offset)
        return self._last

    def _push_shown(self, stamp: int) -> list[int]:
        if self._last < 0 and stamp == NO_STAMP:
            self._is_anchored = False
        self._pending.append(stamp)
        return self._decide(end=False)

    def _decide(self, *, end: bool) -> list[int]:
        decided: list[int] = []
        while self._pending:
            if (place := self._first_credible(end=end)) is not None:
                decided += self._pop_through(place)
            elif end or not self._is_anchored or len(self._pending) > self._depth or self._has_jumped_ahead():
                decided.append(self._pop_first())
            else:
                break
        return decided

    def _first_credible(self, *, end: bool) -> int | None:
        """Place of the first pending frame whose stamp is credible: it leaves room for the frames before it.

        A stamp that is later than expected is credible only if no earlier one follows it.
        """
        if not self._is_anchored:
            return None
        usual = self._step
        if self._last >= 0:
            usual = min(usual, Fraction(max(1, self._last - self._previous)))
        for place, stamp in enumerate(self._pending):
            room = stamp + self._offset - self._last
            share = 0 if place == 0 else MIN_STEP_FEW if place <= FEW else MIN_STEP_MANY
            if place < room <= self._jump and room >= (place + 1) * usual * share:
                after = next((later for later in self._pending[place + 1 :] if later != NO_STAMP), None)
                if room <= (place + 2) * self._step or (end if after is None else after >= stamp):
                    return place
        return None

    def _pop_through(self, place: int) -> list[int]:
        """Times of the pending frames through `place`, evenly between the last time and the stamp at `place`."""
        start, room = self._last, self._pending[place] + self._offset - self._last
        times = [start + room * (i + 1) // (place + 1) for i in range(place + 1)]
        del self._pending[: place + 1]
        self.inferred += place
        self._previous, self._last = ([start, *times])[-2:]
        return times

    def _has_jumped_ahead(self) -> bool:
        """Whether the first pending frame and a later one lie beyond a jump."""
        first = self._pending[0]
        return first + self._offset > self._last + self._jump and any(stamp > first for stamp in self._pending[1:])

    def _pop_first(self) -> int:
        """Time of the first pending frame: by its stamp after a long frame, else a step of the rate after the last."""
        stamp = self._pending.pop(0)
        exact = self._exact[1] if self._exact[0] == self._last else Fraction(self._last)
        exact = exact + self._step if self._last >= 0 else Fraction(0)
        ticks = max(self._last + 1, round(exact))
        self.inferred += 1
        if stamp != NO_STAMP:
            stamped = stamp + self._offset
            if not self._is_anchored:
                self._offset, self._is_anchored = ticks - stamp, True
                self.inferred -= 1
            elif self._stamps != "clock" and self._last + self._jump < stamped <= self._last + self._longest_frame:
                ticks, exact = stamped, Fraction(stamped)  # a slide: the frame before is shown for a long time
                self.inferred -= 1
            elif (
                following := next((s for s in self._pending if s != NO_STAMP), None)
            ) is not None and following > stamp:
                self.jumps += 1
                self.inferred -= 1
                self.first_jump = ticks if self.first_jump is None else self.first_jump
                self.skipped_ticks += stamped - ticks
                self._offset = ticks - stamp
        self._exact = ticks, exact
        self._previous, self._last = self._last, ticks
        return ticks


@dataclass(frozen=True, slots=True)
class FramePlace:
    """Place of a frame, for seeking in a film that was read before."""

    index: int
    ticks: int
    """Time since the first frame."""
    anchor: int
    """Index of the frame to seek: this one, or one before it, with a stamp that no other frame has."""
    stamp: int
    """Stamp of the anchor; NO_STAMP if the frame is found only by counting from the film's first frame."""

    @classmethod
    def from_ticks(cls, index: int, ticks: int) -> FramePlace:
        """The place of a frame whose stamp equals its time."""
        return cls(index, ticks, index, ticks)


def frame_places(scores: Scores, frames: Iterable[int]) -> list[FramePlace]:
    """Places of `frames`, by index, in the film whose earlier pass gave `scores`."""
    if (scores.stamp == scores.pts).all():
        return [FramePlace.from_ticks(frame, int(scores.pts[frame])) for frame in frames]
    anchors = _anchors(scores.stamp)
    places = []
    for frame in frames:
        anchor = int(anchors[frame])
        is_near = 0 <= frame - anchor <= MAX_ANCHOR_DISTANCE and anchor >= 0
        stamp = int(scores.stamp[anchor]) if is_near else NO_STAMP
        places.append(FramePlace(frame, int(scores.pts[frame]), anchor if is_near else 0, stamp))
    return places


def _anchors(stamps: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each frame (n,) the last one up to it whose stamp no other frame has; -1 if there is none."""
    import numpy as np

    _, first, count = np.unique(stamps, return_index=True, return_counts=True)
    unique = (count == 1) & (stamps[first] != NO_STAMP)
    anchors = np.full(len(stamps), -1, dtype=np.int64)
    anchors[first[unique]] = first[unique]
    return np.maximum.accumulate(anchors)
