"""Comparison of a film's layouts, the coarse pictures that a scan stores for each frame."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FLOOR = 6.0
"""Contrast (standard deviation of a layout, levels) below which a correlation would be that of noise."""


class Layouts:
    """A film's layouts as vectors about their mean, with products, distances and correlations between frames."""

    def __init__(self, layout: NDArray[np.uint8]) -> None:
        self.cells = layout
        self._vectors = layout.astype(np.float32)
        self.means: Floats = self._vectors.mean(axis=1, dtype=np.float64)
        self._vectors -= self.means[:, None].astype(np.float32)
        self.cell_count = layout.shape[1]
        self._products: dict[int, Floats] = {}

    def __len__(self) -> int:
        return len(self._vectors)

    @cached_property
    def contrast(self) -> Floats:
        """(n,): standard deviation, levels."""
        deviation: Floats = np.sqrt(self.products(0) / self.cell_count)
        return deviation

    @cached_property
    def length(self) -> Floats:
        """(n,): length of the vectors, at least that of a layout with contrast FLOOR."""
        length: Floats = np.maximum(self.contrast, FLOOR) * np.sqrt(self.cell_count)
        return length

    def products(self, frames: int) -> Floats:
        """(n - frames,): product of each layout with the one `frames` later; empty for a shorter film."""
        if frames not in self._products:
            end = max(0, len(self) - frames)
            products = np.einsum("ij,ij->i", self._vectors[:end], self._vectors[frames:])
            self._products[frames] = products.astype(np.float64)
        return self._products[frames]

    def dissimilarities(self, frames: int) -> Floats:
        """(n - frames,): 1 - the correlation with the layout `frames` later, 0 to 2."""
        end = max(0, len(self) - frames)
        return 1 - self.products(frames) / (self.length[:end] * self.length[frames:])

    def distances(self, frames: int) -> Floats:
        """(n - frames,): distance to the layout `frames` later, root mean square of levels."""
        end, squares = max(0, len(self) - frames), self.products(0)
        shape = np.maximum(squares[:end] + squares[frames:] - 2 * self.products(frames), 0) / self.cell_count
        distance: Floats = np.sqrt(shape + (self.means[frames:] - self.means[:end]) ** 2)
        return distance

    def dissimilarity_of(self, a: int, b: int) -> float:
        """1 - the correlation of the layouts of frames `a` and `b`; 0 where one of them does not exist."""
        if not (0 <= a < len(self) and 0 <= b < len(self)):
            return 0.0
        product = self._vectors[a] @ self._vectors[b]
        return 1 - float(product) / float(self.length[a] * self.length[b])

    def dissimilarities_to(self, frames: slice, to: int) -> Floats:
        """1 - the correlation of each of `frames` with frame `to`."""
        to = min(max(to, 0), len(self) - 1)
        products = self._vectors[frames] @ self._vectors[to]
        dissimilarities: Floats = 1 - products.astype(np.float64) / (self.length[frames] * self.length[to])
        return dissimilarities

    def distances_to(self, frames: slice, to: int) -> Floats:
        """Distance of each of `frames` to frame `to`, root mean square of levels."""
        shape = ((self._vectors[frames] - self._vectors[to]) ** 2).mean(axis=1)
        distance: Floats = np.sqrt(shape.astype(np.float64) + (self.means[frames] - self.means[to]) ** 2)
        return distance

    def may_be_same_shot(self, index: int, frames: int) -> bool:
        """Whether the picture `frames` after `index` may belong to the same shot, given the motion on both sides."""
        motion = max(
            self.dissimilarity_of(index - frames, index), self.dissimilarity_of(index + frames, index + 2 * frames)
        )
        return self.dissimilarity_of(index, index + frames) <= max(0.35, 0.1 + 1.5 * motion)
