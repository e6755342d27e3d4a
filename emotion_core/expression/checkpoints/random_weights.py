"""The reference model's architecture with random weights, for timing where the model is not on this disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...labels import REFERENCE_LABELS
from ...observations import CheckpointIdentity
from ...system import torch_parts

if TYPE_CHECKING:
    from .checkpoint import Checkpoint


def untrained() -> Checkpoint:
    """A ViT-B/16 at 224 px for seven labels (86 M parameters), the same numbers every time."""
    torch_parts.load_shape_kernels()
    import torch  # here, since pages and the terminal ask for the names below
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessorPil

    from .checkpoint import Checkpoint, ModelFacts

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
    processor = ViTImageProcessorPil()
    return Checkpoint(identity, ModelFacts.of(model, processor), None, lambda: (model, processor))


UNTRAINED = "untrained"
"""Checkpoint name of the reference architecture with random weights, which are timed only."""


UNTRAINED_NAME = "ViT-B/16, random weights"


UNTRAINED_HASH = "random-vit-b16"
