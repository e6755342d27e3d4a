"""The film of the truth table: real footage, spliced so that everything a report says of it is known.

480 x 272 as shown, 209 frames:

    frames      on screen
    0-49        a man talks in a car, close
    50-79       a street from above, no person
    80          one frame of the man
    81-120      the man twice, side by side, the right one mirrored
    121-145     the man far away on a street: his face is smaller than 32 px
    146-170     the man so far right that the frame's edge cuts his face
    171-183     a man in a suit walks by
    184-208     a parked bicycle, no person
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from emotion_core.settings import ShotSettings
from tests.support.clips import BIKES, man, placed, shot
from tests.support.films import Picture

WIDTH, HEIGHT = 480, 272

CUTS = (0, 50, 80, 81, 121, 146, 171, 184)
NAMES = ("Car", "From above", "Flash", "Twice", "Far away", "At the edge", "Suit", "Bicycle")
FRAMES = 209
SHOTS = ShotSettings(detector="cuts", cuts=tuple(zip(CUTS, NAMES, strict=True)))


def pictures() -> Iterator[Picture]:
    """The film's frames as a viewer sees them."""
    black = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    street = next(cropped(0, 1))
    for close in man(0, 50, 272):
        yield placed(close, 58, black)
    yield from cropped(0, 30)
    for close in man(60, 61, 272):
        yield placed(close, 58, black)
    for half in man(60, 100, 170):
        yield placed(half[:, ::-1], 248, placed(half, 16, black))
    for far in man(0, 25, 76):
        yield placed(far, 100, street)
    for close in man(0, 25, 272):
        yield placed(close, 285, black)
    yield from cropped(30, 43, left=120)
    yield from cropped(215, 240)


def cropped(first: int, last: int, left: int = 80) -> Iterator[Picture]:
    """The clip with the bicycles from its column `left` on, as wide as the film."""
    for picture in shot(BIKES, first, last):
        yield picture[:, left : left + WIDTH]
