"""From crops to a model's input, as the checkpoint's own image processor makes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

Prepare = Callable[[Sequence[NDArray[np.uint8]]], torch.Tensor]
"""RGB crops of any size (h, w, 3) -> the model's input (n, c, H, W), float32; the crops' grey where c is 1."""

_LEVELS = 256
_TRIED = ((48, 64), (131, 97), (7, 300), (2, 2))
"""Heights and widths of the pictures on which the quick way must do exactly what the processor does."""


def preparation(processor: Any, channels: int) -> Prepare:
    """How crops are prepared for a model of 1 or 3 `channels`: the quick way, where it is exact, else the processor.

    A transformers processor that only resizes to one size, rescales and normalizes does the latter two, which take most
    of its time, for one face at a time. What comes out for each level of each channel is therefore looked up, in a
    table that the processor itself has made. Grey is ITU-R BT.601, as Pillow makes it.
    """

    def by_processor(crops: Sequence[NDArray[np.uint8]]) -> torch.Tensor:
        pixels: torch.Tensor = processor(images=[_image(crop, channels) for crop in crops], return_tensors="pt")[
            "pixel_values"
        ]
        return pixels

    try:
        quick = _quick(processor, channels)
        draw = np.random.default_rng(0)
        tried = [draw.integers(0, _LEVELS, (*size, 3), dtype=np.uint8) for size in _TRIED]
        exact = torch.equal(quick(tried), by_processor(tried))
    except Exception:  # whatever a processor lacks or raises, it lacks or raises itself in the plain way
        exact = False
    return quick if exact else by_processor


def _quick(processor: Any, channels: int) -> Prepare:
    width, height = int(processor.size["width"]), int(processor.size["height"])
    resample = Image.Resampling(processor.resample)
    levels = np.broadcast_to(np.arange(_LEVELS, dtype=np.uint8)[None, :, None], (1, _LEVELS, 3))
    made = processor(images=[_image(levels, channels)], do_resize=False, return_tensors="np")["pixel_values"]
    table = np.asarray(made, dtype=np.float32).reshape(channels, 1, _LEVELS).transpose(1, 2, 0).copy()

    def quick(crops: Sequence[NDArray[np.uint8]]) -> torch.Tensor:
        pixels = np.empty((len(crops), height, width, channels), dtype=np.float32)
        for crop, into in zip(crops, pixels, strict=True):
            cv2.LUT(np.asarray(_image(crop, channels).resize((width, height), resample)), table, dst=into)
        return torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()

    return quick


def _image(crop: NDArray[np.uint8], channels: int) -> Image.Image:
    """A Pillow image leaves no doubt about the channel order, as an array three pixels high would."""
    image = Image.fromarray(crop)
    return image.convert("L") if channels == 1 else image
