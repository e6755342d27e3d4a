"""What faces are linked by: place, size, landmarks and appearance of all faces of a scan, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..faces import APPEARANCE_LENGTH
from ..observations import Face, Observations

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Of n faces. Lengths are in pixels of the film's display size, also where a frame's own size differs."""

    frames: NDArray[np.int64]
    """(n,) sampled frames."""
    seconds: Floats
    """(n,) of their frames."""
    middles: Floats
    """(n, 2) of the boxes."""
    sizes: Floats
    """(n,) root of a box's area."""
    shapes: Floats
    """(n, 10) landmarks about the box's middle, in sizes; NaN where a face has none."""
    colours: NDArray[np.float32]
    """(n, 64) faces.appearance, 0 to 1; NaN where a face has none."""


def features_of(observations: Observations, faces: Sequence[Face]) -> Features:
    """The features of these faces, in their order."""
    frames = np.array([face.sample_frame for face in faces], dtype=np.int64)
    boxes = np.array([face.box for face in faces], dtype=np.float64).reshape(-1, 4)
    landmarks = np.array([face.landmarks for face in faces], dtype=np.float64).reshape(-1, 5, 2)
    if observations.shapes:
        film = observations.media
        own = [observations.media_at(frame) for frame in frames.tolist()]
        scale = np.array([(film.display_width / m.display_width, film.display_height / m.display_height) for m in own])
        boxes, landmarks = boxes * np.tile(scale, 2), landmarks * scale[:, None]
    middles = boxes[:, :2] + boxes[:, 2:] / 2
    sizes = np.sqrt(np.maximum(boxes[:, 2] * boxes[:, 3], 1.0))
    shapes = ((landmarks - middles[:, None]) / sizes[:, None, None]).reshape(-1, 10)
    shapes[~landmarks.any(axis=(1, 2))] = np.nan
    base = observations.media.time_base
    seconds = observations.scores.pts[frames].astype(np.float64) * (base.numerator / base.denominator)
    return Features(frames, seconds, middles, sizes, shapes, _colours(faces))


def _colours(faces: Sequence[Face]) -> NDArray[np.float32]:
    colours = np.full((len(faces), APPEARANCE_LENGTH), np.nan, dtype=np.float32)
    known = [i for i, face in enumerate(faces) if len(face.appearance) == APPEARANCE_LENGTH]
    if known:
        stored = np.frombuffer(b"".join(faces[i].appearance for i in known), dtype=np.uint8)
        colours[known] = stored.reshape(-1, APPEARANCE_LENGTH).astype(np.float32) / 255
    return colours
