"""The reference model's architecture with random weights: for timing, where the model itself is not on this disk."""

from __future__ import annotations

import torch
from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessorPil

from ...labels import REFERENCE_LABELS
from ...observations.observations import CheckpointIdentity
from .checkpoint import Checkpoint


def untrained() -> Checkpoint:
    """A ViT-B/16 at 224 px for seven labels (86 M parameters), the same numbers every time."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = ViTConfig(
            id2label=dict(enumerate(REFERENCE_LABELS)),
            label2id={label: number for number, label in enumerate(REFERENCE_LABELS)},
        )
        model = ViTForImageClassification(config).eval()
    identity = CheckpointIdentity(
        name=UNTRAINED_NAME,
        source="random",
        revision="",
        hash=UNTRAINED_HASH,
        labels=REFERENCE_LABELS,
        architecture=type(model).__name__,
    )
    return Checkpoint(identity, model, ViTImageProcessorPil(), None)


UNTRAINED = "untrained"
"""For a checkpoint's name: the reference architecture with random weights, which are timed only."""


UNTRAINED_NAME = "ViT-B/16, random weights"


UNTRAINED_HASH = "random-vit-b16"
