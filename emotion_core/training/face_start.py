"""Weights to begin a training with: those of dlib's face recognition network, which has seen millions of faces.

dlib's network is in the public domain (CC0; see faces/embedding/installed.py). Its blocks are those of a ResNet but for
two things: a block that halves its picture has means of 2 x 2 pixels beside it, where ResNet has a convolution, and its
layers have no statistics. So the convolutions beside take one pixel of four, and the statistics are those of the first
faces that it sees: with them each layer gives what dlib's gives.
"""

from __future__ import annotations

import math

import torch
from numpy import uint8
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import ResNetForImageClassification

from ..faces.embedding.network_file import Convolution, NetworkWeights
from . import network
from .recipe import FACES

_SMALL = 0.1
"""Scale of the random weights of channels that dlib's network does not have beside a block, or fills with zeros."""


def face_network(weights: NetworkWeights, faces: NDArray[uint8], seed: int) -> ResNetForImageClassification:
    """A network of the recipe FACES for grey faces, which begins as dlib's without its last block.

    `faces`, (n, side, side), n >= 16, give its statistics; the layer that tells labels is random, by `seed`.
    """
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    model = network.new_network(FACES.embedding, FACES.widths, FACES.depths)
    shifts: dict[nn.BatchNorm2d, Tensor] = {}
    stem = model.resnet.embedder.embedder
    filters, shift = _folded(weights.stem)
    # dlib takes (value - mean) / 256 of each colour, this network (value / 255 - MEAN) / SPREAD of grey.
    middle = (255 * network.MEAN - torch.tensor(weights.mean)) / 256
    shifts[stem.normalization] = shift + (filters.sum((2, 3)) * middle).sum(1)
    stem.convolution.weight.data.copy_(filters.sum(1, keepdim=True) * (255 * network.SPREAD / 256))
    layers = [layer for stage in model.resnet.encoder.stages for layer in stage.layers]
    for layer, block in zip(layers, weights.blocks[: len(layers)], strict=True):
        for part, convolution in zip(layer.layer, (block.first, block.second), strict=True):
            filters, shifts[part.normalization] = _folded(convolution)
            part.convolution.weight.data.copy_(filters)
        if block.halves:
            beside = layer.shortcut.convolution.weight.data
            wanted, channels = beside.shape[:2]
            beside.normal_(std=_SMALL / math.sqrt(channels), generator=generator)
            beside[:channels] = torch.eye(channels)[:, :, None, None]
            shifts[layer.shortcut.normalization] = torch.zeros(wanted)
    _take_statistics(model, shifts, faces)
    return model


def _folded(convolution: Convolution) -> tuple[Tensor, Tensor]:
    """Filters and shifts of a convolution and the affine layer after it."""
    filters = torch.from_numpy(convolution.weights * convolution.scale.reshape(-1, 1, 1, 1))
    return filters.float(), torch.from_numpy(convolution.bias * convolution.scale + convolution.shift).float()


def _take_statistics(
    model: ResNetForImageClassification, shifts: dict[nn.BatchNorm2d, Tensor], faces: NDArray[uint8]
) -> None:
    """Make each normalization add its shift to what `faces` bring to it, and no more."""

    def take(normalization: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        assert isinstance(normalization, nn.BatchNorm2d)
        mean, variance = inputs[0].mean((0, 2, 3)), inputs[0].var((0, 2, 3), unbiased=False)
        assert normalization.running_mean is not None
        assert normalization.running_var is not None
        normalization.running_mean.copy_(mean)
        normalization.running_var.copy_(variance)
        normalization.weight.data.copy_((variance + normalization.eps).sqrt())
        normalization.bias.data.copy_(mean + shifts[normalization])

    hooks = [normalization.register_forward_pre_hook(take) for normalization in shifts]
    with torch.inference_mode():
        model.eval()(pixel_values=network.grey_input(torch.from_numpy(faces)))
    for hook in hooks:
        hook.remove()
