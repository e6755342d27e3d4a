"""Plain PyTorch; in fp32 on the processor it is the truth that other engines are compared with.

CUDA and Metal devices are there for machines that have one; no such machine was at hand to try them on.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from ...observations.observations import EngineIdentity
from ..checkpoints.checkpoint import Checkpoint
from .engine import LogitsOnly, channels_last, in_fixed_batches
from .variants import Precision


class TorchEngine:
    """Eager, without any optimization."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        batch: int,
        threads: int,
        reason: str,
        precision: Precision = "fp32",
        device: str = "cpu",
    ) -> None:
        torch.set_num_threads(threads)
        self._checkpoint, self._batch = checkpoint, batch
        self._device, self._dtype = device, torch.bfloat16 if precision == "bf16" else torch.float32
        plain = precision == "fp32" and device == "cpu"
        model = checkpoint.model if plain else copy.deepcopy(checkpoint.model).to(device=device, dtype=self._dtype)
        if not plain and channels_last(checkpoint):
            model = model.to(memory_format=torch.channels_last)
        self._model = LogitsOnly(model).eval()
        name = "torch" if device == "cpu" else f"torch-{device}"
        self.identity = EngineIdentity(name, precision, f"torch {torch.__version__}", threads, reason)

    def logits(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        with torch.inference_mode():
            return in_fixed_batches(self._checkpoint, crops, self._batch, self._run)

    def _run(self, pixels: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self._model(pixels.to(device=self._device, dtype=self._dtype))
        return logits.cpu()
