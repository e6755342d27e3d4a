"""The appearance of a face: alike for one person, unlike for others, and no picture."""

from __future__ import annotations

import numpy as np

from emotion_core.faces import APPEARANCE_LENGTH, appearance_of
from emotion_core.faces.detector import Box
from tests.support.clips import man

BOX: Box = (110.0, 75.0, 105.0, 125.0)
"""The man's face, about."""


def apart(one: bytes, other: bytes) -> float:
    """Hellinger distance, 0 to 1."""
    first, second = (np.frombuffer(a, dtype=np.uint8) / 255 for a in (one, other))
    return float(np.sqrt(((first - second) ** 2).sum() / 4))


def test_the_same_man_is_alike_and_another_head_is_not() -> None:
    """Two seconds later, at half the size and moved a little, against the same head with other colours."""
    frames = list(man(0, 60, 240))
    early, late = frames[0], frames[-1]
    here = appearance_of(early, BOX)
    left, top, width, height = BOX
    assert apart(here, appearance_of(late, BOX)) < 0.2
    assert (
        apart(here, appearance_of(np.ascontiguousarray(early[::2, ::2]), (left / 2, top / 2, width / 2, height / 2)))
        < 0.05
    )
    assert apart(here, appearance_of(early, (left + 5, top - 5, width, height))) < 0.1
    assert apart(here, appearance_of(255 - early, BOX)) > 0.4


def test_where_a_colour_is_cannot_be_told() -> None:
    """Pixels of a half in any order have the same appearance: it is no picture, not even a small one."""
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 255, (48, 48, 3)).astype(np.uint8)
    flipped = np.ascontiguousarray(picture[:, ::-1])
    box = (8.0, 16.0, 31.0, 24.0)
    there = appearance_of(picture, box)
    assert len(there) == APPEARANCE_LENGTH
    assert apart(there, appearance_of(flipped, (48 - 8 - 31 - 1, *box[1:]))) < 0.15


def test_a_face_beyond_the_edge_has_an_appearance() -> None:
    """Of the pixels that are there."""
    picture = np.full((40, 40, 3), 200, dtype=np.uint8)
    assert appearance_of(picture, (-30.0, -30.0, 40.0, 40.0)) == appearance_of(picture, (30.0, 30.0, 60.0, 60.0))
