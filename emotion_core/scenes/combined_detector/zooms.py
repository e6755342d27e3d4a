"""Zooms: the camera moves in or out, or a screen grows until it fills the picture.

On coarse layouts a zoom resembles a dissolve. But in a zoom each later picture is an enlarged earlier one, which holds
for no dissolve.
"""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ...observations import LAYOUT
from .layouts import Layouts

FACTORS = (1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5)
"""Enlargements over half of the zoom that are tried."""
CENTRES = (0.25, 0.5, 0.75)
"""Shares of width and height at which the centre of the zoom is tried."""

MAX_RESIDUE, MAX_SHARE, MIN_SHARE_BACK = 0.13, 0.7, 1.4
"""Limits on the residue, 1 - correlation of the enlarged picture with the later one: its largest value, its largest
share of the residue without enlarging, and the smallest such share in the opposite direction. They hold for 15 of 18
approaching posters that were taken for dissolves, and for 1 of 628 dissolves (splices of the fitting seeds)."""

Picture = NDArray[np.float32]


def is_zoom(layouts: Layouts, first: int, middle: int, last: int) -> bool:
    """Whether the pictures at these frames are one picture that grows or shrinks."""
    a, m, b = (layouts.cells[frame].reshape(LAYOUT[::-1]).astype(np.float32) for frame in (first, middle, last))
    return _grows(a, m, b) or _grows(b, m, a)


def _grows(start: Picture, middle: Picture, end: Picture) -> bool:
    """Whether `middle` is `start` enlarged and `end` is `middle` enlarged, but not the other way round."""
    forward = [_residue(start, middle), _residue(middle, end)]
    if max(residue for residue, _ in forward) >= MAX_RESIDUE or max(share for _, share in forward) >= MAX_SHARE:
        return False
    return max(_residue(end, middle)[1], _residue(middle, start)[1]) > MIN_SHARE_BACK


def _residue(earlier: Picture, later: Picture) -> tuple[float, float]:
    """1 - correlation of the later picture with the best enlargement of the earlier, and its share of that without."""
    residue = min(_dissimilarity(_enlarge(earlier, matrix), later) for matrix in _matrices())
    return residue, residue / max(_dissimilarity(earlier, later), 1e-3)


def _enlarge(picture: Picture, matrix: NDArray[np.float32]) -> Picture:
    import cv2  # who reads reports needs it not

    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    enlarged = cv2.warpAffine(picture, matrix, LAYOUT, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(enlarged, dtype=np.float32)


def _dissimilarity(a: Picture, b: Picture) -> float:
    """1 - correlation."""
    a, b = a - a.mean(), b - b.mean()
    return 1 - float((a * b).sum()) / max(1e-6, float(np.sqrt((a**2).sum() * (b**2).sum())))


@cache
def _matrices() -> tuple[NDArray[np.float32], ...]:
    """Affine maps from the enlarged picture to the picture, one for each factor and centre."""
    across, down = LAYOUT[0] - 1, LAYOUT[1] - 1
    return tuple(
        np.array([[1 / k, 0, (1 - 1 / k) * x * across], [0, 1 / k, (1 - 1 / k) * y * down]], dtype=np.float32)
        for k, y, x in product(FACTORS, CENTRES, CENTRES)
    )
