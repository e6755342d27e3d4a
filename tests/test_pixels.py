"""A model's input is to the bit what the checkpoint's own image processor makes, whichever way it is made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from transformers import AutoImageProcessor

from emotion_core.expression.checkpoints.location import locate
from emotion_core.expression.checkpoints.names import EMBEDDED
from emotion_core.expression.checkpoints.preprocessing import preparation

THREE = {"image_mean": [0.1, 0.2, 0.3], "image_std": [0.5, 0.6, 0.7]}
ONE = {"image_mean": [0.4], "image_std": [0.3]}


@pytest.fixture(scope="module")
def crops() -> list[NDArray[np.uint8]]:
    """Sixty of all sizes and shapes, smaller and larger than what comes out, noise and plain colours."""
    draw = np.random.default_rng(7)
    noise = [draw.integers(0, 256, (*draw.integers(2, 400, 2), 3), dtype=np.uint8) for _ in range(50)]
    plain = [np.full((90, 80, 3), draw.integers(0, 256, 3), dtype=np.uint8) for _ in range(10)]
    return noise + plain


def processor(**change: Any) -> Any:
    """The embedded checkpoint's, with some of its settings changed."""
    return AutoImageProcessor.from_pretrained(
        locate(EMBEDDED).folder, local_files_only=True, trust_remote_code=False, backend="pil", **change
    )


@pytest.mark.parametrize(
    ("channels", "change", "looked_up"),
    [
        (3, {}, True),
        (3, THREE, True),
        (1, ONE, True),
        (3, {**THREE, "resample": 3, "size": {"height": 120, "width": 56}}, True),
        (3, {"do_normalize": False}, True),
        (3, {"do_center_crop": True, "crop_size": {"height": 64, "width": 64}}, False),
        (3, {"do_pad": True, "pad_size": {"height": 128, "width": 128}}, False),
        (3, {"size": {"shortest_edge": 96}, "do_center_crop": True, "crop_size": {"height": 96, "width": 96}}, False),
    ],
    ids=["embedded", "three ways", "grey", "bicubic", "not normalized", "cropped", "padded", "shortest edge"],
)
def test_to_the_bit_what_the_processor_makes(
    crops: list[NDArray[np.uint8]], channels: int, change: dict[str, Any], looked_up: bool
) -> None:
    """Levels are looked up where a processor does no more than resize and scale; any other one does all of it."""
    own = processor(**change)
    prepare = preparation(own, channels)
    images = [Image.fromarray(crop) for crop in crops]
    if channels == 1:
        images = [image.convert("L") for image in images]
    made, asked = prepare(crops), own(images=images, return_tensors="pt")["pixel_values"]
    assert torch.equal(made, asked)
    assert made.is_contiguous()
    assert made.dtype == torch.float32
    assert (prepare.__name__ == "quick") is looked_up
