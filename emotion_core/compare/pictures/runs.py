"""Runs of pictures that are alike, each within an angle of the run's mean, and segments of such runs.

Pictures are directions, so their similarity is the cosine of an angle. By the triangle inequality, no picture of one
run is within an angle of any picture of another if their means are further apart than that angle and both radii.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .frame_similarity import Steps

MAX_RADIUS = float(np.radians(12))
"""Radius from which a run of pictures is halved."""
MAX_SEGMENT_RADIUS = float(np.radians(14))
"""Radius from which a segment of runs is halved."""
CUT = float(np.cos(np.radians(15)))
"""Similarity of two runs' means below which no segment has both."""
ROUNDING = 1e-4
"""Error allowed in a computed cosine."""

Directions = NDArray[np.float32]
"""(n, 146): pictures at length 1."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs that follow each other, or segments of runs."""

    means: Directions
    radii: NDArray[np.float32]
    begins: Steps
    """The first picture of each run, or the first run of each segment."""

    @classmethod
    def of(cls, pictures: Directions) -> Runs:
        """The runs of (n, 2**k, 146) pictures: each row, or halves of it that are alike enough."""
        parts: list[tuple[Directions, NDArray[np.float32], Steps]] = []
        begins = np.arange(len(pictures)) * pictures.shape[1]
        while len(pictures):
            means = _normal(pictures.mean(axis=1))
            radii = np.arccos(np.clip(np.einsum("ijk,ik->ij", pictures, means), -1, 1)).max(axis=1)
            half = pictures.shape[1] // 2
            is_whole = (radii <= MAX_RADIUS) | (half == 0)
            parts.append((means[is_whole], radii[is_whole], begins[is_whole]))
            begins = (begins[~is_whole, None] + [0, half]).ravel()
            pictures = pictures[~is_whole].reshape(len(begins), half, pictures.shape[2]) if half else pictures[:0]
        means, radii, begins = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(begins)
        return cls(means[order], radii[order], begins[order])

    def segments(self) -> Runs:
        """Segments of successive runs that are alike."""
        n = len(self.means)
        is_cut = np.einsum("ij,ij->i", self.means[1:], self.means[:-1]) < CUT
        begins = np.append(0, np.flatnonzero(is_cut) + 1)
        while True:
            counts = np.diff(np.append(begins, n))
            means = _normal(np.add.reduceat(self.means, begins, axis=0))
            cosines = np.einsum("ij,ij->i", self.means, np.repeat(means, counts, axis=0))
            radii = np.maximum.reduceat(np.arccos(np.clip(cosines, -1, 1)) + self.radii, begins)
            is_wide = (radii > MAX_SEGMENT_RADIUS) & (counts > 1)
            if not is_wide.any():
                return Runs(means, radii.astype(np.float32), begins)
            begins = np.sort(np.append(begins, begins[is_wide] + counts[is_wide] // 2))

    def bounds(self) -> NDArray[np.float32]:
        """(n, 148) rows for `near`."""
        return np.column_stack([self.means, np.cos(self.radii), np.sin(self.radii)])

    def near(self, bounds: NDArray[np.float32], angle: float) -> NDArray[np.bool_]:
        """(n, m): whether each run may have a picture within an angle of one of the others', from their bounds."""
        angles = np.minimum(self.radii + np.float32(angle), np.float32(np.pi))
        near: NDArray[np.bool_] = np.column_stack([self.means, -np.cos(angles), np.sin(angles)]) @ bounds.T >= -ROUNDING
        return near


def _normal(rows: Directions) -> Directions:
    normal: Directions = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return normal
