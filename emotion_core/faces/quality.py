"""How well a face can be seen on its crop: sharpness and light, measured at the size at which checkpoints see it.

Both are measured on the middle of the crop, where the face is: a background in focus makes no face sharp.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SIDE = 96
"""Pixels a side at which a crop is measured: the input of the embedded checkpoint."""
MIDDLE = 0.7
"""Share of the crop's side, around its middle, that is measured."""
DARK, BRIGHT = 16, 239
"""Luma, 0 to 255, up to which a pixel counts as clipped to black, and from which as clipped to white."""


class Light(NamedTuple):
    """How a face is lit."""

    mean: int
    """Mean luma, 0 to 255."""
    dark: int
    """Pixels at DARK or below, percent."""
    bright: int
    """Pixels at BRIGHT or above, percent."""


def quality_of(crop: NDArray[np.uint8]) -> tuple[float, Light]:
    """Sharpness and light of an RGB crop (h, w, 3) of any size.

    Sharpness, about 0.1 to 0.8, is the standard deviation of the Laplacian over that of the luma: the variance of the
    Laplacian (Pech-Pacheco and others, "Diatom autofocusing in brightfield microscopy", ICPR 2000) made independent of
    contrast.
    """
    import cv2  # records of faces are read without it

    height, width = crop.shape[:2]
    down, across = round(height * (1 - MIDDLE) / 2), round(width * (1 - MIDDLE) / 2)
    grey = cv2.cvtColor(crop[down : height - down, across : width - across], cv2.COLOR_RGB2GRAY)
    side = round(SIDE * MIDDLE)
    how = cv2.INTER_AREA if len(grey) > side else cv2.INTER_LINEAR
    luma = np.asarray(cv2.resize(grey, (side, side), interpolation=how))
    (mean,), (spread,) = cv2.meanStdDev(luma)
    _, (edges,) = cv2.meanStdDev(cv2.Laplacian(luma, cv2.CV_16S))
    dark, bright = np.count_nonzero(luma <= DARK), np.count_nonzero(luma >= BRIGHT)
    sharpness = float(edges[0]) / max(float(spread[0]), 1.0)
    return sharpness, Light(round(float(mean[0])), round(100 * dark / luma.size), round(100 * bright / luma.size))
