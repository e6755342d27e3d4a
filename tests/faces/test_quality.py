"""Sharpness and light of a face's crop."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from emotion_core.faces import Light, quality_of

DRAWN = np.kron(np.random.default_rng(7).integers(60, 200, (24, 24), dtype=np.uint8), np.ones((8, 8), dtype=np.uint8))
PICTURE = np.repeat(DRAWN[:, :, None], 3, axis=2)


def test_blur_makes_a_crop_less_sharp_and_darkness_does_not() -> None:
    """Sharpness falls with blur and with enlargement of a small crop, and hardly with darkness."""
    sharp = quality_of(PICTURE)[0]
    blurred = [quality_of(cv2.GaussianBlur(PICTURE, (0, 0), sigma))[0] for sigma in (2, 4, 8)]
    assert sharp > blurred[0] > blurred[1] > blurred[2]
    small = cv2.resize(PICTURE, (24, 24), interpolation=cv2.INTER_AREA)
    assert quality_of(small)[0] < 0.75 * sharp
    assert quality_of((PICTURE * 0.3).astype(np.uint8))[0] == pytest.approx(sharp, rel=0.05)


def test_what_is_around_the_face_is_not_measured() -> None:
    """A background in focus, dark or burnt out changes nothing."""
    framed = np.zeros((288, 288, 3), dtype=np.uint8)
    framed[::2] = 255
    framed[40:-40, 40:-40] = 128
    assert quality_of(framed) == (0.0, Light(128, 0, 0))


def test_light_is_counted_in_percent() -> None:
    """A face half in black and a quarter burnt out says so, whatever the crop's size."""
    crop = np.full((400, 400, 3), 100, dtype=np.uint8)
    crop[:200] = 5
    crop[200:, 200:] = 250
    light = quality_of(crop)[1]
    assert light.dark == pytest.approx(50, abs=1)
    assert light.bright == pytest.approx(25, abs=1)
    assert light.mean == pytest.approx(90, abs=2)
