"""Crops of tilted heads."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from emotion_core.faces import DetectedFace, crop, level_crop, tilt_of
from tests.support.films import Picture

UPRIGHT = np.array([(130, 120), (170, 120), (150, 142), (134, 160), (166, 160)], dtype=float)
BOX = (110.0, 77.0, 80.0, 110.0)
"""The box of such a face: 2.75 times as high as from eyes to mouth."""


def drawn() -> Picture:
    """A picture that tells where it was cut: bright above, dark below, red to the right."""
    y, x = np.mgrid[0:300, 0:300]
    return np.stack([x * 255 // 300, 255 - y * 255 // 300, np.full_like(x, 90)], axis=2).astype(np.uint8)


def turned(degrees: float) -> tuple[Picture, DetectedFace]:
    """The picture and its face, turned clockwise about (150, 140)."""
    about = cv2.getRotationMatrix2D((150, 140), -degrees, 1)
    picture = cv2.warpAffine(drawn(), about, (300, 300), borderMode=cv2.BORDER_REPLICATE)
    points = UPRIGHT @ about[:, :2].T + about[:, 2]
    low, high = points.min(axis=0) - 30, points.max(axis=0) + 30
    box = (float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
    return np.asarray(picture, dtype=np.uint8), DetectedFace(box, tuple(map(float, points.ravel())), 0.9)


@pytest.mark.parametrize("degrees", [0, 15, 30, -60, 90, 150, -179])
def test_tilt_is_that_of_eyes_and_mouth(degrees: int) -> None:
    """The tilt of a turned face is how far it was turned, clockwise."""
    assert tilt_of(turned(degrees)[1].landmarks) == pytest.approx(degrees, abs=0.01)


@pytest.mark.parametrize("degrees", [25, -60, 90, 180])
def test_a_tilted_face_is_cropped_as_if_upright(degrees: int) -> None:
    """The crop of a tilted face shows the same as that of the same face upright, at the same size within a pixel."""
    upright = crop(drawn(), BOX, 1.15)
    level = level_crop(*turned(degrees), 1.15)
    assert abs(len(level) - len(upright)) <= 1
    size = (40, 40)
    difference = cv2.resize(level, size).astype(int) - cv2.resize(upright, size)
    assert np.abs(difference).max() <= 6


def test_a_face_that_is_hardly_tilted_stays_as_it_is() -> None:
    """Below the limit a crop is to the bit that of the box."""
    picture, face = turned(15)
    np.testing.assert_array_equal(level_crop(picture, face, 1.15), crop(picture, face.box, 1.15))
