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

    Sharpness is the standard deviation of the Laplacian over that of the luma: the variance of the Laplacian (Pech-
    Pacheco and others, "Diatom autofocusing in brightfield microscopy", ICPR 2000) made independent of contrast.
    """
    import cv2  # records of faces are read without it

    interpolation = cv2.INTER_AREA if len(crop) > SIDE else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(crop, (SIDE, SIDE), interpolation=interpolation))
    margin = round(SIDE * (1 - MIDDLE) / 2)
    luma = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)[margin:-margin, margin:-margin]
    edges = cv2.Laplacian(luma, cv2.CV_32F)
    sharpness = float(edges.std()) / max(float(luma.std()), 1.0)
    dark, bright = (round(100 * float(share)) for share in ((luma <= DARK).mean(), (luma >= BRIGHT).mean()))
    return sharpness, Light(round(float(luma.mean())), dark, bright)
