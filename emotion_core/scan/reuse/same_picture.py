"""Whether the small pictures of two frames are of the same frame, above all where its faces are."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ...faces.detector import Box

MEAN = 3.0
"""Largest mean difference of two pictures' luma, levels of 255."""
FACE_MEAN = 3.0
"""The same of the part that shows a face."""
FACE_RMS, FACE_MOST = 1.5, 8.0
"""Largest root mean square, and largest single one, of the differences there once SMOOTHED. Of 91 faces in two films
that x264 coded twice at crf 20 none had more than 1.03 and 5.6; of 88 with strong grain half had more than 1.10 and
5.9, a tenth more than 1.41 and 6.6. Within these limits shares of scenes changed by 0.011 at most, also between crf 20
and 26; grain coded at crf 28 has 2.1, and would change them by 0.023."""
SMOOTHED = 3
"""Pixels a side over which a difference is averaged: a codec's noise goes, what moved or was coded coarsely stays."""
AROUND = 0.25
"""What is compared around a face, of its box's longer side."""


def is_same_picture(first: NDArray[np.uint8], second: NDArray[np.uint8], boxes: Iterable[Box], width: int) -> bool:
    """Whether two small pictures, RGB (h, w, 3), show the same frame; `boxes` are of its faces, on a picture of
    `width`.
    """
    import cv2

    if first.shape != second.shape:
        return False
    luma = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) for picture in (first, second)]
    difference = luma[0] - luma[1]
    if float(np.abs(difference).mean()) > MEAN:
        return False
    smooth = cv2.blur(difference, (SMOOTHED, SMOOTHED))
    scale = first.shape[1] / width
    for left, top, wide, high in boxes:
        margin = AROUND * max(wide, high)
        x, y = max(0, int((left - margin) * scale)), max(0, int((top - margin) * scale))
        right, bottom = int(np.ceil((left + wide + margin) * scale)), int(np.ceil((top + high + margin) * scale))
        part, sharp = smooth[y:bottom, x:right], difference[y:bottom, x:right]
        if not part.size or float(np.abs(part).max()) > FACE_MOST or float(np.abs(sharp).mean()) > FACE_MEAN:
            return False
        if float(np.square(part).mean()) > FACE_RMS**2:
            return False
    return True
