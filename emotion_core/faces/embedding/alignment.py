"""Pictures of faces as dlib's network takes them: turned, scaled and moved until the face lies as in its training.

dlib lays a face by 5 or 68 landmarks of its own. Here the detector's five are laid over the places that they have on
average in dlib's chips: medians over 870 press photographs, 150 pixels a side, padding 0.25; those of 68 and of 5
landmarks agree within half a pixel. Left and right are made alike.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .network_file import SIZE

PLACES = ((48.7, 48.0), (100.3, 48.0), (74.5, 77.7), (52.8, 100.6), (96.2, 100.6))
"""Of the eyes (left in the picture first), the nose and the corners of the mouth in a chip: pixels from the middle of
its first one."""
LARGEST_SCALE = 15.0
"""Of a chip's pixels to the frame's: landmarks that lie closer together are no face's."""


def aligned_chip(rgb: NDArray[np.uint8], landmarks: tuple[float, ...]) -> NDArray[np.uint8] | None:
    """The chip, RGB (SIZE, SIZE, 3), of a face on a frame, RGB (h, w, 3); beyond the frame its edge is repeated.

    `landmarks` are five points on the frame, x and y in turn, as in observations.Face. None where they cannot be a
    face's: no numbers, or all in one place.
    """
    import cv2  # embeddings that are stored are read without it

    turn, shift = _similarity(landmarks)
    scale = abs(turn)
    if not (math.isfinite(scale) and 0 < scale <= LARGEST_SCALE):
        return None
    # The part of the frame under the chip, and a margin for what interpolation reads.
    corners = (np.array([0, SIZE, 1j * SIZE, SIZE + 1j * SIZE]) - shift) / turn
    margin = 2 + 2 / scale
    left, right = (float(corners.real.min()) - margin, float(corners.real.max()) + margin)
    top, bottom = (float(corners.imag.min()) - margin, float(corners.imag.max()) + margin)
    height, width = rgb.shape[:2]
    x, y = max(0, math.floor(left)), max(0, math.floor(top))
    part = rgb[y : min(height, math.ceil(bottom)), x : min(width, math.ceil(right))]
    if not part.size:
        return None
    shift += turn * (x + 1j * y)
    if scale < 1:  # first smaller by means of areas: interpolation reads four pixels only
        rows, columns = (max(1, round(side * scale)) for side in part.shape[:2])
        factor = np.array([columns / part.shape[1], rows / part.shape[0]])
        part = np.asarray(cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    else:
        factor = np.ones(2)
    # Of the smaller picture's pixels p, whose middles lie at (p + 0.5) / factor - 0.5 in `part`.
    to_chip = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    linear = to_chip / factor
    offset = np.array([shift.real, shift.imag]) + to_chip @ (0.5 / factor - 0.5)
    matrix = np.column_stack([linear, offset])
    chip = cv2.warpAffine(part, matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(chip, dtype=np.uint8)


def _similarity(landmarks: tuple[float, ...]) -> tuple[complex, complex]:
    """The turn and scale, and the shift, that lay landmarks over PLACES with least squares; points are x + iy.

    Both are NaN where the landmarks are one point, or no numbers.
    """
    coordinates = np.array(landmarks, dtype=np.float64).reshape(5, 2)
    if not np.isfinite(coordinates).all():
        return complex(math.nan), complex(math.nan)
    points = coordinates @ np.array([1, 1j])
    places = np.array(PLACES) @ np.array([1, 1j])
    about, goal = points - points.mean(), places - places.mean()
    spread = float(np.vdot(about, about).real)
    if not (math.isfinite(spread) and spread > 0):  # all in one place
        return complex(math.nan), complex(math.nan)
    turn = complex(np.vdot(about, goal)) / spread
    return turn, complex(places.mean()) - turn * complex(points.mean())
