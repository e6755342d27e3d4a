"""The colours of a head, by which faces of one shot are told apart (see tracks/): APPEARANCE_LENGTH bytes a face.

The counts of the pixels' colours, for the upper half (hair and forehead) and the lower half (mouth and chin) of a head:
8 classes of Y, whose neighbours share, by 2 of Cr and 2 of Cb, between which a pixel is divided. Stored is for each
class the square root of its share of the half, 0 to 255 for 0 to 1. Counts do not say where a colour is: no face can be
drawn from them. Scans that keep no pictures store them too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .detector import Box

APPEARANCE_LENGTH = 64
"""Bytes of an appearance."""

_COLUMNS, _ROWS = 16, 12
"""Pixels that are looked at, across and in each half."""
_ACROSS = np.linspace(0.08, 0.92, _COLUMNS)
_DOWN = np.concatenate([np.linspace(-0.28, 0.32, _ROWS), np.linspace(0.38, 1.0, _ROWS)])
"""Where these are, in shares of the box from its left and top."""
_HALF = np.repeat([0, 32], _ROWS * _COLUMNS)
_Y_CLASS = 4 * np.clip((np.arange(256) - 16) * 8 // 220, 0, 7)
_CR = np.clip((np.arange(256) - 128) / 32, 0, 1)
_CB = np.clip((np.arange(256) - 96) / 32, 0, 1)
"""How far a value belongs to the upper class: Cr from grey to strong skin, Cb from there to grey."""


def appearance_of(rgb: NDArray[np.uint8], box: Box) -> bytes:
    """The appearance of a face on a picture, RGB (h, w, 3), by its box in the picture's pixels."""
    import cv2  # records of faces are read without it

    left, top, width, height = box
    columns = np.clip(left + width * _ACROSS, 0, rgb.shape[1] - 1).astype(np.intp)
    rows = np.clip(top + height * _DOWN, 0, rgb.shape[0] - 1).astype(np.intp)
    pixels = cv2.cvtColor(rgb[rows[:, None], columns], cv2.COLOR_RGB2YCrCb).reshape(-1, 3)
    classes = _HALF + _Y_CLASS[pixels[:, 0]]
    red, blue = _CR[pixels[:, 1]], _CB[pixels[:, 2]]
    both = red * blue
    places = np.concatenate([classes, classes + 1, classes + 2, classes + 3])
    weights = np.concatenate([1 - red - blue + both, red - both, blue - both, both])
    counts = np.bincount(places, weights, APPEARANCE_LENGTH).reshape(2, 8, 4)
    shared = counts / 2
    shared[:, 1:] += counts[:, :-1] / 4
    shared[:, :-1] += counts[:, 1:] / 4
    shared[:, 0] += counts[:, 0] / 4
    shared[:, -1] += counts[:, -1] / 4
    coded = np.sqrt(np.clip(shared / (_ROWS * _COLUMNS), 0, 1)) * 255
    return bytes(coded.round().astype(np.uint8).ravel())
