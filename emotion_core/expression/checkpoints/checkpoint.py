"""Loading a checkpoint: one path for the embedded one, the reference and any other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from transformers import AutoImageProcessor, AutoModelForImageClassification
from transformers.utils import logging as transformers_logging

from ...errors import CheckpointError
from ...observations.observations import CheckpointIdentity
from ...storage import descriptors
from . import weights
from .location import Location
from .names import PROCESSOR
from .preprocessing import Prepare, preparation

BOTH_WAYS = "read_both_ways_round"
"""Set to true in the config.json of a checkpoint that is better when a face and its mirror image are averaged."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A model in memory, fp32, and what belongs to it."""

    identity: CheckpointIdentity
    model: Any
    """A transformers model for image classification, in evaluation mode."""
    processor: Any
    folder: Path | None
    """Where it lies on disk; None for random weights."""

    @property
    def parameters(self) -> int:
        return sum(parameter.numel() for parameter in self.model.parameters())

    @property
    def both_ways(self) -> bool:
        """Whether a face is read both ways round, itself and mirrored, and the two averaged: config.json says so."""
        return bool(getattr(self.model.config, BOTH_WAYS, False))

    def pixels(self, crops: Sequence[NDArray[np.uint8]]) -> torch.Tensor:
        """RGB crops of any size (h, w, 3) as the model's input (n, c, H, W), as its own processor makes it."""
        return self._prepare(crops)

    @cached_property
    def _prepare(self) -> Prepare:
        return preparation(self.processor, int(getattr(self.model.config, "num_channels", 3)))


def load(location: Location) -> Checkpoint:
    """Read a checkpoint from disk, without network and without running its code. Raises CheckpointError."""
    labels = location.labels()
    weights_hash = location.weights_hash()  # before they are read: of damaged weights the parser has less to say
    _check_format(location)
    _check_processor(location)
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
            ignore_mismatched_sizes=True,  # they are told of below, by name
        )
        model = model.eval()
        processor = AutoImageProcessor.from_pretrained(
            location.folder, local_files_only=True, trust_remote_code=False, backend="pil"
        )
    except Exception as error:  # transformers and safetensors raise whatever their parsers raise
        raise _unreadable(location, error) from error
    _check_weights(location, model, told)
    identity = CheckpointIdentity(
        name=location.name,
        source=location.source,
        revision=location.revision,
        hash=weights_hash,
        labels=labels,
        architecture=type(model).__name__,
        settings=location.settings_hash(),
    )
    checkpoint = Checkpoint(identity, model, processor, location.folder)
    _check_answer(checkpoint)
    return checkpoint


def _check_format(location: Location) -> None:
    """Raise CheckpointError unless each weights file is safetensors from its first byte to its last."""
    for name in weights.files(location.folder):
        try:
            with safe_open(location.folder / name, "pt"):
                pass
        except Exception as error:
            raise CheckpointError(
                f"{name} of the checkpoint “{location.name}” is damaged or not whole "
                f"({_first_line(error)}; {(location.folder / name).stat().st_size:,} bytes).",
                "Fetch or copy it again.",
            ) from error


def _check_weights(location: Location, model: Any, told: dict[str, Any]) -> None:
    """Raise CheckpointError where the weights are not all there, not those of the config, or no numbers."""
    if told["mismatched_keys"]:
        name, found, asked = sorted(told["mismatched_keys"])[0]
        raise CheckpointError(
            f"The weights of the checkpoint “{location.name}” do not fit its config.json: {name} has the shape "
            f"{tuple(found)}, but {model.config.num_labels} labels and the rest of the config ask for {tuple(asked)}.",
            "Its config.json and its weights must come from the same training.",
        )
    # How many batches were seen is of use in training only, and files converted from elsewhere lack it.
    missing = sorted(key for key in told["missing_keys"] if not key.endswith("num_batches_tracked"))
    if missing:  # transformers would run random numbers in their place
        raise CheckpointError(
            f"The weights of the checkpoint “{location.name}” lack {', '.join(missing[:3])}.",
            "Give a checkpoint that was trained to classify expressions, not one to train from.",
        )
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point() and not torch.isfinite(tensor.sum()):
            raise CheckpointError(
                f"The weights of the checkpoint “{location.name}” are not all numbers: {name} holds NaN or infinity.",
                "Fetch or copy it again, or train it again.",
            )


def _check_processor(location: Location) -> None:
    """Raise CheckpointError where it wants a processor of its own, for which transformers would take another."""
    try:
        told = json.loads((location.folder / PROCESSOR).read_text(encoding="utf-8"))
        own = "AutoImageProcessor" in told.get("auto_map", {}) and not told.get("image_processor_type")
    except (OSError, ValueError, TypeError, AttributeError) as error:
        descriptors.refuse(error)
        raise CheckpointError(
            f"The {PROCESSOR} of the checkpoint “{location.name}” cannot be read.", "Fetch or copy it again."
        ) from error
    if own:
        raise CheckpointError(
            f"The checkpoint “{location.name}” brings its own code for its image processor, which is never run.",
            "Give a checkpoint whose image processor is among those of transformers.",
        )


def _check_answer(checkpoint: Checkpoint) -> None:
    """Raise CheckpointError unless a picture gives one number a label."""
    name, k = checkpoint.identity.name, len(checkpoint.identity.labels)
    ramp = np.broadcast_to(np.linspace(0, 255, 48, dtype=np.uint8)[:, None, None], (48, 64, 3))
    try:
        with torch.inference_mode():
            logits = checkpoint.model(pixel_values=checkpoint.pixels([ramp]), return_dict=False)[0]
    except Exception as error:
        raise CheckpointError(
            f"The checkpoint “{name}” cannot read a picture ({type(error).__name__}: {_first_line(error)}).",
            "Its preprocessor_config.json must make pictures as its config.json wants them.",
        ) from error
    if tuple(logits.shape) != (1, k):
        raise CheckpointError(
            f"The checkpoint “{name}” names {k} labels but answers a picture with the shape {tuple(logits.shape)}.",
            "Give an image-classification checkpoint with one output a label.",
        )
    if not torch.isfinite(logits).all():
        raise CheckpointError(
            f"The checkpoint “{name}” answers a plain picture with NaN or infinity.",
            "Its weights or the mean and deviation in its preprocessor_config.json are wrong.",
        )


def _unreadable(location: Location, error: Exception) -> CheckpointError:
    if "trust_remote_code" in str(error):
        return CheckpointError(
            f"The checkpoint “{location.name}” brings its own code, which is never run, and transformers lacks it.",
            "Give a checkpoint whose architecture and image processor are among those of transformers.",
        )
    return CheckpointError(
        f"The checkpoint “{location.name}” cannot be read ({type(error).__name__}: {_first_line(error)}).",
        "Fetch or copy it again; image-classification checkpoints of transformers are read.",
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no message"])[0]
