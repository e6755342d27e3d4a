"""Faces found on real pictures, and the crops that are read."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.faces import crop, open_detector
from tests.support.clips import BIKES, man, placed, scaled, shot
from tests.support.films import Picture

BLACK = np.zeros((480, 640, 3), dtype=np.uint8)

CROPS = [
    # box on a picture of 100 x 60, scale, the square's left, top and side
    ((40.0, 20.0, 20.0, 20.0), 1.0, (40, 20, 20)),
    ((40.0, 20.0, 10.0, 20.0), 1.0, (35, 20, 20)),
    ((40.0, 20.0, 20.0, 10.0), 1.0, (40, 15, 20)),
    ((40.0, 20.0, 20.0, 20.0), 1.5, (35, 15, 30)),
    ((-10.0, -10.0, 20.0, 20.0), 1.0, (-10, -10, 20)),
    ((90.0, 50.0, 20.0, 20.0), 1.0, (90, 50, 20)),
    ((0.0, 0.0, 100.0, 60.0), 1.15, (-8, -28, 115)),
]


@pytest.fixture(scope="module")
def close() -> Picture:
    """The man in the car, his face about 163 x 216 pixels."""
    return next(man(0, 1, 480))


def middle(box: tuple[float, float, float, float]) -> tuple[float, float]:
    return box[0] + box[2] / 2, box[1] + box[3] / 2


@pytest.mark.parametrize(("height", "least", "most"), [(480, 140, 180), (240, 70, 90), (120, 35, 45), (80, 22, 32)])
def test_a_face_is_found_at_any_size(height: int, least: int, most: int) -> None:
    """A talking man's face is found once, its box as wide as he is large, its score high."""
    (result,) = open_detector(640, 32).find(placed(next(man(0, 1, height)), 20, BLACK))
    assert least <= result.box[2] <= most
    assert result.shorter_side == min(result.box[2:])
    assert result.score > 0.85


def test_a_small_face_is_found_on_a_wide_frame() -> None:
    """A face just large enough to count is found on a full-HD frame too, which is scaled down for detection."""
    wide = np.zeros((1080, 1920, 3), dtype=np.uint8)
    faces = [open_detector(640, 32).find(placed(picture, 900, wide)) for picture in man(0, 5, 104)]
    assert [len(result) for result in faces] == [1] * 5
    assert all(32 <= result[0].shorter_side <= 48 for result in faces)


def test_landmarks_lie_in_the_face(close: Picture) -> None:
    """Eyes, nose and mouth lie where they are in a face: right eye on the left, nose between, mouth below."""
    (result,) = open_detector(640, 32).find(close)
    right_eye, left_eye, nose, right_mouth, left_mouth = np.array(result.landmarks).reshape(5, 2)
    assert right_eye[0] < nose[0] < left_eye[0]
    assert right_mouth[0] < left_mouth[0]
    assert max(right_eye[1], left_eye[1]) < nose[1] < min(right_mouth[1], left_mouth[1])
    left, top, width, height = result.box
    for x, y in (right_eye, left_eye, nose, right_mouth, left_mouth):
        assert left < x < left + width
        assert top < y < top + height


def test_wide_frames_give_boxes_in_their_own_pixels(close: Picture) -> None:
    """A frame scaled down for detection still has its boxes in its own pixels."""
    wide = placed(close, 900, np.zeros((720, 1920, 3), dtype=np.uint8))
    (whole,) = open_detector(4096, 32).find(wide)
    (scaled_down,) = open_detector(640, 32).find(wide)
    assert np.hypot(*np.subtract(middle(whole.box), middle(scaled_down.box))) < 12
    assert scaled_down.box[2] == pytest.approx(whole.box[2], rel=0.15)


def test_faces_come_left_to_right(close: Picture) -> None:
    """Faces of one frame come from left to right, whichever the detector is surer of."""
    half = scaled(close, close.shape[1] // 2, 240)
    both = placed(half[:, ::-1], 330, placed(half, 10, BLACK))
    result = open_detector(640, 32).find(both)
    assert len(result) == 2
    assert result[0].box[0] < 320 < result[1].box[0]


def test_sizes_may_change_from_frame_to_frame(close: Picture) -> None:
    """One detector reads frames of any size and shape one after another, and finds the same again."""
    detector = open_detector(640, 32)
    first = detector.find(close)
    assert detector.find(np.zeros((31, 47, 3), dtype=np.uint8)) == []
    assert len(detector.find(placed(next(man(0, 1, 120)), 0, np.zeros((333, 201, 3), dtype=np.uint8)))) == 1
    assert detector.find(close) == first


def test_nobody_is_found_on_an_empty_street() -> None:
    """On real footage without people no face is found."""
    detector = open_detector(640, 32)
    for first in (0, 15, 60, 195, 215, 230):
        assert detector.find(next(shot(BIKES, first, first + 1))) == []


def test_people_who_walk_by_are_found() -> None:
    """On real footage a man's face is found on each frame on which he walks by, moving to the right."""
    detector = open_detector(640, 32)
    lefts = [detector.find(picture)[-1].box[0] for picture in shot(BIKES, 30, 43)]
    assert lefts == sorted(lefts)
    assert lefts[0] < 280
    assert lefts[-1] > 500


@pytest.mark.parametrize(("box", "scale", "square"), CROPS)
def test_a_crop_is_the_square_around_a_face(
    box: tuple[float, float, float, float], scale: float, square: tuple[int, int, int]
) -> None:
    """A crop is the square around a face's middle; where it reaches over the frame, the frame's edge is repeated."""
    rows, columns = np.mgrid[0:60, 0:100]
    picture = np.stack([rows, columns, rows + columns], axis=2).astype(np.uint8)
    result = crop(picture, box, scale)
    left, top, side = square
    assert result.shape == (side, side, 3)
    truth = np.pad(picture, ((99, 99), (99, 99), (0, 0)), mode="edge")[top + 99 :, left + 99 :][:side, :side]
    np.testing.assert_array_equal(result, truth)
