"""A model's input is to the bit what the checkpoint's own image processor makes, whichever way it is made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from emotion_core.expression.checkpoints import EMBEDDED, locate
from emotion_core.expression.checkpoints.preprocessing import by_processor, level_table
from tests.support.late import Late

transformers = Late("transformers")

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
    return transformers.AutoImageProcessor.from_pretrained(
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
    table = level_table(own, channels)
    prepare = table or by_processor(own, channels)
    images = [Image.fromarray(crop) for crop in crops]
    if channels == 1:
        images = [image.convert("L") for image in images]
    created, request = prepare(crops), own(images=images, return_tensors="pt")["pixel_values"]
    np.testing.assert_array_equal(created, request.numpy())
    assert created.flags.c_contiguous
    assert created.dtype == np.float32
    assert (table is not None) is looked_up
    if table is not None and table.resizing is not None:
        small = [table.resizing(crop) for crop in crops]
        assert {crop.nbytes for crop in small} == {created[0].size}
        np.testing.assert_array_equal(prepare(small), created)
