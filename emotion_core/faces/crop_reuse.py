"""Reuse of readings: a face whose crop is the same as on the sampled frame before is not read again.

That is so in a freeze, a title card, a still, or animation on twos. Each crop is compared with the one that was read,
never with one whose reading was itself reused, so that small changes cannot add up unnoticed. The result does not
depend on where a film is cut into segments: the state at a seam is handed from one segment to the next, also over a
restart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .detector import Box

SIDE = 48
"""Pixels a side at which crops are compared."""
LEVELS = 2
"""Largest difference of a value, of 255, between crops that count as the same. Of 980 faces on neighbouring frames of
real clips those this much alike differed by at most 0.004 in any probability of the embedded checkpoint; the same faces
with grain, coded again, by 0.0098; with grain that no codec has touched by 0.03 (0.004 in the mean)."""
SHIFT = 0.05
"""A face is at the same place if its middle moved by no more than this share of its box's longer side."""

NO_CROP: NDArray[np.uint8] = np.empty((0, 0, 3), dtype=np.uint8)
"""Stands for a crop that is not there."""
_PROBES = np.array([9, 19, 29, 38])
"""Rows and columns, of SIDE, whose crossings are compared first."""


class CropReading:
    """A face that the model was given to read."""

    def __init__(self, frame: int, box: Box, crop: NDArray[np.uint8] = NO_CROP) -> None:
        """`frame` is the sampled frame that it was on, `box` as observations.Face.box, `crop` RGB of any size.

        A crop is NO_CROP where none is compared, and as stored by a scan that keeps no pictures: see restore_crops.
        """
        self.frame, self.box, self.crop = frame, box, crop

    @property
    def picture(self) -> NDArray[np.uint8]:
        """Its crop, RGB (SIDE, SIDE, 3), or NO_CROP. Most crops are never compared: it is made on the first call."""
        if self.crop.size and self.crop.shape != (SIDE, SIDE, 3):
            self.crop = comparison_crop(self.crop)
        return self.crop


@dataclass(frozen=True, slots=True, eq=False)
class SeamState:
    """The reading of a face on the last sampled frame of a segment, for the next segment to compare with."""

    reading: CropReading
    logits: tuple[float, ...]


def without_crop(state: SeamState) -> SeamState:
    """The state without its crop; frame and box say where the crop can be cut out again."""
    return replace(state, reading=CropReading(state.reading.frame, state.reading.box))


class CropReuse:
    """Finds the faces of a sampled frame that were read before; frames come in order."""

    def __init__(self, before: Iterable[CropReading] = ()) -> None:
        """`before`: the readings of the faces of the sampled frame before the first one to come."""
        self.last = tuple(before)
        """The readings of the faces of the last frame."""

    def readings(self, frame: int, faces: Sequence[tuple[Box, NDArray[np.uint8]]]) -> tuple[CropReading, ...]:
        """The reading of each of a frame's faces (box and RGB crop): that of an earlier frame, or a new one.

        Crops of the last frame alone are kept.
        """
        before, new = self.last, [CropReading(frame, box, crop) for box, crop in faces]
        self.last = tuple(next((old for old in before if alike(old, reading)), reading) for reading in new)
        for reading in set(before).difference(self.last):
            reading.crop = NO_CROP
        return self.last


def alike(first: CropReading, second: CropReading) -> bool:
    """Whether two crops are the same picture at the same place, but for differences of coding."""
    if not may_be_alike(first.box, second.box):
        return False
    if _differ_at_probes(first.crop, second.crop):
        return False
    return bool(np.abs(first.picture.astype(np.int16) - second.picture).max() <= LEVELS)


def may_be_alike(first: Box, second: Box) -> bool:
    """Whether two boxes are at the same place, so that `alike` may hold of their faces."""
    shift = np.abs(_middle(first) - _middle(second)).max()
    return bool(shift <= SHIFT * max(*first[2:], *second[2:]))


def _differ_at_probes(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> bool:
    """Whether the pictures of two crops differ by more than LEVELS at one of a few pixels.

    That is so of nearly all crops that differ, and takes a tenth of the time of making the pictures.
    """
    if min(len(first), len(second)) < SIDE:
        return False
    # Both are rounded where pictures are made, by half a level at most.
    return bool(np.abs(_at_probes(first) - _at_probes(second)).max() > LEVELS + 1.01)


def _at_probes(crop: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Pixels of comparison_crop(crop) where _PROBES cross, not rounded: means of areas of the crop."""
    scale = len(crop) / SIDE
    begin = _PROBES[:, None] * scale
    pixels = np.floor(begin).astype(np.intp) + np.arange(math.ceil(scale) + 1)
    covered = np.clip(np.minimum(pixels + 1, begin + scale) - np.maximum(pixels, begin), 0, None) / scale
    pixels = np.minimum(pixels, len(crop) - 1)
    areas = crop[pixels[:, None, :, None], pixels[None, :, None, :]]
    means: NDArray[np.float64] = np.einsum("ik,jl,ijklc->ijc", covered, covered, areas)
    return means


def comparison_crop(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An RGB crop of any size at SIDE x SIDE."""
    import cv2  # stored crops are compared without it

    return np.asarray(cv2.resize(crop, (SIDE, SIDE), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _middle(box: Box) -> NDArray[np.float64]:
    return np.array([box[0] + box[2] / 2, box[1] + box[3] / 2])
