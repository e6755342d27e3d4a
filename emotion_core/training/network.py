"""The embedded network: a small ResNet of transformers, trained on grey faces and exported for colour input."""

from __future__ import annotations

import copy

import torch
from transformers import ResNetConfig, ResNetForImageClassification, ViTImageProcessor

from .data import LABELS, SIDE

LUMA = (0.299, 0.587, 0.114)
"""Weights of R, G, B in grey (ITU-R BT.601, as Pillow's convert("L") uses them)."""

MEAN, SPREAD = 0.5, 0.25

_FIRST = "resnet.embedder.embedder.convolution.weight"


def new_network(embedding: int, widths: tuple[int, ...], depths: tuple[int, ...]) -> ResNetForImageClassification:
    """An untrained network for grey input (n, 1, SIDE, SIDE)."""
    config = ResNetConfig(
        num_channels=1,
        embedding_size=embedding,
        hidden_sizes=list(widths),
        depths=list(depths),
        layer_type="basic",
        id2label=dict(enumerate(LABELS)),
        label2id={label: i for i, label in enumerate(LABELS)},
    )
    return ResNetForImageClassification(config)


def for_colour(grey: ResNetForImageClassification) -> ResNetForImageClassification:
    """The same network for RGB: each filter of the first layer is spread over R, G, B by their weights in grey."""
    config = copy.deepcopy(grey.config)
    config.num_channels = 3
    colour = ResNetForImageClassification(config)
    state = grey.state_dict()
    state[_FIRST] = state[_FIRST] * torch.tensor(LUMA).view(1, 3, 1, 1)
    colour.load_state_dict(state)
    return colour.eval()


def for_grey(colour: ResNetForImageClassification) -> dict[str, torch.Tensor]:
    """The inverse of for_colour: weights for grey input."""
    state: dict[str, torch.Tensor] = colour.state_dict()
    return state | {_FIRST: state[_FIRST].sum(dim=1, keepdim=True)}  # the shares of R, G, B sum to 1


def grey_input(images: torch.Tensor) -> torch.Tensor:
    """Grey images, uint8 (n, S, S), as a network for grey input takes them: float (n, 1, S, S)."""
    return images.unsqueeze(1).float().div_(255.0).sub_(MEAN).div_(SPREAD)


def image_processor() -> ViTImageProcessor:
    """The image processor of the checkpoint: resize to SIDE, MEAN and SPREAD for each channel."""
    return ViTImageProcessor(
        size={"height": SIDE, "width": SIDE},
        resample=2,
        image_mean=[MEAN] * 3,
        image_std=[SPREAD] * 3,
    )
