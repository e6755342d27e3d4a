"""Plain PyTorch; in fp32 on the processor it is the baseline of all engines.

CUDA and Metal devices are supported but untested: no such machine was available.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ...observations import EngineIdentity
from ..checkpoints.checkpoint import Checkpoint
from . import torchscript
from .engine import blank, in_fixed_batches
from .shipped_network import shipped_network
from .variants import Precision


class TorchEngine:
    """The model as it is, without any optimization."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        batch: int,
        threads: int,
        reason: str,
        precision: Precision = "fp32",
        device: str = "cpu",
        recorded: bool = False,
    ) -> None:
        """`recorded`: on the processor, run a cached record of the model's operations, which starts without
        transformers. It is made where it is missing, and not used where its numbers differ from the model's by a bit.
        """
        torch.set_num_threads(threads)
        self._checkpoint, self._batch = checkpoint, batch
        self._device, self._dtype = device, torch.bfloat16 if precision == "bf16" else torch.float32
        name = "torch" if device == "cpu" else f"torch-{device}"
        self.identity = EngineIdentity(name, precision, f"torch {torch.__version__}", threads, reason)
        with torch.inference_mode():
            # Intel's extension compiles records anew, with other numbers, but leaves the model as it is.
            can_record = recorded and device == "cpu" and not torchscript.has_intel_extension()
            self._network = self._record() if can_record else self._model()

    def logits(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        torchscript.use_threads(self.identity.threads)
        return in_fixed_batches(self._checkpoint, crops, self._batch, self._run)

    def _run(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            logits: torch.Tensor = self._network(self._input(pixels))
            result: NDArray[np.float32] = logits.float().cpu().numpy()
        return result

    def _input(self, pixels: NDArray[np.float32]) -> torch.Tensor:
        return torch.from_numpy(pixels).to(device=self._device, dtype=self._dtype)

    def _model(self) -> Any:
        as_it_is = (self._device, self._dtype) == ("cpu", torch.float32)
        # Intel's extension would compile recorded operations.
        can_ship = self._device == "cpu" and not torchscript.has_intel_extension()
        network = shipped_network(self._checkpoint, "fp32") if can_ship else None
        if network is None:
            model = self._checkpoint.model
            network = torchscript.LogitsOnly(model if as_it_is else copy.deepcopy(model)).eval()
        if as_it_is:
            return network
        network = network.to(device=self._device, dtype=self._dtype)
        if self._checkpoint.facts.channels_last:
            network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch lacks this form
        return network

    def _record(self) -> Any:
        """The record, or the model itself where no record has its numbers."""
        name = f"torch-{self.identity.precision}-batch-{self._batch}"
        draw = np.random.default_rng(0)
        noise = [draw.integers(0, 256, (64, 64, 3), dtype=np.uint8) for _ in range(self._batch)]
        example = self._input(self._checkpoint.pixels(noise))
        if (cached := torchscript.read(self._checkpoint, name, "")) is not None:
            torchscript.warm_up(cached[0], example)
            return cached[0]
        model = self._model()
        try:
            content = torchscript.saved(torchscript.traced(model, example))
            record = torchscript.loaded(content)
            black = self._input(self._checkpoint.pixels(blank(self._batch)))
            exact = [torch.equal(torchscript.warm_up(record, pixels), model(pixels)) for pixels in (example, black)]
        except Exception:  # of any class: models are free to do what cannot be recorded
            return model
        if not all(exact):
            return model
        torchscript.write(self._checkpoint, name, "", content)
        return record
