"""The network in OpenVINO computes what dlib's layers are defined to."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from emotion_core.faces.embedding.network import BATCH, EmbeddingNetwork
from emotion_core.faces.embedding.network_file import BLOCKS, SIZE
from tests.support.dlib_file import Layer, random_network, random_weights


@cache
def network() -> EmbeddingNetwork:
    return EmbeddingNetwork(random_weights(), threads=1)


@cache
def chips() -> tuple[NDArray[np.uint8], ...]:
    random = np.random.default_rng(5)
    return tuple(random.integers(0, 256, (BATCH + 3, SIZE, SIZE, 3), dtype=np.uint8))


def by_definition(chip: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The embedding, layer by layer, in PyTorch; sizes of sums are those of dlib: the larger, filled with zeros."""
    truth = random_network()
    pixels = (torch.from_numpy(chip.astype(np.float32)) - torch.tensor([122.782, 117.001, 104.298])) / 256
    node = F.max_pool2d(F.relu(_layer(pixels.permute(2, 0, 1)[None], truth.layers[0])), 3, 2)
    for number, (_, halves) in enumerate(BLOCKS):
        first, second = truth.layers[1 + 2 * number : 3 + 2 * number]
        inner = _layer(F.relu(_layer(node, first)), second)
        shortcut = F.avg_pool2d(node, 2, 2) if halves else node
        channels, rows, columns = (max(a, b) for a, b in zip(inner.shape[1:], shortcut.shape[1:], strict=True))
        total = torch.zeros(1, channels, rows, columns)
        for part in (inner, shortcut):
            total[:, : part.shape[1], : part.shape[2], : part.shape[3]] += part
        node = F.relu(total)
    result: NDArray[np.float32] = (node.mean((2, 3)) @ torch.from_numpy(truth.projection))[0].numpy()
    return result


def _layer(node: torch.Tensor, layer: Layer) -> torch.Tensor:
    weights, bias, scale, shift = map(torch.from_numpy, (layer.weights, layer.bias, layer.scale, layer.shift))
    node = F.conv2d(node, weights, bias, layer.stride, layer.padding)
    return node * scale.reshape(1, -1, 1, 1) + shift.reshape(1, -1, 1, 1)


def test_embeddings_are_those_of_dlibs_layers() -> None:
    """The folded network gives what the layers give one after another, but for rounding."""
    expected = by_definition(chips()[0])
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(network().embed(chips()[:1])[0], expected, atol=2e-4 * np.abs(expected).max())


def test_an_embedding_is_the_same_in_any_company() -> None:
    """To the last bit, whichever chips are run with it, and at whichever place."""
    together = network().embed(chips())
    assert len(together) == BATCH + 3
    assert network().embed(()).shape == (0, 128)
    for order in ([2], [9, 2, 0], [2, *range(BATCH)]):
        rows = network().embed([chips()[i] for i in order])
        assert rows.tobytes() == together[order].tobytes()
