"""dlib's face recognition network in OpenVINO, on this processor, in fp32.

D. King, "High Quality Face Recognition with Deep Metric Learning" (blog.dlib.net, 2017): a residual network (He et al.,
"Deep Residual Learning for Image Recognition", 2016) with 29 convolutions, which places pictures of one person within
0.6 of each other. The embeddings differ from dlib's own by less than 1e-4 a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...system.openvino import core
from .network_file import NUMBERS, SIZE, Convolution, NetworkWeights

BATCH = 8
"""Chips that are run at once. Fewer are filled up with black ones: an embedding is the same in any company."""


class EmbeddingNetwork:
    """The network, compiled for BATCH chips."""

    def __init__(self, weights: NetworkWeights, *, threads: int) -> None:
        hints = {
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": "f32",
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,  # its threads share the cores with the decoder's
        }
        self._request = core().compile_model(_model(weights), "CPU", hints).create_infer_request()
        self._batch = np.zeros((BATCH, SIZE, SIZE, 3), dtype=np.float32)

    def embed(self, chips: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Embeddings (n, NUMBERS) of chips, RGB (SIZE, SIZE, 3)."""
        rows = np.empty((len(chips), NUMBERS), dtype=np.float32)
        for start in range(0, len(chips), BATCH):
            part = chips[start : start + BATCH]
            self._batch[: len(part)] = part
            self._batch[len(part) :] = 0
            self._request.infer({0: self._batch}, share_inputs=True)
            rows[start : start + len(part)] = self._request.get_output_tensor(0).data[: len(part)]
        return rows


def _model(weights: NetworkWeights) -> Any:
    """The network as an openvino.Model: RGB chips (BATCH, SIZE, SIZE, 3), values 0 to 255, to (BATCH, NUMBERS)."""
    core()  # before anything else imports it
    from openvino import Model, opset13 as op

    chips = op.parameter([BATCH, SIZE, SIZE, 3], np.float32, name="chips")
    mean = np.array(weights.mean, dtype=np.float32).reshape(1, 1, 1, 3)
    node = op.multiply(op.subtract(chips, op.constant(mean)), op.constant(np.float32(1 / 256)))
    node = op.transpose(node, op.constant([0, 3, 1, 2]))
    node = op.relu(_convolved(node, weights.stem))
    node = op.max_pool(node, [2, 2], [1, 1], [0, 0], [0, 0], [3, 3]).output(0)
    for block in weights.blocks:
        inner = op.relu(_convolved(node, block.first))
        inner = _convolved(inner, block.second)
        shortcut = op.avg_pool(node, [2, 2], [0, 0], [0, 0], [2, 2], exclude_pad=True) if block.halves else node
        node = op.relu(_sum(inner, shortcut))
    node = op.reduce_mean(node, op.constant([2, 3]), keep_dims=False)
    node = op.matmul(node, op.constant(weights.projection), transpose_a=False, transpose_b=False)
    return Model([op.result(node)], [chips], "dlib face recognition")


def _convolved(node: Any, layer: Convolution) -> Any:
    """A convolution with the affine layer after it folded into its weights."""
    from openvino import opset13 as op

    scaled = layer.weights * layer.scale.reshape(-1, 1, 1, 1)
    offset = (layer.bias * layer.scale + layer.shift).reshape(1, -1, 1, 1)
    stride, padding = [layer.stride] * 2, [layer.padding] * 2
    node = op.convolution(node, op.constant(scaled), stride, padding, padding, [1, 1])
    return op.add(node, op.constant(offset))


def _sum(first: Any, second: Any) -> Any:
    """The sum of two tensors; as in dlib, what one of them lacks in channels, rows or columns counts as zeros."""
    from openvino import opset13 as op

    most = [max(pair) for pair in zip(_sizes(first), _sizes(second), strict=True)]
    padded = []
    for node in (first, second):
        lacking = [wanted - size for wanted, size in zip(most, _sizes(node), strict=True)]
        begin, end = op.constant([0] * len(lacking)), op.constant(lacking)
        padded.append(op.pad(node, begin, end, "constant") if any(lacking) else node)
    return op.add(*padded)


def _sizes(node: Any) -> list[int]:
    """Of a node with one output, or of an output."""
    return list(node.shape)
