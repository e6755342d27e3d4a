"""Candidate offsets: for each anchor, the most similar pictures of the first cut, without a comparison of all pairs.

Pictures are directions, so their similarity is the cosine of an angle. A short run of pictures lies within some angle,
its radius, of the run's mean. By the triangle inequality, no picture of one run is within an angle of any picture of
another if their means are further apart than that angle and both radii. Most runs of two films are: only pictures of
the others are compared one by one.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ..observations import directions, vectors
from ..system import usable_cores
from .frame_similarity import MatchCosts, Steps

CELL = 8
"""Consecutive pictures of the first cut that form a cell; the most similar one stands for all, since its neighbours are
no other place."""
MAX_CELLS = 5
"""Candidate cells of an anchor."""
MIN_SIMILARITY = 0.75
"""Lowest similarity of a candidate. A match has 1 - DISSIMILARITY at least, and the searched picture beside it hardly
less: of 50,000 matches in two films none less than 0.75."""
MAX_RADIUS = float(np.radians(12))
"""Radius from which a run of pictures is halved."""
GROUP = 32
"""Anchors that are compared with the same pictures: mostly of one shot, or of two that take turns."""
BLOCK = 256
"""Anchors whose runs are compared at once: about 16 MB."""
MAX_THREADS = 4
"""Threads that compare pictures; each needs about 30 MB."""
CHUNK = 8192
"""Cells of the first cut that are searched at once: about 40 MB."""
DIGITS = 1e4
"""Steps of a similarity of 1. Coarser than the last digits of the processor, on which therefore nothing depends."""
ROUNDING = 1e-4
"""Error allowed in a computed cosine."""

ORDER = 2**20 - 1
"""Largest place of a cell in the order in which equal ones are taken."""
NONE = -2 * DIGITS
"""Similarity of no cell."""

Directions = NDArray[np.float32]
"""(n, 146): pictures at length 1."""
Similarities = NDArray[np.float32]
"""Whole numbers, 1 / DIGITS each."""


def find_candidates(match: MatchCosts, anchors: Steps, every: int) -> list[Steps]:
    """Candidate offsets of each anchor, exact to the step; every `every`th picture of the first cut is searched.

    An anchor without contrast has none.
    """
    is_clear = np.flatnonzero(~match.flat[anchors])
    similarity = np.full((len(is_clear), MAX_CELLS), NONE, dtype=np.float32)
    places = np.zeros((len(is_clear), MAX_CELLS), dtype=np.int64)
    blocks = [slice(start, start + BLOCK) for start in range(0, len(is_clear), BLOCK)]
    # NumPy's own threads would spin between the many small products and take the cores from the pool's.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(min(MAX_THREADS, usable_cores())) as pool:
        for start in range(0, len(match.before), every * CELL * CHUNK):
            part = _Part(match, np.arange(start, min(len(match.before), start + every * CELL * CHUNK), every))

            def search(block: slice, part: _Part = part) -> None:
                steps = anchors[is_clear[block]]
                found = part.most_similar(directions(vectors(match.after[steps])), steps)
                best, at = np.hstack([similarity[block], found[0]]), np.hstack([places[block], found[1]])
                largest = _largest(best, at, steps)
                similarity[block] = np.take_along_axis(best, largest, axis=1)
                places[block] = np.take_along_axis(at, largest, axis=1)

            list(pool.map(search, blocks))

        def refine(block: slice) -> tuple[Steps, Steps]:
            row, offset = _refined(match, anchors[is_clear[block]], similarity[block], places[block], every)
            return is_clear[block][row], offset

        refined = list(pool.map(refine, blocks))
    found_at, offsets = [row for row, _ in refined], [offset for _, offset in refined]
    ends = np.searchsorted(np.concatenate([*found_at, is_clear[:0]]), np.arange(len(anchors)), side="right")
    return [np.unique(some) for some in np.split(np.concatenate([*offsets, anchors[:0]]), ends[:-1])]


def _refined(
    match: MatchCosts, anchors: Steps, similarity: Similarities, places: Steps, every: int
) -> tuple[Steps, Steps]:
    """The best picture about each place: index of its anchor, ascending, and its offset; only where it is a match."""
    row, column = np.nonzero(similarity >= MIN_SIMILARITY * DIGITS)
    near = (places[row, column] - anchors[row])[:, None] + np.arange(-every + 1, every)
    costs = match.costs(near.ravel(), np.repeat(anchors[row], near.shape[1]), limit=1.0).reshape(near.shape)
    is_match = costs.min(axis=1) < 1
    return row[is_match], np.take_along_axis(near, costs.argmin(axis=1)[:, None], axis=1)[is_match, 0]


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs of pictures: mean directions (n, 146), radii (n,), and of which row of pictures each run is a part."""

    means: Directions
    radii: NDArray[np.float32]
    rows: Steps

    @classmethod
    def of(cls, pictures: Directions) -> _Runs:
        """The runs of (n, 2**k, 146) pictures: each row, or halves of it that are alike enough."""
        parts: list[tuple[Directions, NDArray[np.float32], Steps]] = []
        rows = np.arange(len(pictures))
        while len(pictures):
            means = pictures.mean(axis=1)
            means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)
            radii = np.arccos(np.clip(np.einsum("ijk,ik->ij", pictures, means), -1, 1)).max(axis=1)
            is_whole = (radii <= MAX_RADIUS) | (pictures.shape[1] == 1)
            parts.append((means[is_whole], radii[is_whole], rows[is_whole]))
            pictures, rows = pictures[~is_whole], np.repeat(rows[~is_whole], 2)
            pictures = pictures.reshape(len(rows), -1, pictures.shape[2]) if len(rows) else pictures
        return cls(*(np.concatenate(column) for column in zip(*parts, strict=True)))


class _Part:
    """A part of the first cut, to be searched."""

    def __init__(self, match: MatchCosts, places: Steps) -> None:
        places = np.append(places, np.repeat(places[-1:], -len(places) % CELL))
        # The pictures of a cell lie along the first axis, where a maximum is cheap.
        self._places = places.reshape(-1, CELL)
        pictures = [directions(vectors(match.before[column])) for column in self._places.T]
        self._pictures = np.stack(pictures)
        parts = [_Runs.of(self._pictures[:, i : i + 512].swapaxes(0, 1)) for i in range(0, len(self._places), 512)]
        means, radii = (np.concatenate(some) for some in ([p.means for p in parts], [p.radii for p in parts]))
        self._cells = np.concatenate([part.rows + i * 512 for i, part in enumerate(parts)])
        self._bounds = np.vstack([means.T, np.cos(radii), np.sin(radii)])

    def most_similar(self, pictures: Directions, anchors: Steps) -> tuple[Similarities, Steps]:
        """(n, MAX_CELLS) similarity and place of the best picture in the most similar cells of each anchor's picture.

        Where fewer cells may reach MIN_SIMILARITY, the similarity is NONE.
        """
        similarity = np.full((len(pictures), MAX_CELLS), NONE, dtype=np.float32)
        places = np.zeros((len(pictures), MAX_CELLS), dtype=np.int64)
        padded = np.concatenate([pictures, pictures[-1:].repeat(-len(pictures) % CELL, axis=0)])
        runs = _Runs.of(padded.reshape(-1, CELL, padded.shape[1]))
        angles = runs.radii + np.arccos(np.float32(MIN_SIMILARITY))
        is_near = np.column_stack([runs.means, -np.cos(angles), np.sin(angles)]) @ self._bounds >= -ROUNDING
        for start in range(0, len(pictures), GROUP):
            group = slice(start, min(start + GROUP, len(pictures)))
            within = (runs.rows * CELL >= group.start) & (runs.rows * CELL < group.stop)
            cells = np.unique(self._cells[is_near[within].any(axis=0)])
            if len(cells):
                best, at = self._compared(pictures[group], anchors[group], cells)
                similarity[group, : best.shape[1]], places[group, : best.shape[1]] = best, at
        return similarity, places

    def _compared(self, pictures: Directions, anchors: Steps, cells: Steps) -> tuple[Similarities, Steps]:
        """`most_similar` among these cells."""
        count = self._pictures.shape[1]
        if len(cells) > count // 2:  # a copy of most of them would cost more than it saves
            cells = np.arange(count)
        columns = self._pictures if len(cells) == count else self._pictures[:, cells]
        similarity = (pictures @ columns.reshape(-1, columns.shape[2]).T).reshape(len(pictures), CELL, -1)
        similarity *= np.float32(DIGITS)
        np.rint(similarity, out=similarity)
        best = similarity.max(axis=1)
        largest = _largest(best, cells, anchors)
        inner = np.take_along_axis(similarity, largest[:, None, :], axis=2).argmax(axis=1)
        return np.take_along_axis(best, largest, axis=1), self._places[cells[largest], inner]


def _largest(rows: Similarities, cells: Steps, anchors: Steps) -> Steps:
    """Indices of the MAX_CELLS largest values of each row, or of all.

    Equal values are taken in an order that differs from anchor to anchor: of a picture that is held or comes again,
    each anchor then tries other places, and one of a shot's anchors the right one.
    """
    order = (cells * 0x9E3779B1 ^ (anchors * 0x85EBCA77)[:, None]) & ORDER
    keys = order - rows.astype(np.int64) * (ORDER + 1)
    return np.argpartition(keys, min(MAX_CELLS, keys.shape[1]) - 1, axis=1)[:, :MAX_CELLS]
