"""The coarse pictures that a scan stores of its frames, compared with each other."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FLOOR = 6.0
"""Contrast (standard deviation of a layout, levels) below which likeness would be that of noise."""


class Layouts:
    """Layouts as vectors about their own mean, and how they go together over a number of frames."""

    def __init__(self, layout: NDArray[np.uint8]) -> None:
        self.cells = layout
        self._vectors = layout.astype(np.float32)
        self.means: Floats = self._vectors.mean(axis=1, dtype=np.float64)
        self._vectors -= self.means[:, None].astype(np.float32)
        self.fields = layout.shape[1]
        self._products: dict[int, Floats] = {}

    def __len__(self) -> int:
        return len(self._vectors)

    @cached_property
    def contrast(self) -> Floats:
        """(n,): standard deviation, levels."""
        deviation: Floats = np.sqrt(self.product(0) / self.fields)
        return deviation

    @cached_property
    def length(self) -> Floats:
        """(n,): of the vectors, but never that of noise."""
        length: Floats = np.maximum(self.contrast, FLOOR) * np.sqrt(self.fields)
        return length

    def product(self, frames: int) -> Floats:
        """(n - frames,): of each layout with the one `frames` later; empty for a shorter film."""
        if frames not in self._products:
            end = max(0, len(self) - frames)
            found = np.einsum("ij,ij->i", self._vectors[:end], self._vectors[frames:])
            self._products[frames] = found.astype(np.float64)
        return self._products[frames]

    def unlike(self, frames: int) -> Floats:
        """(n - frames,): 1 - the correlation with the layout `frames` later, 0 to 2."""
        end = max(0, len(self) - frames)
        return 1 - self.product(frames) / (self.length[:end] * self.length[frames:])

    def apart(self, frames: int) -> Floats:
        """(n - frames,): distance to the layout `frames` later, root mean square of levels."""
        end, squares = max(0, len(self) - frames), self.product(0)
        shape = np.maximum(squares[:end] + squares[frames:] - 2 * self.product(frames), 0) / self.fields
        distance: Floats = np.sqrt(shape + (self.means[frames:] - self.means[:end]) ** 2)
        return distance

    def unlike_at(self, one: int, other: int) -> float:
        """1 - the correlation of two frames' layouts; 0 where one of them does not exist."""
        if not (0 <= one < len(self) and 0 <= other < len(self)):
            return 0.0
        product = self._vectors[one] @ self._vectors[other]
        return 1 - float(product) / float(self.length[one] * self.length[other])

    def unlikes(self, frames: slice, to: int) -> Floats:
        """1 - the correlation of each of `frames` with the frame `to`."""
        to = min(max(to, 0), len(self) - 1)
        products = self._vectors[frames] @ self._vectors[to]
        unlike: Floats = 1 - products.astype(np.float64) / (self.length[frames] * self.length[to])
        return unlike

    def distances(self, frames: slice, to: int) -> Floats:
        """Distance of each of `frames` to the frame `to`, root mean square of levels."""
        shape = ((self._vectors[frames] - self._vectors[to]) ** 2).mean(axis=1)
        distance: Floats = np.sqrt(shape.astype(np.float64) + (self.means[frames] - self.means[to]) ** 2)
        return distance

    def could_be_same(self, index: int, frames: int) -> bool:
        """Whether the picture `frames` after `index` may be of the same shot, as that moves before and after."""
        moved = max(self.unlike_at(index - frames, index), self.unlike_at(index + frames, index + 2 * frames))
        return self.unlike_at(index, index + frames) <= max(0.35, 0.1 + 1.5 * moved)
