"""A network that begins as dlib's: layer by layer it gives what that one's file says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.support.dlib_file import random_weights
from tests.support.late import Late

torch = Late("torch")
face_start = Late("emotion_core.training.face_start")

pytestmark = pytest.mark.usefixtures("one_thread")

FACES = np.random.default_rng(3).integers(0, 256, (24, 96, 96), dtype=np.uint8)


@pytest.fixture(scope="module")
def model() -> Any:
    return face_start.face_network(random_weights(), FACES, 5).eval()


def _by_dlib(x: Any, layer: Any, padding: int) -> Any:
    """A convolution of the file and the affine layer after it."""
    found = torch.nn.functional.conv2d(
        x, torch.from_numpy(layer.weights), torch.from_numpy(layer.bias), stride=layer.stride, padding=padding
    )
    return found * torch.from_numpy(layer.scale).view(1, -1, 1, 1) + torch.from_numpy(layer.shift).view(1, -1, 1, 1)


def test_the_first_layer_reads_grey_as_dlib_reads_its_colour(model: Any) -> None:
    """A grey face gives what the file's network gives for red, green and blue of that grey, but for the rim."""
    weights = random_weights()
    grey = torch.from_numpy(FACES[:4]).unsqueeze(1).float()
    colour = (grey.expand(-1, 3, -1, -1) - torch.tensor(weights.mean).view(1, 3, 1, 1)) / 256
    expected = torch.relu(_by_dlib(colour, weights.stem, padding=3))
    with torch.inference_mode():
        found = model.resnet.embedder.embedder((grey / 255 - 0.5) / 0.25)
    # Beyond the rim is grey here, and dlib's mean there.
    assert torch.allclose(found[..., 2:-2, 2:-2], expected[..., 2:-2, 2:-2], atol=1e-4)


def test_blocks_are_those_of_the_file(model: Any) -> None:
    """A block that keeps its size gives what the file's gives; one that halves has its filters, half a pixel off."""
    blocks = random_weights().blocks
    layers = [layer for stage in model.resnet.encoder.stages for layer in stage.layers]
    assert len(layers) == 13
    random = torch.Generator().manual_seed(2)
    for layer, block in zip(layers, blocks, strict=False):
        x = torch.rand(2, block.first.weights.shape[1], 8, 8, generator=random)
        with torch.inference_mode():
            inner = layer.layer(x)
            found = layer(x)
        expected = _by_dlib(torch.relu(_by_dlib(x, block.first, padding=1)), block.second, padding=1)
        assert torch.allclose(inner, expected, atol=1e-4)
        if not block.halves:
            assert torch.allclose(found, torch.relu(expected + x), atol=1e-4)


def test_a_halving_block_keeps_one_pixel_of_four_beside(model: Any) -> None:
    """Beside the convolutions, the channels that were there pass unchanged; new ones are small, and are trained."""
    halving = next(stage.layers[0] for stage in list(model.resnet.encoder.stages)[1:])
    x = torch.rand(2, 32, 8, 8, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        beside = halving.shortcut(x)
    assert torch.allclose(beside[:, :32], x[..., ::2, ::2], atol=1e-5)
    assert 0 < float(beside[:, 32:].abs().mean()) < float(x.mean()) / 2
    assert float(halving.shortcut.normalization.weight.detach()[32:].min()) > 0


def test_equal_seeds_begin_alike(model: Any) -> None:
    """The same file, faces and seed give the same network; another seed another last layer."""
    again = face_start.face_network(random_weights(), FACES, 5).state_dict()
    assert all(torch.equal(value, again[name]) for name, value in model.state_dict().items())
    other = face_start.face_network(random_weights(), FACES, 6).state_dict()
    assert not torch.equal(other["classifier.1.weight"], again["classifier.1.weight"])
