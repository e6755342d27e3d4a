"""Candidate offsets: for each anchor, the most similar pictures of the first cut, without a comparison of all pairs.

Most runs of pictures of two films are so far apart that none of their pictures can be similar, see `runs`. First the
segments of both are compared, then the runs of those that are near, then their pictures one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ...observations import directions, vectors
from ...system import usable_cores
from .cost_grids import costs_about
from .frame_similarity import MatchCosts, Steps
from .runs import Directions, Runs

CELL = 8
"""Consecutive pictures of the first cut that form a cell; the most similar one stands for all, since its neighbours are
no other place."""
MAX_CELLS = 5
"""Candidate cells of an anchor."""
MIN_SIMILARITY = 0.75
"""Lowest similarity of a candidate. A match has 1 - DISSIMILARITY at least, and the searched picture beside it hardly
less: of 50,000 matches in two films none less than 0.75."""
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
MAX_ANGLE = float(np.arccos(MIN_SIMILARITY))

ORDER = 2**20 - 1
"""Largest place of a cell in the order in which equal ones are taken."""
NONE = -2 * DIGITS
"""Similarity of no cell."""

Similarities = NDArray[np.float32]
"""Whole numbers, 1 / DIGITS each."""


def find_candidates(match: MatchCosts, anchors: Steps, every: int) -> list[Steps]:
    """Candidate offsets of each anchor, exact to the step; every `every`th picture of the first cut is searched.

    An anchor without contrast has none.
    """
    return CandidateSearch(match, every).find(anchors)


class CandidateSearch:
    """The first cut, prepared for the search of anchors: what is worth more than one search is kept."""

    def __init__(self, match: MatchCosts, every: int) -> None:
        self._match, self._every = match, every
        self._only: _Part | None = None

    def find(self, anchors: Steps) -> list[Steps]:
        """`find_candidates` of these anchors."""
        match, every = self._match, self._every
        is_clear = np.flatnonzero(~match.flat[anchors])
        similarity = np.full((len(is_clear), MAX_CELLS), NONE, dtype=np.float32)
        places = np.zeros((len(is_clear), MAX_CELLS), dtype=np.int64)
        blocks = [slice(start, start + BLOCK) for start in range(0, len(is_clear), BLOCK)]
        # NumPy's own threads would spin between the many small products and take the cores from the pool's.
        with threadpool_limits(1, "blas"), ThreadPoolExecutor(min(MAX_THREADS, usable_cores())) as pool:
            for part in self._parts(pool):

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
        row, offset = (
            np.concatenate([*some, anchors[:0]]) for some in (zip(*refined, strict=True) if refined else ((), ()))
        )
        order = np.lexsort((offset, row))
        row, offset = row[order], offset[order]
        is_new = np.append(True, (np.diff(row) != 0) | (np.diff(offset) != 0))[: len(row)]
        row, offset = row[is_new], offset[is_new]
        bounds = np.searchsorted(row, np.arange(len(anchors) + 1)).tolist()
        return [offset[begin:end] for begin, end in pairwise(bounds)]

    def _parts(self, pool: ThreadPoolExecutor) -> Iterator[_Part]:
        """The parts of the first cut, one after the other; if there is one only, it is kept."""
        frames = self._every * CELL * CHUNK
        for start in range(0, len(self._match.before), frames):
            part = self._only or _Part(
                self._match, np.arange(start, min(len(self._match.before), start + frames), self._every), pool
            )
            if frames >= len(self._match.before):
                self._only = part
            yield part


def _refined(
    match: MatchCosts, anchors: Steps, similarity: Similarities, places: Steps, every: int
) -> tuple[Steps, Steps]:
    """The best picture about each place: index of its anchor, ascending, and its offset; only where it is a match."""
    row, column = np.nonzero(similarity >= MIN_SIMILARITY * DIGITS)
    offsets = places[row, column] - anchors[row]
    costs = costs_about(match, offsets, anchors[row], every - 1)
    is_match = costs.min(axis=1) < 1
    return row[is_match], (offsets + costs.argmin(axis=1) - (every - 1))[is_match]


class _Part:
    """A part of the first cut, to be searched."""

    def __init__(self, match: MatchCosts, places: Steps, pool: ThreadPoolExecutor) -> None:
        places = np.append(places, np.repeat(places[-1:], -len(places) % CELL))
        # The pictures of a cell lie along the first axis, where a maximum is cheap.
        self._places = places.reshape(-1, CELL)
        self._pictures = np.empty((CELL, len(self._places), match.before.shape[1] + 2), dtype=np.float32)

        def prepared(start: int) -> Runs:
            cells = slice(start, start + 512)
            for column, pictures in zip(self._places[cells].T, self._pictures[:, cells], strict=True):
                pictures[:] = directions(vectors(match.before[column]))
            return Runs.of(self._pictures[:, cells].swapaxes(0, 1))

        parts = list(pool.map(prepared, range(0, len(self._places), 512)))
        begins = [part.begins + i * 512 * CELL for i, part in enumerate(parts)]
        means, radii = [part.means for part in parts], [part.radii for part in parts]
        runs = Runs(np.concatenate(means), np.concatenate(radii), np.concatenate(begins))
        segments = runs.segments()
        self._runs, self._segments = runs.bounds(), segments.bounds()
        self._segment_of = np.repeat(
            np.arange(len(segments.begins)), np.diff(np.append(segments.begins, len(runs.begins)))
        )
        self._cells = runs.begins // CELL

    def most_similar(self, pictures: Directions, anchors: Steps) -> tuple[Similarities, Steps]:
        """(n, MAX_CELLS) similarity and place of the best picture in the most similar cells of each anchor's picture.

        Where fewer cells may reach MIN_SIMILARITY, the similarity is NONE.
        """
        similarity = np.full((len(pictures), MAX_CELLS), NONE, dtype=np.float32)
        places = np.zeros((len(pictures), MAX_CELLS), dtype=np.int64)
        padded = np.concatenate([pictures, pictures[-1:].repeat(-len(pictures) % CELL, axis=0)])
        runs = Runs.of(padded.reshape(-1, CELL, padded.shape[1]))
        segments = runs.segments()
        near = segments.near(self._segments, MAX_ANGLE)
        for start in range(0, len(pictures), GROUP):
            group = slice(start, start + GROUP)
            first, last = np.searchsorted(runs.begins, (start, start + GROUP))
            low, high = np.searchsorted(segments.begins, (first + 1, last))
            at = np.flatnonzero(np.take(near[low - 1 : high].any(axis=0), self._segment_of))
            own = Runs(runs.means[first:last], runs.radii[first:last], runs.begins[first:last])
            cells = np.unique(self._cells[at[own.near(self._runs[at], MAX_ANGLE).any(axis=0)]])
            if len(cells):
                best, found = self._compared(pictures[group], anchors[group], cells)
                similarity[group, : best.shape[1]], places[group, : best.shape[1]] = best, found
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
