"""The analysis picture."""

from __future__ import annotations

import av
import cv2
import numpy as np
import pytest

from emotion_core.picture import ANALYSIS_WIDTH, analysis_picture
from tests.support.clips import BIKES, shot

FORMATS = [
    # pixel format, width, height
    ("yuv420p", 1920, 1080),
    ("yuv420p", 1918, 802),
    ("yuvj420p", 1920, 1080),
    ("yuv422p", 1440, 1080),
    ("yuv444p", 1280, 720),
    ("yuv420p10le", 1920, 1080),
    ("yuv422p10le", 1920, 1080),
    ("yuv444p12le", 1920, 1080),
    ("nv12", 1920, 1080),
    ("gbrp", 1920, 1080),
    ("rgb24", 1280, 720),
    ("gray", 1280, 720),
    ("yuv420p", 320, 180),
    ("yuv420p", 62, 34),
]


@pytest.mark.parametrize(("pixel_format", "width", "height"), FORMATS)
def test_it_is_the_frame_made_small(pixel_format: str, width: int, height: int) -> None:
    """In every pixel format the analysis picture has the frame's colours in their places."""
    (picture,) = shot(BIKES, 60, 61)
    truth = cv2.GaussianBlur(cv2.resize(picture, (width, height), interpolation=cv2.INTER_CUBIC), (0, 0), width / 200)
    frame = av.VideoFrame.from_ndarray(np.asarray(truth, dtype=np.uint8), format="rgb24").reformat(format=pixel_format)
    small = analysis_picture(frame)
    wide = min(ANALYSIS_WIDTH, width)
    assert small.shape == (round(height * wide / width / 2) * 2, wide, 3)
    expected = cv2.resize(truth, small.shape[1::-1], interpolation=cv2.INTER_AREA).astype(np.float64)
    if pixel_format == "gray":
        expected = np.repeat(cv2.cvtColor(expected.astype(np.uint8), cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)
    strays = np.abs(small[:, :, ::-1].astype(np.float64) - expected)
    assert strays.mean() < 4
    assert abs(small.mean() - expected.mean()) < 2.5


def test_black_and_white_keep_their_levels() -> None:
    """Video black is 0 and video white 255, as PySceneDetect sees them, in eight bits and in ten."""
    for level in (0, 255):
        flat = np.full((1080, 1920, 3), level, dtype=np.uint8)
        for pixel_format in ("yuv420p", "yuv420p10le", "yuvj420p"):
            frame = av.VideoFrame.from_ndarray(flat, format="rgb24").reformat(format=pixel_format)
            assert np.abs(analysis_picture(frame).astype(int) - level).max() <= 3
