"""Detect frames that are not a scene: test patterns and black."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_ORDER = ((1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1))
"""Yellow, cyan, green, magenta, red and blue as (red, green, blue): the order, by falling luma, of the bars of EBU,
SMPTE (ECR 1) and HD (RP 219, ARIB STD-B28)."""
_COMPONENTS = np.array(_ORDER, dtype=bool)[:, None]

_MIN_WIDTH = 0.06
"""Least width of a bar, as a share of the frame's; RP 219 has 0.107."""
_MAX_DEVIATION = 8.0
"""Greatest standard deviation down a bar, 0 to 255, for coding noise."""


def colour_bars(rgb: NDArray[np.uint8]) -> float:
    """Share of a test pattern's colour bars that a picture, RGB (h, w, 3), shows: 0 to 1.

    Counted are the six colours from yellow to blue that are even columns in that order from left to right, in the band
    from a tenth to half of the height, where all patterns have them.
    """
    height = rgb.shape[0]
    band = rgb[height // 10 : max(height // 10 + 1, height // 2)]
    columns = cv2.resize(band, (256, 16), interpolation=cv2.INTER_AREA)
    colours = columns.mean(axis=0)
    most = colours.max(axis=1, keepdims=True)
    has, lacks = colours > 0.6 * most, colours < 0.35 * most
    like = np.where(_COMPONENTS, has, lacks).all(axis=2) & (most[:, 0] > 80)
    width = round(_MIN_WIDTH * 256)
    if like.sum(axis=1).max() < width:  # nearly all frames
        return 0.0
    like &= columns.std(axis=0).max(axis=1) < _MAX_DEVIATION
    bars, start = 0, 0
    for here in like:
        run = _first_run(here[start:], width)
        if run is not None:
            bars, start = bars + 1, start + run
    return bars / len(_ORDER)


def _first_run(here: NDArray[np.bool_], length: int) -> int | None:
    """End of the first run of True of at least `length`; None if there is none."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], here, [False]]).astype(np.int8)))
    return next((int(end) for begin, end in edges.reshape(-1, 2) if end - begin >= length), None)


def brightest(rgb: NDArray[np.uint8]) -> float:
    """Brightest value of a picture, RGB (h, w, 3), 0 to 255, averaged over about a hundredth of its width.

    The letters of a title count, single hot pixels do not.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, 160 / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return float(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).max())
