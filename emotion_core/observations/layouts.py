"""Layouts as vectors: the likeness of two pictures is the product of their directions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FLAT = 4.0
"""Contrast (standard deviation of the layout, levels) below which a picture counts as blank. Aligning two blank
pictures costs as much as finding no counterpart, so that a blank picture follows its neighbours."""


Layouts = NDArray[np.uint8]
"""(n, 144): Scores.layout, one row a step."""


def vectors(layout: Layouts) -> NDArray[np.float32]:
    """(n, 146): the layouts less their mean, and two columns that make blank pictures of like brightness alike."""
    fields = layout.astype(np.float32)
    level = fields.mean(axis=1, keepdims=True)
    weight = np.sqrt(np.float32(layout.shape[1]))
    return np.hstack([fields - level, np.full_like(level, FLAT) * weight, (level - 128) * 0.1 * weight])


def directions(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, k) rows at length 1, so that their products are cosines; rows shorter than 1 stay shorter."""
    directions: NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1)
    return directions
