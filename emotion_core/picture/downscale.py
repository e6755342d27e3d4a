"""The small picture that cuts are decided on, taken from the decoder's own planes.

A large frame is touched once: where it lies as luma and colour planes, as nearly every film does, each plane is sampled
down (nearest row, along it bilinear as PySceneDetect samples its pictures) before anything is turned into colours.
Scaling whole frames properly costs seven times as much.
"""

from __future__ import annotations

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from ..media.frame_shape import FULL_RANGE

WIDTH = 256
"""Pixels at most, about what PySceneDetect itself scales to."""

SMALL = 0.25
"""Frames up to WIDTH / SMALL wide are scaled with all their pixels: that costs little there, and where few are left out
they would be missed."""

_PLANAR = {
    "yuv420p": 8, "yuv422p": 8, "yuv444p": 8, "yuv440p": 8,
    "yuv420p10le": 10, "yuv422p10le": 10, "yuv444p10le": 10,
    "yuv420p12le": 12, "yuv422p12le": 12, "yuv444p12le": 12,
}  # fmt: skip
"""Formats of three planes of one sample each, of video range, and their bits."""


def scored_size(width: int, height: int) -> tuple[int, int]:
    """Width and height at which a frame of this coded size is scored."""
    scale = min(1.0, WIDTH / width)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def scored_picture(frame: VideoFrame) -> NDArray[np.uint8]:
    """`frame` at WIDTH at most, its coded shape kept to even sides, BGR (h, w, 3)."""
    scale = min(1.0, WIDTH / frame.width)
    width, height = scored_size(frame.width, frame.height)
    bits = _PLANAR.get(frame.format.name)
    upside_down = any(plane.line_size <= 0 for plane in frame.planes)
    if bits is None or frame.color_range == FULL_RANGE or scale > SMALL or upside_down:
        # Rare formats, and pictures that are small enough to be scaled properly.
        small = frame.to_ndarray(width=width, height=height, format="bgr24", interpolation="AREA", threads=1)
        return small.astype(np.uint8, copy=False)
    # Luma above, the two colour planes end to end below: the layout in which OpenCV converts the three at once.
    planes = np.empty((height * 3 // 2, width), dtype=np.uint8)
    colours = planes[height:].reshape(2, height // 2, width // 2)
    targets = (planes[:height], colours[0], colours[1])
    for plane, target in zip(frame.planes, targets, strict=True):
        _sample_down(plane, target, bits)
    return np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2BGR_I420), dtype=np.uint8)


def _sample_down(plane: VideoPlane, target: NDArray[np.uint8], bits: int) -> None:
    """One plane of a frame into `target`, 8 bits a sample."""
    samples = np.frombuffer(memoryview(plane), dtype=np.uint8 if bits == 8 else np.uint16)
    samples = samples.reshape(plane.height, -1)[:, : plane.width]  # each row may be longer than the picture is wide
    height, width = target.shape
    # Only the rows that are wanted leave the decoder's memory, which is most of what this costs.
    wanted = samples[(np.arange(height) * 2 + 1) * plane.height // (2 * height)]
    if bits == 8:
        cv2.resize(wanted, (width, height), dst=target, interpolation=cv2.INTER_LINEAR)
    else:
        small = cv2.resize(wanted, (width, height), interpolation=cv2.INTER_LINEAR)
        np.right_shift(small, bits - 8, out=target, casting="unsafe")
