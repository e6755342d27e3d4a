"""Intel Extension for PyTorch: bf16 where the processor multiplies it, else fp32; traced and frozen.

The extension checks torch's version when imported and may end the interpreter, so only processes that can be lost
import this module, and only after `choice` saw it import in another one.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from ..observations import EngineIdentity
from .checkpoint import Checkpoint
from .engine import LogitsOnly, in_fixed_batches


class IpexEngine:
    """`ipex.optimize`, then traced at the one shape it will be given, then frozen."""

    def __init__(self, checkpoint: Checkpoint, *, batch: int, threads: int, reason: str) -> None:
        # Imported, the extension would start a pool of compilers, half a gigabyte, for what is never compiled here.
        import torch._inductor.config

        torch._inductor.config.compile_threads = 1
        import intel_extension_for_pytorch as ipex

        torch.set_num_threads(threads)
        bf16 = _multiplies_bf16()
        dtype = torch.bfloat16 if bf16 else torch.float32
        self._checkpoint, self._batch, self._bf16 = checkpoint, batch, bf16
        example = checkpoint.pixels([np.zeros((64, 64, 3), dtype=np.uint8)] * batch)
        self._channels_last = checkpoint.model.config.model_type == "resnet"
        with warnings.catch_warnings(), torch.inference_mode(), self._autocast():
            warnings.simplefilter("ignore")  # tracing warns of each Python branch on a shape; the shape is fixed here
            model = LogitsOnly(checkpoint.model).eval()
            if self._channels_last:
                model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch lacks this form
            model = ipex.optimize(model, dtype=dtype, inplace=False)
            traced = torch.jit.trace(  # type: ignore[no-untyped-call]
                model, self._laid_out(example), check_trace=False, strict=False
            )
            self._model = torch.jit.freeze(traced)
            for _ in range(2):  # the first calls compile
                self._model(self._laid_out(example))
        versions = f"intel-extension-for-pytorch {ipex.__version__}, torch {torch.__version__}"
        self.identity = EngineIdentity("ipex", "bf16" if bf16 else "fp32", versions, threads, reason)

    def logits(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        with torch.inference_mode(), self._autocast():
            return in_fixed_batches(
                self._checkpoint, crops, self._batch, lambda pixels: self._model(self._laid_out(pixels))
            )

    def _autocast(self) -> torch.autocast:
        # Cached casts would be baked into the trace as constants of a past call.
        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bf16, cache_enabled=False)

    def _laid_out(self, pixels: torch.Tensor) -> torch.Tensor:
        return pixels.contiguous(memory_format=torch.channels_last) if self._channels_last else pixels


def _multiplies_bf16() -> bool:
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
