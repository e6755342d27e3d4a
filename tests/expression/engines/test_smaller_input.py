"""A vision transformer at fewer pixels: the numbers are those of its own interpolation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emotion_core.expression.checkpoints import load, locate
from emotion_core.expression.engines import smaller_input
from emotion_core.expression.engines.smaller_input import Patches
from tests.support import checkpoints
from tests.support.late import Late

torch = Late("torch")
torch_engine = Late("emotion_core.expression.engines.torch_engine")

LABELS = ("happy", "sad", "calm")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))


def test_the_sizes_of_the_reference() -> None:
    """Whole patches, from seven tenths to half of the own side; the work of a face falls with their number."""
    reference = Patches(224, 16)
    assert reference.smaller == (144, 128, 112)
    assert [reference.count(side) for side in (224, *reference.smaller)] == [197, 82, 65, 50]
    assert Patches(32, 16).smaller == (16,)


def test_logits_are_those_of_the_models_own_interpolation(tmp_path: Path) -> None:
    """Resized to the smaller size once, and run with `interpolate_pos_encoding`; networks of both sizes have caches of
    their own, so that the size that was read first does not decide.
    """
    own = load(locate(str(checkpoints.vit(tmp_path / "faces", LABELS))))
    assert smaller_input.patches(own) == Patches(32, 16)
    small = smaller_input.at_side(own, 16)
    draw = np.random.default_rng(0)
    crops = [draw.integers(0, 256, (60, 48, 3), dtype=np.uint8) for _ in range(3)]
    read = [
        torch_engine.TorchEngine(each, batch=1, threads=1, reason="", recorded=True).logits(crops)
        for each in (own, small)
    ]
    resized = [np.asarray(Image.fromarray(crop).resize((16, 16), Image.Resampling.BILINEAR)) for crop in crops]
    pixels = own.processor(images=resized, do_resize=False, return_tensors="pt")["pixel_values"]
    with torch.inference_mode():
        expected = own.model(pixel_values=pixels, interpolate_pos_encoding=True).logits.numpy()
    np.testing.assert_allclose(read[1], expected, atol=1e-5)
    assert np.abs(read[0] - read[1]).max() > 0.01
    assert small.identity.key != own.identity.key
    assert (small.identity.hash, small.identity.labels) == (own.identity.hash, own.identity.labels)


def test_what_cannot_be_read_smaller(tmp_path: Path) -> None:
    """A convolutional network, and a transformer whose config names no size, or another than its processor's."""
    assert smaller_input.patches(load(locate(str(checkpoints.resnet(tmp_path / "resnet", LABELS))))) is None
    folder = checkpoints.vit(tmp_path / "faces", LABELS)
    checkpoint = load(locate(str(folder)))
    config = json.loads((folder / "config.json").read_text())
    for change in ({"image_size": None}, {"image_size": 48}, {"patch_size": 20}, {"patch_size": "?"}):
        (folder / "config.json").write_text(json.dumps(config | change))
        assert smaller_input.patches(checkpoint) is None
