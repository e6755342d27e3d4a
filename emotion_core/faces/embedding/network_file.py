"""Reader of dlib's file of its face recognition network (dlib_face_recognition_resnet_model_v1.dat).

dlib writes a network as nested layers: first the version of each layer from the last to the first, then what each holds
from the first to the last. So say dlib/serialize.h, dnn/core.h and dnn/layers.h of dlib 19.8;
dlib.net/dnn_face_recognition_ex.cpp.html has the layers.

Only this one network is read: each layer must be the one that belongs at its place. Nothing of the file is run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...errors import EngineError
from .dlib_fields import Array, Fields, OtherFileError

SIZE = 150
"""Pixels a side of the network's input."""
NUMBERS = 128
"""Numbers of an embedding."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution, and the affine layer after it: (weights * input + bias) * scale + shift, a channel each."""

    weights: Array
    """(channels out, channels in, rows, columns)."""
    bias: Array
    scale: Array
    shift: Array
    stride: int
    padding: int
    """Zeros on each side of the input."""


@dataclass(frozen=True, slots=True)
class Block:
    """A residual block: two convolutions beside a shortcut, whose sum passes a ReLU."""

    first: Convolution
    second: Convolution

    @property
    def halves(self) -> bool:
        """Whether the first convolution takes every other pixel; the shortcut then has means of 2 x 2 pixels."""
        return self.first.stride == 2


@dataclass(frozen=True, slots=True)
class NetworkWeights:
    """What the file holds."""

    mean: tuple[float, float, float]
    """Of red, green and blue, taken from each pixel before it is divided by 256."""
    stem: Convolution
    blocks: tuple[Block, ...]
    projection: Array
    """(channels, NUMBERS), from the last block's means of each channel."""


BLOCKS = (
    *[(32, False)] * 3, (64, True), *[(64, False)] * 3, (128, True), *[(128, False)] * 2,
    (256, True), *[(256, False)] * 2, (256, True),
)  # fmt: skip
"""Channels of each residual block, and whether it halves its picture."""

_LAYER, _TAG, _FIRST_LAYER = 2, 1, 3
"""Versions: of a layer, of a mark in the network, and of the layer that holds the input."""
_BLOCK = (_TAG, *[_LAYER] * 7)
"""Versions of a block's layers, first to last: mark, convolution, affine, ReLU, convolution, affine, sum, ReLU."""
_HALVING_BLOCK = (_TAG, *[_LAYER] * 5, _TAG, _TAG, *[_LAYER] * 3)
"""As _BLOCK; a mark, a step back to the first mark and the means come before the sum."""


def read_network(content: bytes) -> NetworkWeights:
    """The network in the bytes of dlib's file. Raises EngineError where they are another file, or damaged."""
    try:
        return _read(Fields(content))
    except OtherFileError as error:
        raise EngineError(f"This is not dlib's face recognition network, or it is damaged ({error}).") from error


def _read(fields: Fields) -> NetworkWeights:
    fields.expect(1, "the version of the loss")
    fields.expect_text("loss_metric_2")
    fields.real()  # margin and distance of training
    fields.real()
    for version in reversed(list(_versions())):
        fields.expect(version, "the version of a layer")
    fields.expect_text("input_rgb_image_sized")
    mean = (fields.real(), fields.real(), fields.real())
    fields.expect(SIZE, "the input's height")
    fields.expect(SIZE, "the input's width")
    stem = _convolution(fields, 3, 32, side=7, stride=2, first=True)
    _relu(fields)
    _pool(fields, "max_pool_2", 3, 2)
    blocks, channels = [], 32
    for wanted, halves in BLOCKS:
        blocks.append(_block(fields, channels, wanted, halves=halves))
        channels = wanted
    _pool(fields, "avg_pool_2", 0, 1)  # of all that is left
    projection = _projection(fields, channels)
    if not fields.at_end:
        raise fields.unexpected("it goes on after its end")
    return NetworkWeights(mean, stem, tuple(blocks), projection)


def _versions() -> Iterator[int]:
    """Versions of all layers, first to last."""
    yield from (_FIRST_LAYER, _LAYER, _LAYER, _LAYER)  # convolution, affine, ReLU, max pool
    for _, halves in BLOCKS:
        yield from _HALVING_BLOCK if halves else _BLOCK
    yield from (_LAYER, _LAYER)  # means, projection


def _block(fields: Fields, channels: int, wanted: int, *, halves: bool) -> Block:
    first = _convolution(fields, channels, wanted, side=3, stride=2 if halves else 1)
    _relu(fields)
    second = _convolution(fields, wanted, wanted, side=3, stride=1)
    if halves:
        _pool(fields, "avg_pool_2", 2, 2)
    fields.expect_text("add_prev_")
    _end_layer(fields)
    _relu(fields)
    return Block(first, second)


def _convolution(
    fields: Fields, channels: int, wanted: int, *, side: int, stride: int, first: bool = False
) -> Convolution:
    """A convolution and the affine layer after it."""
    filters = wanted * channels * side * side
    padding = side // 2 if stride == 1 else 0
    fields.expect_text("con_4")
    values = fields.tensor(filters + wanted)
    for value in (wanted, side, side, stride, stride, padding, padding):
        fields.expect(value, "a number of a convolution")
    fields.view(wanted, channels, side, side)
    fields.view(1, wanted, 1, 1)
    _end_trained_layer(fields)
    if first:
        fields.expect(1, "the copies of a picture")
    fields.expect_text("affine_")
    scale_and_shift = fields.tensor(2 * wanted)
    fields.view(1, wanted, 1, 1)
    fields.view(1, wanted, 1, 1)
    fields.expect(0, "the mode of an affine layer")
    _end_layer(fields)
    weights = values[:filters].reshape(wanted, channels, side, side)
    scale, shift = scale_and_shift[:wanted], scale_and_shift[wanted:]
    return Convolution(weights, values[filters:], scale, shift, stride, padding)


def _relu(fields: Fields) -> None:
    fields.expect_text("relu_")
    _end_layer(fields)


def _pool(fields: Fields, name: str, side: int, stride: int) -> None:
    fields.expect_text(name)
    for value in (side, side, stride, stride, 0, 0):
        fields.expect(value, f"a number of {name}")
    _end_layer(fields)


def _projection(fields: Fields, channels: int) -> Array:
    fields.expect_text("fc_2")
    fields.expect(NUMBERS, "the numbers of an embedding")
    fields.expect(channels, "the channels of the last layer")
    projection = fields.tensor(channels, NUMBERS)
    fields.view(channels, NUMBERS, 1, 1)
    fields.view(0, 0, 0, 0)
    fields.expect(1, "the mode of the last layer")  # no bias
    _end_trained_layer(fields)
    return projection


def _end_trained_layer(fields: Fields) -> None:
    for _ in range(4):  # how fast it learns
        fields.real()
    _end_layer(fields)


def _end_layer(fields: Fields) -> None:
    """What every layer ends with: three flags, and three tensors of training, which are empty."""
    if set(fields.take(3)) - set(b"01"):
        raise fields.unexpected("a flag that is neither 0 nor 1")
    for _ in range(3):
        fields.no_tensor()
