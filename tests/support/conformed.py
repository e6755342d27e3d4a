"""Two cuts with a known footage, between which lists are moved.

At 25 frames a second. The first cut, from 01:00:00:00, has four scenes of 250 frames. In the second, from 02:00:00:00,
the first is whole, the second without its first 100 frames, the third left out, the fourth whole; then the first is
shown again.
"""

from __future__ import annotations

from fractions import Fraction

from emotion_core.interchange.conforming import Cut, TwoCuts
from emotion_core.interchange.conforming.cuts import footage
from emotion_core.interchange.conforming.stretches import FrameStretch
from emotion_core.scenes import Scene, Shot
from emotion_core.timecode import Span
from tests.support.scans import PAL, media

STRETCHES = [
    FrameStretch((0, 250), (0, 250)),
    FrameStretch((350, 500), (250, 400)),
    FrameStretch((750, 1000), (400, 650)),
    FrameStretch((0, 250), (650, 900), is_moved=True),
]


def two_known_cuts() -> TwoCuts:
    """The cuts described above."""
    scenes = tuple(_scene(number) for number in range(1, 5))
    first = Cut(media(duration=Fraction(40), start_frame=90_000), 1000, scenes, (250, 500, 750))
    second = Cut(media(duration=Fraction(36), start_frame=180_000), 900, (), (250, 400, 650))
    return TwoCuts(first, second, footage((first, second), STRETCHES))


def _scene(number: int) -> Scene:
    start, end = 250 * (number - 1), 250 * number
    return Scene(start, number, (Shot(start, end, Span(start / PAL, end / PAL)),))
