"""Two small pictures are of the same frame, or are not surely so."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.picture import encode_jpeg
from emotion_core.scan.reuse.known_cuts import decoded
from emotion_core.scan.reuse.same_picture import is_same_picture
from tests.support.clips import man
from tests.support.films import Picture

FACE = (340.0, 120.0, 240.0, 320.0)
"""Of the man, on a picture of WIDTH."""
WIDTH = 960


@pytest.fixture(scope="module")
def pictures() -> list[Picture]:
    return list(man(0, 3, 240))


def same(first: Picture, second: Picture) -> bool:
    return is_same_picture(first, second, [FACE], WIDTH)


def test_one_frame_coded_twice_is_the_same(pictures: list[Picture]) -> None:
    assert same(decoded(encode_jpeg(pictures[0], 90)), pictures[0])


def test_the_next_frame_of_a_man_who_talks_is_not(pictures: list[Picture]) -> None:
    assert not same(pictures[0], pictures[1])


def test_a_face_that_was_retouched_is_not(pictures: list[Picture]) -> None:
    """A part of the face that is brighter: the picture as a whole hardly differs."""
    retouched = pictures[0].copy()
    part = retouched[70:85, 130:150]
    part[:] = np.minimum(part.astype(int) + 14, 255)
    assert not same(pictures[0], retouched)


def test_another_size_or_no_picture_is_not(pictures: list[Picture]) -> None:
    assert not same(pictures[0][:, :-2], pictures[0])
    assert not same(decoded(b"no jpeg"), pictures[0])
