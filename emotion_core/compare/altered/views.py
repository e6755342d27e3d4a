"""Views: which part of the first cut's picture the second shows, and its layout laid on that part."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ...observations import LAYOUT, Layouts

Weights = NDArray[np.float32]
Fields = NDArray[np.float32]
"""(n, k): grey fields of pictures."""

BEYOND = 0.02
"""Fields by which one may reach beyond the other picture and count as covered."""
MAX_ZOOM = 1.3
"""Largest zoom of a view that is fitted; those found are 1.2 at most, but a fit needs room about it."""


@dataclass(frozen=True, slots=True)
class View:
    """The part of the first cut's picture that the second shows."""

    zoom: float = 1.0
    """1.2: five sixths of its width and height; below 1, the second shows more than the first."""
    x: float = 0.0
    """Centre of the part less that of the picture, in widths of the picture."""
    y: float = 0.0
    """The same, in heights, downward."""
    is_mirrored: bool = False

    def covered(self) -> NDArray[np.bool_]:
        """(144,): the fields of the first cut's layout that the second shows wholly."""
        width, height = LAYOUT
        along, up = _axis(width, self.zoom, self.x)[1], _axis(height, self.zoom, self.y)[1]
        return np.asarray((up[:, None] & along).ravel(), dtype=np.bool_)

    def laid(self, layouts: Layouts | Fields) -> Fields:
        """(n, k): pictures of the second cut as the covered fields of the first."""
        width, height = LAYOUT
        along, up = _axis(width, self.zoom, self.x)[0], _axis(height, self.zoom, self.y)[0]
        if self.is_mirrored:
            along = along[:, ::-1]
        pictures = layouts.astype(np.float32).reshape(-1, height, width)
        laid: Fields = np.matmul(up, pictures @ along.T).reshape(len(layouts), -1)[:, self.covered()]
        return laid

    def moved(self, zoom: float = 0.0, x: float = 0.0, y: float = 0.0) -> View:
        """This view, a little off."""
        return View(round(self.zoom + zoom, 4), round(self.x + x, 4), round(self.y + y, 4), self.is_mirrored)


@lru_cache(maxsize=1024)
def _axis(fields: int, zoom: float, shift: float) -> tuple[Weights, NDArray[np.bool_]]:
    """The weights along one axis, (fields, fields), and which fields are covered."""
    edges = (0.5 + (np.arange(fields + 1) / fields - 0.5 - shift) * zoom) * fields
    low, high = edges[:-1, None], edges[1:, None]
    at = np.arange(fields)
    if zoom >= 1:  # the mean of smaller fields
        weights = np.clip(np.minimum(high, at + 1) - np.maximum(low, at), 0, None)
    else:  # between the centres of larger ones
        centres = np.clip((low + high) / 2, 0.5, fields - 0.5)
        weights = np.clip(1 - np.abs(centres - at - 0.5), 0, None)
    sums = weights.sum(axis=1, keepdims=True)
    covered = (low[:, 0] >= -BEYOND) & (high[:, 0] <= fields + BEYOND)
    return (weights / np.where(sums > 0, sums, 1)).astype(np.float32), covered


def _reframed() -> tuple[View, ...]:
    """Zooms in and out by a tenth and a fifth, at places so near that any other is less than a field away."""
    some: list[View] = []
    for tenths, places in ((1, (-0.7, 0.7)), (2, (-0.8, 0.0, 0.8))):
        for zoom in (1 + tenths / 10, 1 / (1 + tenths / 10)):
            reach = abs(1 - 1 / zoom) / 2
            some += [View(zoom, x * reach, y * reach) for x, y in product(places, places)]
        if 0.0 not in places:
            some += [View(1 + tenths / 10), View(1 / (1 + tenths / 10))]
    return tuple(some)


PLAIN, MIRRORED = View(), View(is_mirrored=True)
REFRAMED: tuple[View, ...] = _reframed()
