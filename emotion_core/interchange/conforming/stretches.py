"""Where footage of a first cut is in a second: stretches that both show, and the place of a moment or of a range.

Times are seconds from each film's first frame, exact. A stretch whose both sides differ by no more than two frames runs
at one speed; a longer one is linear between its ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

SNAP = 3
"""Frames by which a stretch may miss a cut that both films have: compression hides the first pictures after one."""
ROUNDED = 2
"""Frames by which both sides of a stretch may differ and run at one speed."""
BRIDGED = Fraction(1, 4)
"""Longest time without a match that is bridged where the same footage goes on after it, seconds."""

_FLOAT = 1e-3
"""Seconds by which a time may be off as a number of the processor."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Footage that both cuts show without a break."""

    before: tuple[Fraction, Fraction]
    after: tuple[Fraction, Fraction]
    is_moved: bool = False
    """Whether it is in another place than the footage around it, or is shown again."""
    speed: Fraction = Fraction(1)
    """Seconds of the second cut for each of the first."""

    def at(self, seconds: Fraction) -> Fraction:
        """Where a moment of the first cut is in the second."""
        return self.after[0] + (seconds - self.before[0]) * self.speed

    def part(self, start: Fraction, end: Fraction) -> Stretch:
        """What of it lies between two moments of the first cut, within it."""
        return replace(self, before=(start, end), after=(self.at(start), self.at(end)))


@dataclass(frozen=True, slots=True)
class FrameStretch:
    """As Stretch, in whole frames of each film; ends exclusive."""

    before: tuple[int, int]
    after: tuple[int, int]
    is_moved: bool = False

    @property
    def offset(self) -> int:
        return self.after[0] - self.before[0]

    @property
    def is_retimed(self) -> bool:
        """Whether it runs at another speed in the second cut."""
        return abs(self.before[1] - self.before[0] - self.after[1] + self.after[0]) > ROUNDED


def mend(
    stretches: Iterable[FrameStretch], cuts_before: Collection[int], cuts_after: Collection[int], most: int
) -> list[FrameStretch]:
    """Stretches of two films of one frame rate, in the order of the second, without what the alignment leaves open.

    Those at another speed stay as they are. Neighbours at one offset, at most `most` frames apart, become one. A
    stretch that begins or ends within SNAP frames of a cut in both films, with nothing known between, is taken to it.
    """
    joined: list[FrameStretch] = []
    for given in stretches:
        if given.is_retimed:
            joined.append(given)
            continue
        length = min(b - a for a, b in (given.before, given.after))
        (first, _), (start, _) = given.before, given.after
        stretch = FrameStretch((first, first + length), (start, start + length), given.is_moved)
        last = joined[-1] if joined else None
        if (
            last is not None
            and not last.is_retimed
            and last.offset == stretch.offset
            and 0 <= stretch.after[0] - last.after[1] <= most
        ):
            joined[-1] = FrameStretch(
                (last.before[0], stretch.before[1]), (last.after[0], stretch.after[1]), last.is_moved
            )
        else:
            joined.append(stretch)
    cuts = set(cuts_before), set(cuts_after)
    ends = [0, *(stretch.after[1] for stretch in joined)]
    starts = [*(stretch.after[0] for stretch in joined[1:]), max(cuts[1], default=0)]
    return [
        _to_cuts(stretch, *cuts, before_it=end, after_it=start)
        for stretch, end, start in zip(joined, ends, starts, strict=False)
    ]


def _to_cuts(
    stretch: FrameStretch, cuts_before: Collection[int], cuts_after: Collection[int], *, before_it: int, after_it: int
) -> FrameStretch:
    (first, last), (start, end) = stretch.before, stretch.after
    for missed in range(SNAP + 1):
        if first - missed in cuts_before and start - missed in cuts_after:
            if start - missed >= before_it:
                first, start = first - missed, start - missed
            break
    for missed in range(SNAP + 1):
        if last + missed in cuts_before and end + missed in cuts_after:
            if end + missed <= after_it:
                last, end = last + missed, end + missed
            break
    return replace(stretch, before=(first, last), after=(start, end))


@dataclass(frozen=True, slots=True)
class Footage:
    """All stretches of two cuts."""

    stretches: tuple[Stretch, ...]
    slack: Fraction = Fraction(0)
    """Seconds by which parts of one range may miss each other and are one all the same: a frame or two where the frame
    rates of both films differ."""
    _in_order: tuple[Stretch, ...] = field(init=False, compare=False, repr=False)
    """First those in the order of the first cut, then those in another place or shown again."""
    _before: NDArray[np.float64] = field(init=False, compare=False, repr=False)
    """(n, 2) where each begins and ends in the first cut, seconds."""

    def __post_init__(self) -> None:
        in_order = tuple(sorted(self.stretches, key=lambda each: (each.is_moved, each.after[0])))
        before = [[float(at) for at in each.before] for each in in_order]
        object.__setattr__(self, "_in_order", in_order)
        object.__setattr__(self, "_before", np.array(before, dtype=np.float64).reshape(-1, 2))

    def _about(self, start: Fraction, end: Fraction) -> Iterator[Stretch]:
        """Those in order that may hold some of a range of the first cut: of a list of thousands few."""
        low, high = float(start) - _FLOAT, float(end) + _FLOAT
        near = (self._before[:, 0] <= high) & (self._before[:, 1] >= low)
        return (self._in_order[at] for at in np.flatnonzero(near).tolist())

    def places(self, seconds: Fraction) -> tuple[Fraction, ...]:
        """Where a moment of the first cut is in the second: in order first, then where it is shown again."""
        found = (each for each in self._about(seconds, seconds) if each.before[0] <= seconds < each.before[1])
        return tuple(dict.fromkeys(each.at(seconds) for each in found))

    def parts(self, start: Fraction, end: Fraction, *, every: bool = False) -> list[Stretch]:
        """What of a range of the first cut is in the second, in the second's order, each part of it once.

        With `every` also where it is shown again.
        """
        found: list[Stretch] = []
        open_parts = [(start, end)]
        for stretch in self._about(start, end):
            remaining = []
            for low, high in [(start, end)] if every else open_parts:
                first, last = max(low, stretch.before[0]), min(high, stretch.before[1])
                if first >= last:
                    remaining.append((low, high))
                    continue
                found.append(stretch.part(first, last))
                remaining += [(a, b) for a, b in ((low, first), (last, high)) if a < b]
            open_parts = open_parts if every else remaining
        return self._joined(sorted(found, key=lambda part: part.after), whole=True)

    def kept(self, start: Fraction, end: Fraction) -> Fraction:
        """Seconds of a range of the first cut that are in the second."""
        return sum((part.before[1] - part.before[0] for part in self.parts(start, end)), Fraction(0))

    def labels(self, start: Fraction, end: Fraction, *, every: bool = False) -> list[tuple[Fraction, Fraction]]:
        """As `parts`, for a range that only names footage: neighbours in the second cut are one, whatever went between.

        Each is (start, end) in the second cut.
        """
        return [part.after for part in self._joined(self.parts(start, end, every=every), whole=False)]

    def _joined(self, parts: list[Stretch], *, whole: bool) -> list[Stretch]:
        """Neighbours in the second cut as one; with `whole` only where nothing of the first cut lies between."""
        joined = parts[:1]
        for earlier, later in pairwise(parts):
            last = joined[-1]
            gap, lost = later.after[0] - earlier.after[1], later.before[0] - earlier.before[1]
            if abs(gap) <= self.slack and lost >= -self.slack and (not whole or lost <= self.slack):
                joined[-1] = replace(
                    last, before=(last.before[0], later.before[1]), after=(last.after[0], later.after[1])
                )
            else:
                joined.append(later)
        return joined
