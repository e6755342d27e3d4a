"""Shots with several people whose every face is known: cut-outs of clips of one person each, moved over a background.

The clips are one person's each: what lies on top at a place of the picture says whose face is there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from tests.support.films import Picture

WIDTH, HEIGHT = 960, 540
RATE = 24
"""Frames a second of what is made."""
STEP = 12
"""Frames from one sampled frame to the next: two a second, as scans do."""


@dataclass(frozen=True, slots=True)
class Cutout:
    """Where in a clip its person is: left, top, right and bottom in shares of its picture."""

    clip: Path
    area: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """A person in a shot. Places are of the cut-out's middle, in shares of the picture; later parts lie in front."""

    person: str
    path: tuple[tuple[float, float], tuple[float, float]]
    """Where it is on the shot's first and on its last frame."""
    heights: tuple[float, float]
    """Of the cut-out, in shares of the picture's, on the first and the last frame."""
    hidden: tuple[float, float] = (2.0, 2.0)
    """From when to when it is not in the picture, in shares of the shot."""
    sway: float = 0.0
    """How far it swings to both sides, in shares of the picture's width."""
    first: int = 0
    """The first of the clip's sampled pictures that is shown."""


@dataclass(frozen=True, slots=True)
class PeopleShot:
    """Parts on a background, for a number of sampled frames."""

    parts: tuple[Part, ...]
    samples: int


def pictures_of(cutout: Cutout, height: int = 400, every: Fraction = Fraction(1, 2)) -> list[Picture]:
    """A clip's cut-out, a picture every so many seconds, at most `height` high, RGB."""
    out: list[Picture] = []
    left, top, right, bottom = cutout.area
    with av.open(str(cutout.clip)) as container:
        stream = container.streams.video[0]
        rate = stream.average_rate or Fraction(25)
        for index, frame in enumerate(container.decode(stream)):
            if index < len(out) * every * rate:
                continue
            whole = frame.to_ndarray(format="rgb24")
            h, w = whole.shape[:2]
            part = whole[round(top * h) : round(bottom * h), round(left * w) : round(right * w)]
            scale = min(1.0, height / part.shape[0])
            size = (round(part.shape[1] * scale), round(part.shape[0] * scale))
            out.append(np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), dtype=np.uint8))
    return out


def frames_of(
    shot: PeopleShot, clips: Mapping[str, Sequence[Picture]], seed: int
) -> Iterator[tuple[Picture, NDArray[np.int8]]]:
    """The sampled frames of a shot, and for each of their pixels the index of the part that is seen there, or -1."""
    background = _background(seed)
    for number in range(shot.samples):
        at = number / max(1, shot.samples - 1)
        picture, whose = background.copy(), np.full((HEIGHT, WIDTH), -1, dtype=np.int8)
        for index, part in enumerate(shot.parts):
            if part.hidden[0] <= at < part.hidden[1]:
                continue
            clip = clips[part.person]
            source = clip[_there_and_back(part.first + number, len(clip))]
            tall = part.heights[0] + (part.heights[1] - part.heights[0]) * at
            scale = tall * HEIGHT / source.shape[0]
            size = (max(8, round(source.shape[1] * scale)), max(8, round(source.shape[0] * scale)))
            person = cv2.resize(source, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
            x = part.path[0][0] + (part.path[1][0] - part.path[0][0]) * at + part.sway * math.sin(number * 1.7)
            y = part.path[0][1] + (part.path[1][1] - part.path[0][1]) * at
            _place(picture, whose, person, round(x * WIDTH), round(y * HEIGHT), index)
        yield picture, whose


def _there_and_back(number: int, count: int) -> int:
    """An index that goes to the end and back, so that no picture jumps."""
    turn = number % max(1, 2 * count - 2)
    return turn if turn < count else 2 * count - 2 - turn


def _place(picture: Picture, whose: NDArray[np.int8], person: Picture, x: int, y: int, index: int) -> None:
    h, w = person.shape[:2]
    left, top = x - w // 2, y - h // 2
    a, b, c, d = max(0, left), max(0, top), min(WIDTH, left + w), min(HEIGHT, top + h)
    if a < c and b < d:
        picture[b:d, a:c] = person[b - top : d - top, a - left : c - left]
        whose[b:d, a:c] = index


def _background(seed: int) -> Picture:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(20, 200, (5, 8, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
