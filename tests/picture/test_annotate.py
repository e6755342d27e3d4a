"""Faces drawn on pictures: box and plate lie where they belong, and stay on the picture."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from emotion_core.picture.annotate import FaceMark, draw_face_marks

GREY = (128, 128, 128)
RED = (255, 0, 0)


def drawn(box: tuple[float, float, float, float], *, gap: int = 0) -> NDArray[np.bool_]:
    """Which pixels of a grey picture, 200 x 120, are red after a red face with this box is drawn."""
    image = Image.new("RGB", (200, 120), GREY)
    draw_face_marks(image, [FaceMark(box, "A", "#FF0000", 2)], font_size=12, padding=3, gap=gap)
    red: NDArray[np.bool_] = (np.asarray(image) == RED).all(axis=2)
    return red


def test_a_box_is_drawn_where_the_face_is() -> None:
    """Its line is drawn, and nothing within it."""
    red = drawn((40, 50, 60, 40))
    assert red[50:90, 40].all()
    assert red[50, 40:100].all()
    assert not red[55:85, 45:95].any()


@pytest.mark.parametrize("gap", [0, 4])
def test_a_plate_is_above_its_box(gap: int) -> None:
    """The plate ends `gap` pixels above the box."""
    red = drawn((50, 60, 60, 40), gap=gap)
    assert red[60 - gap - 2, 51]
    assert red[60 - gap, 51 : 51 + 5].all() or gap == 0
    assert not red[61 - gap : 60, 51].any()


def test_a_plate_without_room_above_is_inside_its_box() -> None:
    """For a face at the upper edge the plate is within the box."""
    red = drawn((50, 2, 60, 80))
    assert red[10, 51]


def test_a_plate_stays_on_the_picture() -> None:
    """For a face at the right edge the plate moves to the left, so that its letter is on the picture."""
    red = drawn((198, 60, 60, 40))
    assert red[50, 192:200].any()


@pytest.mark.parametrize(("colour", "text"), [("#66CCEE", (0, 0, 0)), ("#4477AA", (255, 255, 255))])
def test_text_is_black_or_white(colour: str, text: tuple[int, int, int]) -> None:
    """Text is black on a light plate and white on a dark one."""
    image = Image.new("RGB", (200, 120), GREY)
    draw_face_marks(image, [FaceMark((50, 60, 60, 40), "M", colour, 2)], font_size=24, padding=3, gap=0)
    assert (np.asarray(image)[20:60, 50:80] == text).all(axis=2).any()
