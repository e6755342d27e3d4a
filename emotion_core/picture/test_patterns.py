"""What a frame shows that is no scene: test patterns, black."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_ORDER = ((1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1))
"""Yellow, cyan, green, magenta, red, blue by which of red, green and blue they have: the order, by falling luma, of
EBU, SMPTE (ECR 1) and HD (RP 219, ARIB STD-B28) bars alike."""

_NARROWEST = 0.06
"""Of the frame's width; RP 219's are 0.107."""
_UNEVEN = 8.0
"""Standard deviation down a bar, 0 to 255, that coding leaves at most."""


def colour_bars(rgb: NDArray[np.uint8]) -> float:
    """How much of a test pattern's colour bars a picture, RGB (h, w, 3), shows: 0 to 1.

    The share of the six colours from yellow to blue that stand as even columns in that order from left to right, in the
    band from a tenth to half of the height, which all patterns have in common.
    """
    height = rgb.shape[0]
    band = rgb[height // 10 : max(height // 10 + 1, height // 2)]
    columns = cv2.resize(band, (256, 16), interpolation=cv2.INTER_AREA).astype(np.float64)
    even = columns.std(axis=0).max(axis=1) < _UNEVEN
    colours = columns.mean(axis=0)
    most = colours.max(axis=1, keepdims=True)
    has, lacks = colours > 0.6 * most, colours < 0.35 * most
    vivid = even & (most[:, 0] > 80)
    found, start = 0, 0
    for colour in _ORDER:
        wanted = np.array(colour, dtype=bool)
        here = vivid & np.where(wanted, has, lacks).all(axis=1)
        run = _first_run(here[start:], round(_NARROWEST * 256))
        if run is not None:
            found, start = found + 1, start + run
    return found / len(_ORDER)


def _first_run(here: NDArray[np.bool_], length: int) -> int | None:
    """The end of the first run of at least `length`, or None."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], here, [False]]).astype(np.int8)))
    return next((int(end) for begin, end in edges.reshape(-1, 2) if end - begin >= length), None)


def brightest(rgb: NDArray[np.uint8]) -> float:
    """The brightest value of a picture, RGB (h, w, 3), averaged over a hundredth of its width: 0 to 255.

    A title's letters stand out in it, single hot pixels do not.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, 160 / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return float(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).max())
