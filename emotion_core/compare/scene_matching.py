"""What a re-cut made of each scene: which scenes of two cuts show the same footage, and how much of it.

Two scenes are linked if they share at least a tenth of the shorter one. Each has one counterpart at most, the one with
which it shares most; what is linked besides is a scene split, merged or shown again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..scenes.scenes import Scene
from .alignment import Footage
from .shared_segments import SLACK, covered, moves

Fate = Literal[
    "same",
    "trimmed",
    "extended",
    "recut",
    "split",
    "merged",
    "repeated",
    "spread",
    "only before",
    "only after",
    "by order",
]
"""Of two scenes side by side: the footage of both is the same; less of it is in the second; more; some went and some
came, or it is in another order; the first one became several; several became the second; the second shows again what is
elsewhere in its cut. Of a scene alone: nine tenths of its footage or more are in the other cut, in several scenes; less
is. "by order": footage says nothing, see linked."""

LEAST = Fraction(1, 10)
"""Of the shorter scene."""
ALL = Fraction(9, 10)
"""Of a scene that stands alone: from here on it is "spread"."""
SHORT = Fraction(1, 10)
"""Of a second and of the shorter scene: by no more than that, or SLACK steps, may scenes differ and be the same."""


@dataclass(frozen=True, slots=True)
class Link:
    """A scene of the one cut and its counterpart in the other, by place from 0; None where there is none."""

    before: int | None
    after: int | None
    fate: Fate
    shared: Fraction | None
    """Seconds of footage that both show; of a scene that stands alone, how much of it is anywhere in the other cut.
    None where footage says nothing."""
    moved: bool = False
    """Whether most of what is shared comes in another place, see shared_segments.Run."""


def linked(before: Sequence[Scene], after: Sequence[Scene], footage: Footage | None) -> tuple[Link, ...]:
    """All scenes of two cuts side by side, in the order of the second; what is only in the first stands where it was.

    Where no two scenes are linked, and without `footage`, first stands beside first, second beside second.
    """
    pairs = None if footage is None else _Pairs(before, after, footage)
    if pairs is None or not pairs.links:
        places = zip_longest(range(len(before)), range(len(after)))
        return tuple(Link(b, a, "by order", None) for b, a in places)
    return pairs.rows()


class _Pairs:
    """Which scenes share how much."""

    def __init__(self, before: Sequence[Scene], after: Sequence[Scene], footage: Footage) -> None:
        self._footage = footage
        self._ends = [_edges(scenes, footage.rate) for scenes in (before, after)]
        self._lengths = [np.diff(ends) for ends in self._ends]
        source = footage.source
        known = np.flatnonzero(source >= 0)
        here = self._scene(1, known)
        there = self._scene(0, source[known])
        self._moves = np.zeros(len(source), dtype=np.bool_)
        for (first, last), moved in moves(footage):
            self._moves[first:last] = moved
        self.kept_after = np.bincount(here, minlength=len(after))
        self.kept_before = np.bincount(self._scene(0, covered(source)), minlength=len(before))
        counts: dict[tuple[int, int], int] = {}
        for pair, n in zip(*np.unique(np.stack([there, here], axis=1), axis=0, return_counts=True), strict=True):
            counts[int(pair[0]), int(pair[1])] = int(n)
        self.shares = {
            (b, a): n for (b, a), n in counts.items() if n >= LEAST * int(min(self._lengths[0][b], self._lengths[1][a]))
        }
        self.links = self._counterparts()

    def _scene(self, side: int, steps: NDArray[np.int64]) -> NDArray[np.int64]:
        place = np.searchsorted(self._ends[side], steps, side="right") - 1
        return np.asarray(np.clip(place, 0, len(self._lengths[side]) - 1), dtype=np.int64)

    def _counterparts(self) -> dict[int, int]:
        """Of scenes of the second cut: that of the first with which most is shared, each once; rather one not moved."""
        taken: set[int] = set()
        found: dict[int, int] = {}
        for (b, a), _ in sorted(self.shares.items(), key=lambda item: (-item[1], self._moved(*item[0]), item[0])):
            if b not in taken and a not in found:
                found[a] = b
                taken.add(b)
        return found

    def rows(self) -> tuple[Link, ...]:
        home = {b: a for a, b in self.links.items()}
        parts, wholes = self._besides(home)
        again = {a for a, b in parts.items() if self._again(b, a, home[b])}
        split = {b for a, b in parts.items() if a not in again}
        pairs = sorted({**self.links, **parts}.items())
        rows: dict[tuple[int, int, int], Link] = {}
        for a, kept in enumerate(self.kept_after.tolist()):
            rows[a, 0, -1] = Link(None, a, self._alone("only after", 1, a, kept), self._seconds(kept))
        for a, b in pairs:
            fate: Fate = "repeated" if a in again else "split"
            if a in self.links:
                fate = self._fate(b, a, split=b in split, merged=a in wholes.values())
            del rows[a, 0, -1]
            rows[a, 0, b] = Link(b, a, fate, self._seconds(self.shares[b, a]), self._moved(b, a))
        last = -1
        for b, kept in enumerate(self.kept_before.tolist()):
            if b in home:
                last = home[b]
            elif b in wholes:
                a = wholes[b]
                rows[a, 0, b] = Link(b, a, "merged", self._seconds(self.shares[b, a]), self._moved(b, a))
            else:
                rows[last, 1, b] = Link(b, None, self._alone("only before", 0, b, kept), self._seconds(kept))
        return tuple(rows[place] for place in sorted(rows))

    def _alone(self, fate: Fate, side: int, scene: int, kept: int) -> Fate:
        length = int(self._lengths[side][scene])
        return "spread" if length and kept >= ALL * length else fate

    def _besides(self, home: dict[int, int]) -> tuple[dict[int, int], dict[int, int]]:
        """Of scenes of the second cut without a counterpart the one of the first that they are for the most part in,
        and the other way about.
        """
        parts: dict[int, int] = {}
        wholes: dict[int, int] = {}
        for (b, a), n in sorted(self.shares.items(), key=lambda item: item[1]):
            if a not in self.links and 2 * n >= self._lengths[1][a]:
                parts[a] = b
            if b not in home and 2 * n >= self._lengths[0][b]:
                wholes[b] = a
        return parts, wholes

    def _moved(self, b: int, a: int) -> bool:
        """Whether most of what two scenes share comes in another place."""
        here = slice(self._ends[1][a], self._ends[1][a + 1])
        source = self._footage.source[here]
        within = (source >= self._ends[0][b]) & (source < self._ends[0][b + 1])
        return bool(2 * np.count_nonzero(self._moves[here] & within) > np.count_nonzero(within))

    def _steps(self, b: int, a: int) -> NDArray[np.int64]:
        """The steps of scene b that scene a shows, in the order in which it does."""
        source = self._footage.source[self._ends[1][a] : self._ends[1][a + 1]]
        return np.asarray(source[(source >= self._ends[0][b]) & (source < self._ends[0][b + 1])], dtype=np.int64)

    def _again(self, b: int, a: int, main: int) -> bool:
        """Whether most of what a shows of b is in its counterpart too."""
        steps = np.unique(self._steps(b, a))
        return 2 * len(np.intersect1d(steps, self._steps(b, main))) > len(steps)

    def _fate(self, b: int, a: int, *, split: bool, merged: bool) -> Fate:
        steps = self._steps(b, a)
        lengths = [int(self._lengths[side][scene]) for side, scene in ((0, b), (1, a))]
        slack = min(SLACK, int(SHORT * self._footage.rate), int(SHORT * min(lengths)))
        first_shown = steps[np.sort(np.unique(steps, return_index=True)[1])]
        lost = lengths[0] - len(covered(steps))
        gained = lengths[1] - len(first_shown) - _slips(steps)
        in_order = bool((np.diff(first_shown) > 0).all())
        if lost <= slack and gained <= slack and in_order:
            return "same"
        if split != merged:
            return "split" if split else "merged"
        if split or not in_order or (lost > slack and gained > slack):
            return "recut"
        return "trimmed" if lost > slack else "extended"

    def _seconds(self, steps: int) -> Fraction:
        return steps / self._footage.rate


def _edges(scenes: Sequence[Scene], rate: Fraction) -> NDArray[np.int64]:
    """The first step of each scene, and one past the last: a step belongs where its middle lies."""
    seconds = [scene.span.start for scene in scenes] + [scenes[-1].span.end]
    return np.array([-((Fraction(1, 2) - second * rate).__floor__()) for second in seconds], dtype=np.int64)


def _slips(steps: NDArray[np.int64]) -> int:
    """Steps shown twice because the second cut's frames are a little shorter, not because a picture is held."""
    again = np.concatenate([[False], np.diff(steps) == 0, [False]])
    return int(np.count_nonzero(again[1:-1] & ~again[:-2] & ~again[2:]))
