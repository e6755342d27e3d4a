"""Time stamps: the clock that makes times of them, and where a frame is found again by them.

A stamp is what the container says of when a frame is shown, in ticks since the first frame's. Most films' stamps rise
from frame to frame and are the times. Where one is missing, does not rise or jumps, the decoder's order is right all
the same, and the time is made of what stands around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from .. import limits
from ..media.media import Media
from ..observations.observations import Scores

NONE = int(np.iinfo(np.int64).min)
"""The stamp of a frame that has none."""

HELD, HELD_LARGE = 16, 8
"""Frames that are waited for until it is decided what a stamp means: codecs reorder so many; of pictures larger than
LARGE they keep fewer, and so do we."""
LARGE = 1920 * 1088
"""Pixels."""
FAR = Fraction(10)
"""Seconds from one frame to the next beyond which a transport stream's clock has jumped: as FFmpeg has it."""
DENSE, DENSER = Fraction(1, 2), Fraction(9, 10)
"""Shares of the usual step that frames between two good stamps must have: up to FEW of them, and more …"""
FEW = 2
"""… since a clock that was set back soon passes the frame it was set back at, and nothing lies between."""

ANCHORED = 1000
"""Frames that are counted on from one that is found by its stamp, at most."""


class Clock:
    """Turns the stamps of a film's frames, in the order shown, into strictly rising times.

    A time depends on the stamps up to HELD frames after it and on nothing else, so that stamps which were written down
    bring a clock to where it was.
    """

    def __init__(self, media: Media) -> None:
        self._step = 1 / media.rate / media.time_base
        self._far = int(FAR / media.time_base)
        self._longest = int(limits.SHOWN / media.time_base)
        self._soon = int(2 * self._step)
        """Ticks up to which a frame after the last one is as expected."""
        self._kind = media.stamps
        self._most = HELD if media.width * media.height <= LARGE else HELD_LARGE
        self._last = self._before = -1
        self._exact = (-1, Fraction(-1))
        """The last time that was made of the rate, and what it was before it was rounded."""
        self._offset = 0
        self._stamped = True
        """Whether it is known how stamps and times belong together: not as long as the first frames have none."""
        self._held: list[int] = []
        self.made = 0
        """Frames whose own stamp says nothing of their time, which is made of what stands around them."""
        self.jumps = 0
        """How often the clock behind the stamps was set anew."""
        self.jumped_at: int | None = None
        """Time of the first frame after the first jump, ticks."""
        self.skipped = 0
        """Ticks by which jumps moved the stamps on, in sum; negative where back."""

    @property
    def unsettled(self) -> int:
        """Frames whose stamps were pushed and whose times are not decided yet."""
        return len(self._held)

    def push(self, stamp: int) -> Sequence[int]:
        """Take the next frame's stamp, or NONE; give the times, ticks, of the frames that are decided by it."""
        if not self._held and self._kind != "coded":
            ticks = stamp + self._offset
            if self._last < ticks <= self._last + self._soon:
                self._before, self._last = self._last, ticks
                return (ticks,)
        return self._sorted(stamp) if self._kind == "coded" else self._settled(stamp)

    def rest(self) -> Sequence[int]:
        """The times of the frames that are left, once the film is over."""
        if self._kind == "coded":
            return [self._smallest() for _ in range(len(self._held))]
        return self._settle(end=True)

    def _sorted(self, stamp: int) -> Sequence[int]:
        """Stamps in coding order are the right ones, on the wrong frames: the smallest is the first's."""
        if stamp == NONE:
            stamp = max([*self._held, self._last - self._offset]) + max(1, round(self._step))
        heappush(self._held, stamp)
        return (self._smallest(),) if len(self._held) > self._most else ()

    def _smallest(self) -> int:
        stamp = heappop(self._held)
        if self._last < 0:
            self._offset = -stamp
        self._last = max(self._last + 1, stamp + self._offset)
        return self._last

    def _settled(self, stamp: int) -> list[int]:
        if self._last < 0 and stamp == NONE:
            self._stamped = False
        self._held.append(stamp)
        return self._settle(end=False)

    def _settle(self, *, end: bool) -> list[int]:
        settled: list[int] = []
        while self._held:
            if (place := self._fitting(end=end)) is not None:
                settled += self._spread(place)
            elif end or not self._stamped or len(self._held) > self._most or self._goes_on_far_away():
                settled.append(self._put_after_the_last())
            else:
                break
        return settled

    def _fitting(self, *, end: bool) -> int | None:
        """The first held frame whose stamp leaves those before it a place between the last time and its own.

        One that is later than expected must not be followed by an earlier one.
        """
        if not self._stamped:
            return None
        usual = self._step
        if self._last >= 0:
            usual = min(usual, Fraction(max(1, self._last - self._before)))
        for place, stamp in enumerate(self._held):
            room = stamp + self._offset - self._last
            share = 0 if place == 0 else DENSE if place <= FEW else DENSER
            if place < room <= self._far and room >= (place + 1) * usual * share:
                after = next((one for one in self._held[place + 1 :] if one != NONE), None)
                if room <= (place + 2) * self._step or (end if after is None else after >= stamp):
                    return place
        return None

    def _spread(self, place: int) -> list[int]:
        """The held frames up to `place`, evenly between the last time and that one's own."""
        start, room = self._last, self._held[place] + self._offset - self._last
        times = [start + room * (i + 1) // (place + 1) for i in range(place + 1)]
        del self._held[: place + 1]
        self.made += place
        self._before, self._last = ([start, *times])[-2:]
        return times

    def _goes_on_far_away(self) -> bool:
        """Whether the first held frame is the first of several much later ones."""
        first = self._held[0]
        return first + self._offset > self._last + self._far and any(stamp > first for stamp in self._held[1:])

    def _put_after_the_last(self) -> int:
        """The first held frame, a step of the rate after the last, unless its stamp is to be believed."""
        stamp = self._held.pop(0)
        exact = self._exact[1] if self._exact[0] == self._last else Fraction(self._last)
        exact = exact + self._step if self._last >= 0 else Fraction(0)
        ticks = max(self._last + 1, round(exact))
        self.made += 1
        if stamp != NONE:
            said = stamp + self._offset
            if not self._stamped:
                self._offset, self._stamped = ticks - stamp, True
                self.made -= 1
            elif self._kind != "clock" and self._last + self._far < said <= self._last + self._longest:
                ticks, exact = said, Fraction(said)  # the one before is shown for so long: a slide
                self.made -= 1
            elif (following := next((s for s in self._held if s != NONE), None)) is not None and following > stamp:
                self.jumps += 1
                self.made -= 1
                self.jumped_at = ticks if self.jumped_at is None else self.jumped_at
                self.skipped += said - ticks
                self._offset = ticks - stamp
        self._exact = ticks, exact
        self._before, self._last = self._last, ticks
        return ticks


@dataclass(frozen=True, slots=True)
class Place:
    """Where a frame of a film that was read is found again."""

    index: int
    ticks: int
    """When it is shown, since the first frame."""
    anchor: int
    """The frame that is sought: this one, or one before it whose stamp no other frame has."""
    stamp: int
    """The anchor's; NONE where only counting from the film's first frame finds it."""

    @classmethod
    def plain(cls, index: int, ticks: int) -> Place:
        """Of a frame whose stamp is its time."""
        return cls(index, ticks, index, ticks)


def places(scores: Scores, frames: Iterable[int]) -> list[Place]:
    """Where `frames`, by index, are found again in the film whose frames gave `scores`."""
    if np.array_equal(scores.stamp, scores.pts):
        return [Place.plain(frame, int(scores.pts[frame])) for frame in frames]
    anchors = _anchors(scores.stamp)
    found = []
    for frame in frames:
        anchor = int(anchors[frame])
        known = 0 <= frame - anchor <= ANCHORED and anchor >= 0
        stamp = int(scores.stamp[anchor]) if known else NONE
        found.append(Place(frame, int(scores.pts[frame]), anchor if known else 0, stamp))
    return found


def _anchors(stamps: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each frame the last one up to it whose stamp no other has; -1 where there is none."""
    _, first, count = np.unique(stamps, return_index=True, return_counts=True)
    alone = (count == 1) & (stamps[first] != NONE)
    anchors = np.full(len(stamps), -1, dtype=np.int64)
    anchors[first[alone]] = first[alone]
    return np.maximum.accumulate(anchors)
