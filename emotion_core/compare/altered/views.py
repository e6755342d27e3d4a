"""Views: which part of the first cut's picture the second shows, and its layout laid on that part."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ...observations import LAYOUT, Layouts
from .overlay import Clear

Weights = NDArray[np.float32]
Fields = NDArray[np.float32]
"""(n, k): grey fields of pictures."""

BEYOND = 0.02
"""Fields by which one may reach beyond the other picture and count as covered."""
MIN_ZOOM, MIN_SHIFT = 1.03, 0.02
"""Zoom, and shift in sizes of the picture, from which a view is another."""
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

    @property
    def is_another(self) -> bool:
        """Whether it is told from the whole picture as it is: another grade is fitted by a few hundredths, too."""
        is_off = max(abs(self.x), abs(self.y)) >= MIN_SHIFT or max(self.zoom, 1 / self.zoom) >= MIN_ZOOM
        return self.is_mirrored or is_off

    @property
    def is_wider(self) -> bool:
        """Whether the second shows more than the first: then pictures are compared on the fields of the second."""
        return self.zoom < 1

    def first(self, layouts: Layouts | Fields) -> Fields:
        """(n, 144): pictures of the first cut; where it shows less its smaller fields are laid on the second's."""
        return self._inverse()._laid(layouts) if self.is_wider else layouts.astype(np.float32, copy=False)

    def second(self, layouts: Layouts | Fields) -> Fields:
        """(n, 144): pictures of the second cut; where it shows less its smaller fields are laid on the first's."""
        return layouts.astype(np.float32, copy=False) if self.is_wider else self._laid(layouts)

    def common(self, clear: Clear) -> NDArray[np.bool_]:
        """(144,): the fields of `first` and `second` that both cuts show, and on which nothing lies in either."""
        return _common(self._inverse() if self.is_wider else self, clear.tobytes())

    def _inverse(self) -> View:
        """The part of the second cut's picture that the first shows."""
        return View(1 / self.zoom, -self.x * self.zoom, -self.y * self.zoom, self.is_mirrored)

    def _laid(self, layouts: Layouts | Fields) -> Fields:
        """Pictures that show less on the fields of those that show more; 0 beyond."""
        if self == View():
            return layouts.astype(np.float32, copy=False)
        width, height = LAYOUT
        pictures = layouts.astype(np.float32, copy=False).reshape(-1, height, width)
        laid: Fields = np.matmul(self._weights()[1], pictures @ self._weights()[0].T).reshape(len(layouts), -1)
        return laid

    def _weights(self) -> tuple[Weights, Weights]:
        """Those along and up."""
        width, height = LAYOUT
        along, up = _axis(width, self.zoom, self.x)[0], _axis(height, self.zoom, self.y)[0]
        return along[:, ::-1] if self.is_mirrored else along, up

    def moved(self, zoom: float = 0.0, x: float = 0.0, y: float = 0.0) -> View:
        """This view, a little off."""
        return View(round(self.zoom + zoom, 4), round(self.x + x, 4), round(self.y + y, 4), self.is_mirrored)


@lru_cache(maxsize=1024)
def _common(view: View, clear: bytes) -> NDArray[np.bool_]:
    """The fields of the picture that shows more that the other has wholly, and which are clear in both."""
    width, height = LAYOUT
    is_clear = np.frombuffer(clear, dtype=np.bool_).reshape(height, width)
    along, up = view._weights()
    touched = up @ (~is_clear).astype(np.float32) @ along.T > 0
    covered = _axis(height, view.zoom, view.y)[1][:, None] & _axis(width, view.zoom, view.x)[1]
    return np.asarray((covered & is_clear & ~touched).ravel(), dtype=np.bool_)


@lru_cache(maxsize=1024)
def _axis(fields: int, zoom: float, shift: float) -> tuple[Weights, NDArray[np.bool_]]:
    """The weights along one axis, (fields, fields): means of smaller fields; and which fields are covered."""
    edges = (0.5 + (np.arange(fields + 1) / fields - 0.5 - shift) * zoom) * fields
    low, high = edges[:-1, None], edges[1:, None]
    at = np.arange(fields)
    weights = np.clip(np.minimum(high, at + 1) - np.maximum(low, at), 0, None)
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
