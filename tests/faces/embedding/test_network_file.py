"""dlib's file of its network is read exactly, and any other is refused in one way."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.errors import EngineError
from emotion_core.faces.embedding.network_file import BLOCKS, read_network
from tests.support.dlib_file import random_network


def test_every_weight_is_read() -> None:
    """Weights, strides and padding come back as they were written, each at its place."""
    truth = random_network()
    read = read_network(truth.content)
    layers = [read.stem, *(layer for block in read.blocks for layer in (block.first, block.second))]
    assert len(layers) == len(truth.layers) == 1 + 2 * len(BLOCKS)
    for layer, written in zip(layers, truth.layers, strict=True):
        assert (layer.stride, layer.padding) == (written.stride, written.padding)
        for name in ("weights", "bias", "scale", "shift"):
            np.testing.assert_array_equal(getattr(layer, name), getattr(written, name))
    np.testing.assert_array_equal(read.projection, truth.projection)
    assert read.mean == pytest.approx((122.782, 117.001, 104.298), abs=1e-5)
    assert [block.halves for block in read.blocks] == [halves for _, halves in BLOCKS]


def test_another_or_damaged_file_is_refused() -> None:
    """Bytes that are cut off, go on, are changed in their structure, or hold no number raise EngineError."""
    content = random_network().content
    end = len(content)
    damaged = {
        "empty": b"",
        "text": b"PK\3\4 this is an archive",
        "cut in a weight": content[: end // 2],
        "cut at the end": content[:-1],
        "longer": content + b"\0",
        "another loss": content.replace(b"loss_metric_2", b"loss_metric_3", 1),
        "another layer": content.replace(b"affine_", b"bn_con_", 1),
        "another kind": content.replace(b"con_4", b"con_9", 1),
        "an integer of 9 bytes": b"\x09" + content[1:],
        "no flag": content.replace(b"relu_110", b"relu_1x0", 1),
        "NaN": content[:400] + b"\xff" * 8 + content[408:],
    }
    for name, other in damaged.items():
        assert other != content, name
        with pytest.raises(EngineError, match="not dlib's face recognition network, or it is damaged"):
            read_network(other)
