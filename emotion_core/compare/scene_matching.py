"""Matching of the scenes of two cuts by the footage that they share.

Two scenes are linked if they share at least a tenth of the shorter one. Each scene has at most one counterpart, the one
with which it shares most. Its other links mean that it was split, merged or repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..scenes import Scene
from .alignment import AlignmentMap
from .altered import Match
from .shared_segments import SLACK, covered_steps, runs_with_moves

MatchKind = Literal[
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
"""Of two matched scenes: "same" footage; "trimmed" or "extended" in the second; "recut": footage was both removed and
added, or reordered, or part of it is there by its sound only; "split": the first became several; "merged": several
became the second; "repeated": the second shows footage that is elsewhere in its cut too. Of a single scene: "spread" if
nine tenths of its footage or more are in several scenes of the other cut, else "only before" or "only after". "by
order": no shared footage, see match_scenes."""

MIN_SHARED = Fraction(1, 10)
"""Smallest share of the shorter scene that two linked scenes have in common."""
SPREAD_SHARE = Fraction(9, 10)
"""Share of a single scene's footage in the other cut from which it is "spread"."""
TOLERANCE = Fraction(1, 10)
"""Difference allowed in the same footage, of a second and of the shorter scene; at most SLACK steps."""


@dataclass(frozen=True, slots=True)
class SceneMatch:
    """A scene of one cut and its counterpart in the other, by index from 0; None where there is none."""

    before: int | None
    after: int | None
    kind: MatchKind
    shared: Fraction | None
    """Seconds of footage that both show; of a single scene, how much of it is anywhere in the other cut. None where the
    match is by order."""
    moved: bool = False
    """Whether most of the shared footage is in another place, see shared_segments.SharedSegment."""


def match_scenes(
    before: Sequence[Scene], after: Sequence[Scene], alignment: AlignmentMap | None
) -> tuple[SceneMatch, ...]:
    """Match all scenes of two cuts, in the order of the second; scenes of the first alone stand where they were.

    Without `alignment`, and where no two scenes are linked, scenes are matched by their order.
    """
    overlaps = None if alignment is None else _Overlaps(before, after, alignment)
    if overlaps is None or not overlaps.counterparts:
        pairs = zip_longest(range(len(before)), range(len(after)))
        return tuple(SceneMatch(b, a, "by order", None) for b, a in pairs)
    return overlaps.matches()


class _Overlaps:
    """Footage that each pair of scenes shares; in its methods `b` is a scene of the first cut, `a` of the second."""

    def __init__(self, before: Sequence[Scene], after: Sequence[Scene], alignment: AlignmentMap) -> None:
        self._alignment = alignment
        self._edges = [scene_edges(scenes, alignment.rate) for scenes in (before, after)]
        self._lengths = [np.diff(edges) for edges in self._edges]
        source = alignment.source
        matched = np.flatnonzero(source >= 0)
        scenes_after = self._scenes_at(1, matched)
        scenes_before = self._scenes_at(0, source[matched])
        self._is_moved = np.zeros(len(source), dtype=np.bool_)
        for (first, last), moved in runs_with_moves(alignment):
            self._is_moved[first:last] = moved
        self.shared_after = np.bincount(scenes_after, minlength=len(after))
        # A step that a run skips is shown where its scene is: of a scene that is skipped as a whole nothing is.
        is_shown = np.bincount(scenes_before, minlength=len(before)) > 0
        covered = np.bincount(self._scenes_at(0, covered_steps(source)), minlength=len(before))
        self.shared_before = np.where(is_shown, covered, 0)
        counts: dict[tuple[int, int], int] = {}
        pairs = np.stack([scenes_before, scenes_after], axis=1)
        for pair, n in zip(*np.unique(pairs, axis=0, return_counts=True), strict=True):
            counts[int(pair[0]), int(pair[1])] = int(n)
        self.links = {
            (b, a): n
            for (b, a), n in counts.items()
            if n >= MIN_SHARED * int(min(self._lengths[0][b], self._lengths[1][a]))
        }
        self.counterparts = self._counterparts()

    def _scenes_at(self, side: int, steps: NDArray[np.int64]) -> NDArray[np.int64]:
        """The scene of each step; side 0 is the first cut, 1 the second."""
        index = np.searchsorted(self._edges[side], steps, side="right") - 1
        return np.asarray(np.clip(index, 0, len(self._lengths[side]) - 1), dtype=np.int64)

    def _counterparts(self) -> dict[int, int]:
        """{a: b} with most shared footage, each scene once; of those that share about as much one that did not move."""
        used: set[int] = set()
        counterparts: dict[int, int] = {}
        worth = {pair: n if self._moved(*pair) else n + SLACK for pair, n in self.links.items()}
        for b, a in sorted(worth, key=lambda pair: (-worth[pair], self._moved(*pair), pair)):
            if b not in used and a not in counterparts:
                counterparts[a] = b
                used.add(b)
        return counterparts

    def matches(self) -> tuple[SceneMatch, ...]:
        after_of = {b: a for a, b in self.counterparts.items()}
        parts, wholes = self._parts_and_wholes(after_of)
        repeated = {a for a, b in parts.items() if self._is_repeated(b, a, after_of[b])}
        split = {b for a, b in parts.items() if a not in repeated}
        pairs = sorted({**self.counterparts, **parts}.items())
        rows: dict[tuple[int, int, int], SceneMatch] = {}
        for a, shared in enumerate(self.shared_after.tolist()):
            kind = self._single_kind("only after", 1, a, shared)
            rows[a, 0, -1] = SceneMatch(None, a, kind, self._seconds(shared))
        for a, b in pairs:
            kind = "repeated" if a in repeated else "split"
            if a in self.counterparts:
                kind = self._kind(b, a, split=b in split, merged=a in wholes.values())
            del rows[a, 0, -1]
            rows[a, 0, b] = SceneMatch(b, a, kind, self._seconds(self.links[b, a]), self._moved(b, a))
        last = -1
        for b, shared in enumerate(self.shared_before.tolist()):
            if b in after_of:
                last = after_of[b]
            elif b in wholes:
                a = wholes[b]
                rows[a, 0, b] = SceneMatch(b, a, "merged", self._seconds(self.links[b, a]), self._moved(b, a))
            else:
                kind = self._single_kind("only before", 0, b, shared)
                rows[last, 1, b] = SceneMatch(b, None, kind, self._seconds(shared))
        return tuple(rows[position] for position in sorted(rows))

    def _single_kind(self, kind: MatchKind, side: int, scene: int, shared: int) -> MatchKind:
        length = int(self._lengths[side][scene])
        return "spread" if length and shared >= SPREAD_SHARE * length else kind

    def _parts_and_wholes(self, after_of: dict[int, int]) -> tuple[dict[int, int], dict[int, int]]:
        """For scenes without a counterpart, the scene of the other cut that has most of them: {a: b} and {b: a}."""
        parts: dict[int, int] = {}
        wholes: dict[int, int] = {}
        for (b, a), n in sorted(self.links.items(), key=lambda item: item[1]):
            if a not in self.counterparts and 2 * n >= self._lengths[1][a]:
                parts[a] = b
            if b not in after_of and 2 * n >= self._lengths[0][b]:
                wholes[b] = a
        return parts, wholes

    def _moved(self, b: int, a: int) -> bool:
        """Whether most of the footage that two scenes share was moved."""
        steps = slice(self._edges[1][a], self._edges[1][a + 1])
        source = self._alignment.source[steps]
        within = (source >= self._edges[0][b]) & (source < self._edges[0][b + 1])
        return bool(2 * np.count_nonzero(self._is_moved[steps] & within) > np.count_nonzero(within))

    def _shared_steps(self, b: int, a: int) -> NDArray[np.int64]:
        """The steps of scene b that scene a shows, in the order of a."""
        source = self._alignment.source[self._edges[1][a] : self._edges[1][a + 1]]
        return np.asarray(source[(source >= self._edges[0][b]) & (source < self._edges[0][b + 1])], dtype=np.int64)

    def _only_heard(self, b: int, a: int) -> int:
        """How many steps of scene b are in scene a by their sound only."""
        steps = slice(self._edges[1][a], self._edges[1][a + 1])
        source = self._alignment.source[steps]
        within = (source >= self._edges[0][b]) & (source < self._edges[0][b + 1])
        return int(np.count_nonzero(within & (self._alignment.how[steps] == Match.SOUND)))

    def _is_repeated(self, b: int, a: int, counterpart: int) -> bool:
        """Whether most of what a shows of b is in b's counterpart too."""
        steps = np.unique(self._shared_steps(b, a))
        return 2 * len(np.intersect1d(steps, self._shared_steps(b, counterpart))) > len(steps)

    def _kind(self, b: int, a: int, *, split: bool, merged: bool) -> MatchKind:
        steps = self._shared_steps(b, a)
        lengths = [int(self._lengths[side][scene]) for side, scene in ((0, b), (1, a))]
        slack = min(SLACK, int(TOLERANCE * self._alignment.rate), int(TOLERANCE * min(lengths)))
        in_order_shown = steps[np.sort(np.unique(steps, return_index=True)[1])]
        lost = lengths[0] - len(covered_steps(steps))
        gained = lengths[1] - len(in_order_shown) - _slips(steps)
        is_in_order = bool((np.diff(in_order_shown) > 0).all())
        if lost <= slack and gained <= slack and is_in_order:
            return "same" if self._only_heard(b, a) <= slack else "recut"
        if split != merged:
            return "split" if split else "merged"
        if split or not is_in_order or (lost > slack and gained > slack):
            return "recut"
        return "trimmed" if lost > slack else "extended"

    def _seconds(self, steps: int) -> Fraction:
        return steps / self._alignment.rate


def scene_edges(scenes: Sequence[Scene], rate: Fraction) -> NDArray[np.int64]:
    """First step of each scene, and one past the last; a step belongs to the scene that its middle lies in.

    A film of less than half a step has one, as alignment.frames_on_grid gives it.
    """
    seconds = [scene.span.start for scene in scenes] + [scenes[-1].span.end]
    edges = np.array([-((Fraction(1, 2) - second * rate).__floor__()) for second in seconds], dtype=np.int64)
    edges[-1] = max(edges[-1], 1)
    return edges


def _slips(steps: NDArray[np.int64]) -> int:
    """Number of steps shown twice because the second cut's frames are slightly shorter, not because one is held."""
    repeated = np.concatenate([[False], np.diff(steps) == 0, [False]])
    return int(np.count_nonzero(repeated[1:-1] & ~repeated[:-2] & ~repeated[2:]))
