"""A checkpoint loaded by transformers and checked: the slow part of a first start.

PyTorch and transformers take seconds to import, so functions here import them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import CheckpointError
from ...system import memory_limits, torch_parts
from . import weights
from .location import Location
from .preprocessing import Prepare


def load_model(location: Location) -> tuple[Any, Any]:
    """The model, fp32 and in evaluation mode, and the image processor. Raises CheckpointError, or OutOfMemory."""
    torch_parts.load_shape_kernels()
    import torch
    from transformers import AutoImageProcessor, AutoModelForImageClassification
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        model, loading_info = AutoModelForImageClassification.from_pretrained(
            location.folder,
            output_loading_info=True,
            dtype=torch.float32,  # "auto" would leave a checkpoint saved in half precision in half
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            ignore_mismatched_sizes=True,  # _check_weights names them
        )
        model = model.eval()
        processor = AutoImageProcessor.from_pretrained(
            location.folder, local_files_only=True, trust_remote_code=False, backend="pil"
        )
    except Exception as error:  # transformers and safetensors raise errors of any class
        memory_limits.raise_if_memory_error(error, f"The checkpoint “{location.name}”")
        raise _unreadable(location, error) from error
    _check_weights(location, model, loading_info)
    return model, processor


def is_convolutional(model: Any) -> bool:
    """Whether a model runs faster with the channels of a pixel side by side."""
    import torch

    return any(isinstance(module, torch.nn.BatchNorm2d) for module in model.modules())


def check_format(location: Location) -> None:
    """Raise CheckpointError unless each weights file is safetensors from its first byte to its last."""
    from safetensors import safe_open

    for name in weights.files(location.folder):
        try:
            with safe_open(location.folder / name, "pt"):
                pass
        except Exception as error:
            memory_limits.raise_if_memory_error(error, f"The checkpoint “{location.name}”")
            raise CheckpointError(
                f"{name} of the checkpoint “{location.name}” is damaged or not whole "
                f"({_first_line(error)}; {(location.folder / name).stat().st_size:,} bytes).",
                "Fetch or copy it again.",
            ) from error


def check_answer(name: str, labels: tuple[str, ...], model: Any, prepare: Prepare) -> None:
    """Raise CheckpointError unless a picture gives one number a label."""
    import torch

    k = len(labels)
    ramp = np.broadcast_to(np.linspace(0, 255, 48, dtype=np.uint8)[:, None, None], (48, 64, 3))
    try:
        with torch.inference_mode():
            logits = model(pixel_values=torch.from_numpy(prepare([ramp])), return_dict=False)[0]
    except Exception as error:
        memory_limits.raise_if_memory_error(error, f"The checkpoint “{name}”")
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


def _check_weights(location: Location, model: Any, loading_info: dict[str, Any]) -> None:
    """Raise CheckpointError where weights are missing, do not fit the config, or are no numbers."""
    import torch

    if loading_info["mismatched_keys"]:
        name, shape, wanted = sorted(loading_info["mismatched_keys"])[0]
        raise CheckpointError(
            f"The weights of the checkpoint “{location.name}” do not fit its config.json: {name} has the shape "
            f"{tuple(shape)}, but {model.config.num_labels} labels and the rest of the config ask for {tuple(wanted)}.",
            "Its config.json and its weights must come from the same training.",
        )
    # The count of batches is of use in training only, and converted files lack it.
    missing = sorted(key for key in loading_info["missing_keys"] if not key.endswith("num_batches_tracked"))
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
