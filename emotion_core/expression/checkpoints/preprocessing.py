"""From crops to a model's input, exactly as the checkpoint's own image processor makes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...system import memory_limits

Prepare = Callable[[Sequence[NDArray[np.uint8]]], NDArray[np.float32]]
"""RGB crops of any size (h, w, 3) -> the model's input (n, c, H, W); the crops' grey where c is 1."""

_LEVELS = 256
_TRIED = ((48, 64), (131, 97), (7, 300), (2, 2))
"""Heights and widths of the pictures on which the quick way must equal the processor."""


@dataclass(frozen=True, slots=True)
class Resizing:
    """The first step of a LevelTable with three channels, where crops are to be small before the rest is done."""

    width: int
    height: int
    resample: int
    """A Pillow filter."""

    def __call__(self, crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """An RGB crop at the size of the model's input; made of it, the input is that of the whole crop to the bit."""
        return np.asarray(_resized(crop, 3, self))


@dataclass(frozen=True, slots=True, eq=False)
class LevelTable:
    """The quick way: resize, then look each level of each channel up in a table. It needs no transformers.

    A transformers processor that only resizes to one size, rescales and normalizes spends most of its time on the
    latter two, one face at a time. The table holds what the processor itself makes of each level. Grey is ITU-R
    BT.601, as in Pillow.
    """

    width: int
    height: int
    resample: int
    """A Pillow filter."""
    levels: NDArray[np.float32]
    """(256, c), c 1 or 3."""

    def __call__(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """A Prepare."""
        channels = self.levels.shape[1]
        pixels = np.empty((len(crops), self.height, self.width, channels), dtype=np.float32)
        for crop, into in zip(crops, pixels, strict=True):
            cv2.LUT(np.asarray(_resized(crop, channels, self)), self.levels[None], dst=into)
        return np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))

    @property
    def resizing(self) -> Resizing | None:
        """None for grey input: it is resized when it is grey."""
        return Resizing(self.width, self.height, self.resample) if self.levels.shape[1] == 3 else None


def level_table(processor: Any, channels: int) -> LevelTable | None:
    """The quick way for a processor and a model of 1 or 3 `channels`; None where it is not exact.

    Raises OutOfMemory: None would be stored.
    """
    try:
        table = _filled(processor, channels)
        draw = np.random.default_rng(0)
        pictures = [draw.integers(0, _LEVELS, (*size, 3), dtype=np.uint8) for size in _TRIED]
        exact = np.array_equal(table(pictures), by_processor(processor, channels)(pictures))
    except Exception as error:  # then the processor itself runs, and its errors show
        memory_limits.raise_if_memory_error(error, "The checkpoint's image processor")
        return None
    return table if exact else None


def by_processor(processor: Any, channels: int) -> Prepare:
    """The preparation by the processor itself, for a model of 1 or 3 `channels`."""

    def prepare(crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        images = [_image(crop, channels) for crop in crops]
        return np.ascontiguousarray(processor(images=images, return_tensors="pt")["pixel_values"].numpy())

    return prepare


def _filled(processor: Any, channels: int) -> LevelTable:
    levels = np.broadcast_to(np.arange(_LEVELS, dtype=np.uint8)[None, :, None], (1, _LEVELS, 3))
    normalized = processor(images=[_image(levels, channels)], do_resize=False, return_tensors="np")["pixel_values"]
    table = np.asarray(normalized, dtype=np.float32).reshape(channels, _LEVELS).T.copy()
    size = processor.size
    return LevelTable(int(size["width"]), int(size["height"]), int(Image.Resampling(processor.resample)), table)


def _resized(crop: NDArray[np.uint8], channels: int, to: LevelTable | Resizing) -> Image.Image:
    return _image(crop, channels).resize((to.width, to.height), Image.Resampling(to.resample))


def _image(crop: NDArray[np.uint8], channels: int) -> Image.Image:
    """A Pillow image leaves no doubt about the channel order, as an array three pixels high would."""
    image = Image.fromarray(crop)
    return image.convert("L") if channels == 1 else image
