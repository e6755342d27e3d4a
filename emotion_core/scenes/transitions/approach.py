"""Pictures that come near or go away: the camera moves in, a screen grows until it fills the picture.

Seen coarsely that looks like a dissolve. But here each later picture is an earlier one enlarged, and no dissolve is.
"""

from __future__ import annotations

from functools import cache
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from ...observations.observations import LAYOUT
from .layouts import Layouts

ENLARGED = (1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5)
"""How many times a picture is enlarged at most over half of the way."""
AROUND = (0.25, 0.5, 0.75)
"""Shares of width and height at which the point lies that is gone towards."""

ALIKE, BETTER, WORSE = 0.13, 0.7, 1.4
"""1 - correlation of an enlarged picture with the later one, at most; its share of that without enlarging, at most; and
that share for the way back, at least. So it is for 15 of 18 posters that come near and were taken for dissolves, and
for 1 of 628 dissolves (splices of the settling seeds)."""

Picture = NDArray[np.float32]


def comes_near(layouts: Layouts, first: int, middle: int, last: int) -> bool:
    """Whether the pictures at these frames are one picture that comes near, or one that goes away."""
    a, m, b = (layouts.cells[frame].reshape(LAYOUT[::-1]).astype(np.float32) for frame in (first, middle, last))
    return _is_way(a, m, b) or _is_way(b, m, a)


def _is_way(start: Picture, middle: Picture, end: Picture) -> bool:
    """Whether `middle` is `start` enlarged and `end` is `middle` enlarged, and none of it the other way about."""
    there = [_explained(start, middle), _explained(middle, end)]
    if max(rest for rest, _ in there) >= ALIKE or max(share for _, share in there) >= BETTER:
        return False
    return max(_explained(end, middle)[1], _explained(middle, start)[1]) > WORSE


def _explained(earlier: Picture, later: Picture) -> tuple[float, float]:
    """1 - correlation of the later picture with the best enlarged earlier one, and its share of that with none."""
    rest = min(_unlike(_enlarged(earlier, matrix), later) for matrix in _matrices())
    return rest, rest / max(_unlike(earlier, later), 1e-3)


def _enlarged(picture: Picture, matrix: NDArray[np.float32]) -> Picture:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    made = cv2.warpAffine(picture, matrix, LAYOUT, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(made, dtype=np.float32)


def _unlike(one: Picture, other: Picture) -> float:
    one, other = one - one.mean(), other - other.mean()
    return 1 - float((one * other).sum()) / max(1e-6, float(np.sqrt((one**2).sum() * (other**2).sum())))


@cache
def _matrices() -> tuple[NDArray[np.float32], ...]:
    """From a place in the enlarged picture to that in the picture: about each point, by each factor."""
    across, down = LAYOUT[0] - 1, LAYOUT[1] - 1
    return tuple(
        np.array([[1 / k, 0, (1 - 1 / k) * x * across], [0, 1 / k, (1 - 1 / k) * y * down]], dtype=np.float32)
        for k, y, x in product(ENLARGED, AROUND, AROUND)
    )
