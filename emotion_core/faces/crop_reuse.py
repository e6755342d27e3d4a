"""Faces that look as they did on the sampled frame before: in a freeze, a title card, a still, animation on twos.

Such a face is not read again, its numbers are taken over. Each crop is held against the one that was read, never
against one that was itself taken over: small changes cannot add up to a large one unseen. Nothing here hangs on where a
film is cut into segments: what was seen last is handed from one to the next, also over a restart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 48
"""Crops are compared at this size, pixels."""
LEVELS = 2
"""No value of the small pictures differs by more, of 255. Of 980 faces on neighbouring frames of real clips those this
much alike differed by 0.004 at most in any probability of the embedded checkpoint; the same faces with grain, coded
anew, by 0.0098, with grain that no codec has touched by 0.03 (0.004 in the mean)."""
SHIFT = 0.05
"""A face is at the same place if its middle moved by no more than this share of its box's longer side."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A face that the model was given to read."""

    frame: int
    """The sampled frame it was on."""
    box: Box
    """As observations.Face.box."""
    picture: NDArray[np.uint8]
    """Its crop, RGB (SIDE, SIDE, 3); (0, 0, 3) as a scan that keeps no pictures writes it down: see carried_again."""


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """What was read of a face on the last sampled frame of a segment, for the next segment to compare with."""

    reading: Reading
    logits: tuple[float, ...]


def without_picture(carried: Carried) -> Carried:
    """The same with nothing to look at; its frame and box say where the picture can be had again."""
    return replace(carried, reading=replace(carried.reading, picture=np.empty((0, 0, 3), dtype=np.uint8)))


class Repeats:
    """Tells which faces of a sampled frame were read before; frames come in order."""

    def __init__(self, before: Iterable[Reading] = ()) -> None:
        """`before`: the readings that hold for the faces of the sampled frame before the first that will come."""
        self.last = tuple(before)
        """The readings that hold for the faces of the last frame."""

    def readings(self, frame: int, faces: Sequence[tuple[Box, NDArray[np.uint8]]]) -> tuple[Reading, ...]:
        """The reading that holds for each of a frame's faces (box and RGB crop): an earlier one, or one to be made."""
        new = [Reading(frame, box, small(crop)) for box, crop in faces]
        self.last = tuple(next((old for old in self.last if alike(old, one)), one) for one in new)
        return self.last


def alike(one: Reading, other: Reading) -> bool:
    """Whether two crops are the same picture at the same place, but for what coding leaves."""
    shift = np.abs(_middle(one.box) - _middle(other.box)).max()
    if shift > SHIFT * max(*one.box[2:], *other.box[2:]):
        return False
    return bool(np.abs(one.picture.astype(np.int16) - other.picture).max() <= LEVELS)


def small(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An RGB crop of any size at SIDE x SIDE."""
    return np.asarray(cv2.resize(crop, (SIDE, SIDE), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _middle(box: Box) -> NDArray[np.float64]:
    return np.array([box[0] + box[2] / 2, box[1] + box[3] / 2])
