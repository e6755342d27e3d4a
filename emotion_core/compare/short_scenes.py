"""Scenes too short for the steps of an alignment, paired by their frames.

Where frame rates vary, a scene of one frame may hold the middle of no step, and once something before it is cut another
one of a scene's frames is on the grid. So scenes of a few steps that stand alone between the same neighbours in both
cuts are compared by all of their frames.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from ..observations import Observations, directions, vectors
from ..scenes import Scene
from .alignment import AlignmentMap, frames_on_grid
from .altered import Match
from .pictures import Steps
from .pictures.frame_similarity import DISSIMILARITY
from .scene_matching import SceneMatch, scene_edges
from .shared_segments import SLACK

ALIKE = 1 - DISSIMILARITY
"""Cosine of two pictures from which they may show the same."""
LONGEST = 2 * SLACK
"""Steps up to which a scene is short: its own pictures say what it shows, and not only its place."""


@dataclass(frozen=True, slots=True, eq=False)
class ScannedScenes:
    """The scenes of a cut, and what was observed of it."""

    scenes: Sequence[Scene]
    film: Observations

    def short(self, indices: Sequence[int], longest: Fraction) -> list[int]:
        """Those of the scenes that last so many seconds at most."""
        return [i for i in indices if self.seconds(i) <= longest]

    def seconds(self, index: int) -> Fraction:
        """How long a scene lasts."""
        return self.scenes[index].span.seconds

    def pictures(self, indices: Sequence[int]) -> NDArray[np.float32]:
        """(n, k): the mean picture of each scene, at length 1."""
        scenes = [self.scenes[i] for i in indices]
        means = [self.film.scores.layout[scene.frame_in : scene.frame_out].mean(axis=0) for scene in scenes]
        return directions(vectors(np.rint(means).astype(np.uint8)))

    def in_short(self, steps: Steps, rate: Fraction) -> NDArray[np.bool_]:
        """Which steps of the grid of `rate` are in scenes of up to LONGEST steps."""
        edges = scene_edges(self.scenes, rate)
        at = np.clip(np.searchsorted(edges, steps, side="right") - 1, 0, len(self.scenes) - 1)
        return np.asarray(np.diff(edges)[at] <= LONGEST, dtype=np.bool_)

    def pictures_at(self, steps: Steps, rate: Fraction) -> NDArray[np.float32]:
        """(n, k): the picture of each step, at length 1."""
        return directions(vectors(self.film.scores.layout[frames_on_grid(self.film, rate)[steps]]))


def without_other_pictures(alignment: AlignmentMap, before: ScannedScenes, after: ScannedScenes) -> AlignmentMap:
    """The alignment without steps of short scenes that show another picture.

    A take that hardly moves may be placed a step off: there its neighbour's picture would be all that a scene has.
    """
    steps = np.flatnonzero((alignment.how == Match.PICTURE) & ~alignment.is_listed)
    source = alignment.source[steps]
    is_short = before.in_short(source, alignment.rate) | after.in_short(steps, alignment.rate)
    steps, source = steps[is_short], source[is_short]
    first, second = before.pictures_at(source, alignment.rate), after.pictures_at(steps, alignment.rate)
    unlike = steps[np.einsum("ij,ij->i", first, second) < ALIKE]
    if not len(unlike):
        return alignment
    kept, how = alignment.source.copy(), alignment.how.copy()
    kept[unlike], how[unlike] = -1, Match.NONE
    return replace(alignment, source=kept, how=how)


def with_short_scenes(
    matches: Sequence[SceneMatch], before: ScannedScenes, after: ScannedScenes, rate: Fraction
) -> tuple[SceneMatch, ...]:
    """`matches`, those of scene_matching.match_scenes by footage, with short scenes paired that show the same.

    `rate` is AlignmentMap.rate. Scenes of up to LONGEST steps are paired whose lengths differ by SLACK at most. The
    pairs keep the order of both cuts, are as many as can be, and count as "same".
    """
    rows: list[SceneMatch] = []
    for is_single, group in groupby(matches, key=lambda match: match.before is None or match.after is None):
        here = list(group)
        rows += _paired(here, before, after, rate) if is_single else here
    return tuple(rows)


def _paired(
    singles: Sequence[SceneMatch], before: ScannedScenes, after: ScannedScenes, rate: Fraction
) -> Iterator[SceneMatch]:
    """The rows of single scenes between the same neighbours, in which those that show the same are one."""
    gone = {match.before: match for match in singles if match.before is not None}
    come = {match.after: match for match in singles if match.after is not None}
    pairs = _pairs(list(gone), list(come), before, after, rate)
    if not pairs:
        yield from singles
        return
    for b, a in pairs:
        for waiting, end in ((gone, b), (come, a)):
            for index in [index for index in waiting if index < end]:
                yield waiting.pop(index)
        del gone[b], come[a]
        yield SceneMatch(b, a, "same", min(before.seconds(b), after.seconds(a)))
    yield from gone.values()
    yield from come.values()


def _pairs(
    gone: Sequence[int], come: Sequence[int], before: ScannedScenes, after: ScannedScenes, rate: Fraction
) -> list[tuple[int, int]]:
    """The short scenes of both cuts that show the same, each once."""
    first, second = before.short(gone, LONGEST / rate), after.short(come, LONGEST / rate)
    if not first or not second:
        return []
    is_alike = before.pictures(first) @ after.pictures(second).T >= ALIKE
    for i, b in enumerate(first):
        for j, a in enumerate(second):
            is_alike[i, j] &= abs(before.seconds(b) - after.seconds(a)) <= SLACK / rate
    return [(first[i], second[j]) for i, j in _longest_in_order(is_alike)]


def _longest_in_order(is_alike: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The most pairs (row, column) that are alike and in order, each row and column once."""
    rows, columns = is_alike.shape
    most = np.zeros((rows + 1, columns + 1), dtype=np.int64)
    """Pairs from each row and column on."""
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            most[i, j] = most[i + 1, j + 1] + 1 if is_alike[i, j] else max(most[i + 1, j], most[i, j + 1])
    pairs, i, j = [], 0, 0
    while most[i, j]:
        if is_alike[i, j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif most[i + 1, j] >= most[i, j + 1]:
            i += 1
        else:
            j += 1
    return pairs
