"""Layouts as vectors: how alike two pictures are is the product of two directions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FLAT = 4.0
"""Contrast (standard deviation of the layout, levels) below which a picture is blank. It costs as much as having no
counterpart: so it goes on where its neighbours go, and nowhere by itself."""


Layouts = NDArray[np.uint8]
"""(n, 144): observations.Scores.layout, a row a step."""


def vectors(layout: Layouts) -> NDArray[np.float32]:
    """(n, 146), whose directions are as alike as two pictures: the layouts about their mean, with two fields more so
    that blank pictures are alike if they are about as bright.
    """
    fields = layout.astype(np.float32)
    level = fields.mean(axis=1, keepdims=True)
    weight = np.sqrt(np.float32(layout.shape[1]))
    return np.hstack([fields - level, np.full_like(level, FLAT) * weight, (level - 128) * 0.1 * weight])


def directions(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, k) rows at length 1: their products are how alike they are. 0 where nothing tells a direction."""
    directions: NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1)
    return directions
