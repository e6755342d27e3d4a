"""The port of face detectors: what they find, and the crop of a face that a checkpoint is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]
"""Left, top, width, height in pixels of the frame; may reach over its edge."""


@dataclass(frozen=True, slots=True)
class DetectedFace:
    """A face as detected; units as in observations.Face."""

    box: Box
    landmarks: tuple[float, ...]
    score: float

    @property
    def shorter_side(self) -> float:
        """Of the box, pixels."""
        return min(self.box[2:])


class FaceDetector(Protocol):
    """Finds faces on frames of any size."""

    def scaled(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A frame, RGB (h, w, 3), at the size at which it is searched."""

    def find(self, rgb: NDArray[np.uint8], scaled: NDArray[np.uint8] | None = None) -> list[DetectedFace]:
        """All faces on a frame, RGB (h, w, 3), left to right; boxes in the frame's own pixels.

        `scaled` is the result of `scaled(rgb)`, for a caller that has it.
        """


def open_detector(width: int, min_face_px: int, *, threads: int = 1) -> FaceDetector:
    """The face detector of scans and stills: YuNet.

    Frames wider than `width` pixels are scaled down to it, but no further than a face of `min_face_px` allows.
    """
    from .yunet import YuNet

    return YuNet(width, min_face_px, threads=threads)


def crop(rgb: NDArray[np.uint8], box: Box, scale: float) -> NDArray[np.uint8]:
    """The square of `scale` times the box's longer side around its middle; beyond the frame its edge is repeated."""
    left, top, width, height = box
    side = max(2, round(max(width, height) * scale))
    x, y = round(left + width / 2 - side / 2), round(top + height / 2 - side / 2)
    inside = rgb[max(0, y) : y + side, max(0, x) : x + side] if x + side > 0 and y + side > 0 else rgb[:1, :1]
    pad_top, pad_left = max(0, -y), max(0, -x)
    pad_bottom, pad_right = side - pad_top - inside.shape[0], side - pad_left - inside.shape[1]
    if not (pad_top or pad_bottom or pad_left or pad_right):
        return np.ascontiguousarray(inside)
    import cv2  # records of faces are read without it

    padded = cv2.copyMakeBorder(inside, pad_top, pad_bottom, pad_left, pad_right, cv2.BORDER_REPLICATE)
    return np.asarray(padded, dtype=np.uint8)
