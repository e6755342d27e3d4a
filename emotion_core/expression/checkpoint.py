"""Loading a checkpoint: one path for the embedded one, the reference and any other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from transformers import AutoImageProcessor, AutoModelForImageClassification
from transformers.utils import logging as transformers_logging

from ..errors import CheckpointError
from ..labels import check_expressions
from ..observations import CheckpointIdentity
from .location import Location

BOTH_WAYS = "read_both_ways_round"
"""Set to true in the config.json of a checkpoint that is better when a face and its mirror image are averaged."""


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A model in memory, fp32, and what belongs to it."""

    identity: CheckpointIdentity
    model: Any
    """A transformers model for image classification, in evaluation mode."""
    processor: Any
    folder: Path | None
    """Where it lies on disk; None for random weights."""

    @property
    def both_ways(self) -> bool:
        """Whether a face is read both ways round, itself and mirrored, and the two averaged: config.json says so."""
        return bool(getattr(self.model.config, BOTH_WAYS, False))

    def pixels(self, crops: Sequence[NDArray[np.uint8]]) -> torch.Tensor:
        """RGB crops of any size (h, w, 3) as the model's input (n, 3, H, W), by the checkpoint's own processor."""
        # Pillow images leave no doubt about the channel order, as an array three pixels high would.
        images = [Image.fromarray(crop) for crop in crops]
        pixels: torch.Tensor = self.processor(images=images, return_tensors="pt")["pixel_values"]
        return pixels


def load(location: Location) -> Checkpoint:
    """Read a checkpoint from disk, without network and without running its code. Raises CheckpointError."""
    labels = _labels(location)
    check_expressions(labels, location.name)
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        model, told = AutoModelForImageClassification.from_pretrained(
            location.folder,
            output_loading_info=True,
            dtype=torch.float32,  # "auto" would leave a checkpoint saved in half precision in half
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
        )
        model = model.eval()
        processor = AutoImageProcessor.from_pretrained(
            location.folder, local_files_only=True, trust_remote_code=False, backend="pil"
        )
    except Exception as error:  # transformers and safetensors raise whatever their parsers raise
        raise CheckpointError(
            f"The checkpoint “{location.name}” cannot be read ({type(error).__name__}: {_first_line(error)}).",
            "Fetch or copy it again; image-classification checkpoints of transformers are read.",
        ) from error
    if told["missing_keys"]:  # transformers would run random numbers in their place
        raise CheckpointError(
            f"The weights of the checkpoint “{location.name}” lack {', '.join(sorted(told['missing_keys'])[:3])}.",
            "Give a checkpoint that was trained to classify expressions, not one to train from.",
        )
    identity = CheckpointIdentity(
        name=location.name,
        source=location.source,
        revision=location.revision,
        hash=location.weights_hash(),
        labels=labels,
        architecture=type(model).__name__,
    )
    return Checkpoint(identity, model, processor, location.folder)


def _labels(location: Location) -> tuple[str, ...]:
    try:
        config = json.loads((location.folder / "config.json").read_text())
        by_index = {int(index): str(label) for index, label in config["id2label"].items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"The checkpoint “{location.name}” names no labels in its config.json.",
            "Give an image-classification checkpoint whose labels are facial expressions.",
        ) from error
    labels = tuple(label for _, label in sorted(by_index.items()))
    if len(set(labels)) < len(labels):
        raise CheckpointError(
            f"The checkpoint “{location.name}” gives two classes one label: {', '.join(labels)}.",
            "Name its labels apart in config.json.",
        )
    return labels


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no message"])[0]
