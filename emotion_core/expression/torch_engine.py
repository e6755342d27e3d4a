"""Plain PyTorch in fp32: the truth that other engines are compared with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from ..observations import EngineIdentity
from .checkpoint import Checkpoint
from .engine import LogitsOnly, in_fixed_batches


class TorchEngine:
    """fp32, eager."""

    def __init__(self, checkpoint: Checkpoint, *, batch: int, threads: int, reason: str) -> None:
        torch.set_num_threads(threads)
        self._checkpoint, self._batch = checkpoint, batch
        self._model = LogitsOnly(checkpoint.model).eval()
        self.identity = EngineIdentity("torch", "fp32", f"torch {torch.__version__}", threads, reason)

    def logits(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        with torch.inference_mode():
            return in_fixed_batches(self._checkpoint, crops, self._batch, self._model)
