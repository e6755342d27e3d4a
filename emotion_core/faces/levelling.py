"""Crops of tilted heads, turned upright: checkpoints are trained on upright faces."""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .detector import DetectedFace, crop

LEVEL_FROM = 20.0
"""Degrees of tilt from which a crop is turned."""
SIDE = 2.75
"""Longer side of an upright face's box, in distances from the middle of the eyes to that of the mouth corners."""
ABOVE, BEHIND = 0.2, 1.16
"""The box's middle lies so far above the middle between those two, in the same distances, and to the side away from the
nose tip by so many times the nose tip's own way to the side. SIDE and both are medians (BEHIND: least squares) of those
of the 9,866 faces of pose.MEAN_FACE that are tilted by less than 5 degrees."""


def tilt_of(landmarks: Sequence[float]) -> float:
    """How far a head is tilted in the picture, degrees, -180 to 180; positive clockwise.

    It is the angle of the line from eye to eye and of the one across that from the eyes to the mouth, each weighing as
    it is long: of a head turned aside the eyes lie too close together to tell alone.
    """
    eyes, down, _ = _axes(landmarks)
    return math.degrees(cmath.phase(eyes + down / 1j))


def is_tilted(face: DetectedFace) -> bool:
    """Whether a crop is to be turned: by LEVEL_FROM or more, and where eyes and mouth tell how far."""
    eyes, down, _ = _axes(face.landmarks)
    return abs(down) > 1 and abs(eyes + down / 1j) > 1 and abs(tilt_of(face.landmarks)) >= LEVEL_FROM


def level_crop(rgb: NDArray[np.uint8], face: DetectedFace, scale: float) -> NDArray[np.uint8]:
    """As `crop` of a face's box; where the head is tilted, of the box that it would have upright, turned upright."""
    if not is_tilted(face):
        return crop(rgb, face.box, scale)
    tilt = tilt_of(face.landmarks)
    import cv2  # records of faces are read without it

    _, down, middle = _axes(face.landmarks)
    longer = SIDE * abs(down)
    turn = cmath.rect(1.0, math.radians(tilt))
    nose = (complex(*face.landmarks[4:6]) - middle) / turn
    middle -= turn * complex(BEHIND * nose.real, ABOVE * abs(down))
    side = max(2, round(longer * scale))
    first = middle - turn * complex(side - 1, side - 1) / 2
    to_picture = np.array([[turn.real, -turn.imag, first.real], [turn.imag, turn.real, first.imag]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    turned = cv2.warpAffine(rgb, to_picture, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, dtype=np.uint8)


def _axes(landmarks: Sequence[float]) -> tuple[complex, complex, complex]:
    """From the right eye to the left, from the eyes to the mouth, and the middle between: x + iy."""
    x, y = landmarks[::2], landmarks[1::2]
    right_eye, left_eye, _, right_mouth, left_mouth = (complex(*point) for point in zip(x, y, strict=True))
    eyes, mouth = (right_eye + left_eye) / 2, (right_mouth + left_mouth) / 2
    return left_eye - right_eye, mouth - eyes, (eyes + mouth) / 2
