"""Faces are laid with their eyes, nose and mouth where dlib's network expects them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from emotion_core.faces.embedding.alignment import LARGEST_SCALE, PLACES, aligned_chip
from emotion_core.faces.embedding.network_file import SIZE


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.0, 5.3], ids=lambda scale: f"{scale} times as large")
@pytest.mark.parametrize("degrees", [0, 25, -90, 180])
def test_landmarks_come_to_their_places(scale: float, degrees: float) -> None:
    """Of a face of any size and turn a mark at each landmark is found at its place in the chip, within 0.6 pixels."""
    turn = scale * np.exp(1j * np.deg2rad(degrees))
    points = turn * (np.array(PLACES) @ np.array([1, 1j]) - (SIZE - 1) * (1 + 1j) / 2) + 700 + 600j
    landmarks = tuple(value for point in points for value in (float(point.real), float(point.imag)))
    for point, (x, y) in zip(points, PLACES, strict=True):
        frame = np.zeros((1200, 1400, 3), dtype=np.uint8)
        radius = max(2.0, 4 * scale)
        cv2.circle(frame, (round(point.real * 16), round(point.imag * 16)), round(radius * 16), (255,) * 3, -1, 0, 4)
        chip = aligned_chip(frame, landmarks)
        assert chip is not None
        rows, columns = np.indices(chip.shape[:2])
        light = chip[..., 0].astype(np.float64)
        assert light.sum() > 0
        middle = (columns * light).sum() / light.sum(), (rows * light).sum() / light.sum()
        assert middle == pytest.approx((x, y), abs=0.6 * max(1, 1 / scale))


def test_a_large_face_is_made_smaller_by_means() -> None:
    """Fine stripes of a face that is much larger than the chip become grey: they leave no false pattern."""
    stripes = np.zeros((1500, 1500, 3), dtype=np.uint8)
    stripes[:, ::2] = 255
    landmarks = tuple(float(10 * value) for place in PLACES for value in place)
    chip = aligned_chip(stripes, landmarks)
    assert chip is not None
    assert np.abs(chip[10:-10, 10:-10].astype(int) - 127.5).max() < 8


def test_beyond_the_frame_its_edge_is_repeated() -> None:
    """A face that the frame's edge cuts has a whole chip, without black."""
    frame = np.full((100, 100, 3), 200, dtype=np.uint8)
    chip = aligned_chip(frame, tuple(float(value - 60) for place in PLACES for value in place))
    assert chip is not None
    assert chip.shape == (SIZE, SIZE, 3)
    assert (chip == 200).all()


@pytest.mark.parametrize(
    "landmarks",
    [(5.0,) * 10, (float("nan"),) * 10, (float("inf"),) * 10, tuple(50 + 0.1 * i / LARGEST_SCALE for i in range(10)),
     tuple(1e6 + value for place in PLACES for value in place)],
    ids=["one point", "no numbers", "infinite", "almost one point", "far away"],
)  # fmt: skip
def test_what_is_no_face_has_no_chip(landmarks: tuple[float, ...]) -> None:
    """Landmarks in one place, without numbers, or far beyond the frame give None, and no error."""
    assert aligned_chip(np.zeros((100, 100, 3), dtype=np.uint8), landmarks) is None
