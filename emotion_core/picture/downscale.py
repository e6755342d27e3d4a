"""The small analysis picture on which cuts are decided, sampled from the decoder's planes.

Nearly all films decode to luma and colour planes. Each plane is sampled down (nearest row, bilinear along the row, as
PySceneDetect samples its pictures) before the conversion to BGR. Scaling whole frames with all their pixels takes seven
times as long.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from ..media import FULL_RANGE

ANALYSIS_WIDTH = 256
"""Greatest width of an analysis picture, pixels, about that of PySceneDetect."""

FULL_SCALING_ABOVE = 0.25
"""Scale above which frames are scaled with all their pixels: it takes little time there, and sampling would lose
detail."""

_PLANAR = {
    "yuv420p": 8, "yuv422p": 8, "yuv444p": 8, "yuv440p": 8,
    "yuv420p10le": 10, "yuv422p10le": 10, "yuv444p10le": 10,
    "yuv420p12le": 12, "yuv422p12le": 12, "yuv444p12le": 12,
}  # fmt: skip
"""Bits of the pixel formats with three planes of one sample each."""


def analysis_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of the analysis picture of a frame of this coded size."""
    scale = min(1.0, ANALYSIS_WIDTH / width)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def analysis_picture(frame: VideoFrame) -> NDArray[np.uint8]:
    """`frame` at ANALYSIS_WIDTH at most, with its coded shape and even sides, BGR (h, w, 3)."""
    scale = min(1.0, ANALYSIS_WIDTH / frame.width)
    width, height = analysis_size(frame.width, frame.height)
    bits = _PLANAR.get(frame.format.name)
    upside_down = any(plane.line_size <= 0 for plane in frame.planes)
    if bits is None or frame.color_range == FULL_RANGE or scale > FULL_SCALING_ABOVE or upside_down:
        # Rare formats, and small frames.
        small = frame.to_ndarray(width=width, height=height, format="bgr24", interpolation="AREA", threads=1)
        return small.astype(np.uint8, copy=False)
    # I420: luma above, the two colour planes below, so that OpenCV converts all three at once.
    planes = np.empty((height * 3 // 2, width), dtype=np.uint8)
    colours = planes[height:].reshape(2, height // 2, width // 2)
    targets = (planes[:height], colours[0], colours[1])
    for plane, target in zip(frame.planes, targets, strict=True):
        _sample_down(plane, target, bits)
    return np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2BGR_I420), dtype=np.uint8)


@lru_cache(maxsize=8)
def _sampled_rows(height: int, count: int) -> NDArray[np.intp]:
    """The rows of a plane of so many rows that are nearest to `count` rows spread over it."""
    return (np.arange(count) * 2 + 1) * height // (2 * count)


def _sample_down(plane: VideoPlane, target: NDArray[np.uint8], bits: int) -> None:
    """Sample a plane of a frame down into `target`, of 8 bits a sample."""
    samples = np.frombuffer(memoryview(plane), dtype=np.uint8 if bits == 8 else np.uint16).reshape(plane.height, -1)
    height, width = target.shape
    # Copy the needed rows only: reading the decoder's memory takes most of the time. Rows may be padded.
    rows = samples.take(_sampled_rows(plane.height, height), axis=0)[:, : plane.width]
    if bits == 8:
        cv2.resize(rows, (width, height), dst=target, interpolation=cv2.INTER_LINEAR)
    else:
        small = cv2.resize(rows, (width, height), interpolation=cv2.INTER_LINEAR)
        np.right_shift(small, bits - 8, out=target, casting="unsafe")
