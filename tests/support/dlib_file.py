"""dlib's file of its face recognition network, with random weights: written here, since the real one has 100 MB."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from emotion_core.faces.embedding.network_file import BLOCKS, NetworkWeights, read_network

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Layer:
    """A convolution with the affine layer after it: (out, in, rows, columns), then a number a channel out each."""

    weights: Array
    bias: Array
    scale: Array
    shift: Array
    stride: int
    padding: int


@dataclass(frozen=True, slots=True)
class Truth:
    """What the written file holds."""

    content: bytes
    layers: tuple[Layer, ...]
    """The first, then two a block."""
    projection: Array


@cache
def random_network(seed: int = 0) -> Truth:
    """A file whose weights are about as large as a trained network's."""
    random = np.random.default_rng(seed)
    layers, channels = [_layer(random, 3, 32, 7, 2, 0)], 32
    for wanted, halves in BLOCKS:
        layers.append(_layer(random, channels, wanted, 3, 2 if halves else 1, 0 if halves else 1))
        layers.append(_layer(random, wanted, wanted, 3, 1, 1))
        channels = wanted
    projection = (random.standard_normal((256, 128)) / 16).astype(np.float32)
    return Truth(_file(layers, projection), tuple(layers), projection)


@cache
def random_weights() -> NetworkWeights:
    """The weights of `random_network()`, as the product reads them."""
    return read_network(random_network().content)


def _layer(random: np.random.Generator, channels: int, wanted: int, side: int, stride: int, padding: int) -> Layer:
    spread = math.sqrt(1 / (channels * side * side))
    weights = random.normal(0, spread, (wanted, channels, side, side)).astype(np.float32)
    bias, shift = (random.normal(0, 0.1, wanted).astype(np.float32) for _ in range(2))
    return Layer(weights, bias, random.uniform(0.5, 1.5, wanted).astype(np.float32), shift, stride, padding)


def _file(layers: list[Layer], projection: Array) -> bytes:
    versions, body = [3, 2, 2, 2], _convolution(layers[0], first=True) + _plain("relu_") + _pool("max_pool_2", 3, 2)
    pairs = zip(layers[1::2], layers[2::2], strict=True)
    for (first, second), (_, halves) in zip(pairs, BLOCKS, strict=True):
        versions += [1, 2, 2, 2, 2, 2, *([1, 1, 2] if halves else []), 2, 2]
        body += _convolution(first) + _plain("relu_") + _convolution(second)
        body += (_pool("avg_pool_2", 2, 2) if halves else b"") + _plain("add_prev_") + _plain("relu_")
    versions += [2, 2]
    body += _pool("avg_pool_2", 0, 1) + _text("fc_2") + _integers(128, 256) + _tensor(projection)
    body += _view(256, 128, 1, 1) + _view(0, 0, 0, 0) + _integers(1) + _real(1) * 4 + _END
    head = _integers(1) + _text("loss_metric_2") + _real(0.04) + _real(0.6) + _integers(*reversed(versions))
    mean = _text("input_rgb_image_sized") + _real(122.782) + _real(117.001) + _real(104.298) + _integers(150, 150)
    return head + mean + body


def _convolution(layer: Layer, *, first: bool = False) -> bytes:
    wanted, _, side, _ = layer.weights.shape
    values = np.concatenate([layer.weights.ravel(), layer.bias])
    content = _text("con_4") + _tensor(values)
    content += _integers(wanted, side, side, layer.stride, layer.stride, layer.padding, layer.padding)
    content += _view(*layer.weights.shape) + _view(1, wanted, 1, 1) + _real(1) * 4 + _END
    content += _integers(1) if first else b""
    affine = _text("affine_") + _tensor(np.concatenate([layer.scale, layer.shift]))
    return content + affine + _view(1, wanted, 1, 1) * 2 + _integers(0) + _END


def _plain(name: str) -> bytes:
    return _text(name) + _END


def _pool(name: str, side: int, stride: int) -> bytes:
    return _text(name) + _integers(side, side, stride, stride, 0, 0) + _END


def _integers(*numbers: int) -> bytes:
    """Each as the number of its bytes, whose top bit is the sign, and these bytes."""
    content = b""
    for number in numbers:
        count = max(1, (abs(number).bit_length() + 7) // 8)
        content += bytes([count | (0x80 if number < 0 else 0)]) + abs(number).to_bytes(count, "little")
    return content


def _real(number: float) -> bytes:
    """As an odd mantissa and an exponent of 2."""
    mantissa, exponent = int(math.ldexp(math.frexp(number)[0], 24)), math.frexp(number)[1] - 24
    return _integers(mantissa, exponent)


def _text(text: str) -> bytes:
    return _integers(len(text)) + text.encode()


def _tensor(values: Array) -> bytes:
    sizes = (*values.shape, 1, 1, 1)[:4]
    return _integers(2, *sizes) + struct.pack(f"<{values.size}f", *values.ravel().tolist())


def _view(*sizes: int) -> bytes:
    return _integers(1, *sizes)


_END = b"110" + _integers(2, 0, 0, 0, 0) * 3
"""Three flags and three empty tensors."""
