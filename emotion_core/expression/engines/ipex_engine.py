"""Intel Extension for PyTorch: bf16 where the processor multiplies it, else fp32, or int8; traced and frozen.

The extension checks torch's version when imported and may end the interpreter, so only processes that can be lost
import this module, and only after `availability` saw it import in another one.
"""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ...observations.observations import EngineIdentity
from ...system import cpu
from ..checkpoints.checkpoint import Checkpoint
from . import compiled_cache, sample_faces
from .engine import LogitsOnly, channels_last, in_fixed_batches
from .variants import REVISION, Precision


class IpexEngine:
    """`ipex.optimize`, or its int8 conversion, then traced at the one shape it will be given, then frozen."""

    def __init__(
        self, checkpoint: Checkpoint, *, batch: int, threads: int, reason: str, precision: Precision | None = None
    ) -> None:
        """`precision` None is bf16 or fp32, whichever the processor multiplies."""
        # Imported, the extension would start a pool of compilers, half a gigabyte, for what is never compiled here.
        import torch._inductor.config

        torch._inductor.config.compile_threads = 1
        import intel_extension_for_pytorch as ipex

        torch.set_num_threads(threads)
        precision = precision or ("bf16" if cpu.multiplies_bf16() else "fp32")
        versions = f"intel-extension-for-pytorch {ipex.__version__}, torch {torch.__version__}"
        self._checkpoint, self._batch, self._bf16 = checkpoint, batch, precision == "bf16"
        self._channels_last = channels_last(checkpoint)
        example = self._laid_out(checkpoint.pixels([np.zeros((64, 64, 3), dtype=np.uint8)] * batch))
        with warnings.catch_warnings(), torch.inference_mode(), self._autocast():
            warnings.simplefilter("ignore")  # tracing warns of each Python branch on a shape; the shape is fixed here
            model = LogitsOnly(checkpoint.model).eval()
            if self._channels_last:
                model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch lacks this form
            if precision == "int8":
                versions += f", engines {REVISION}"  # its numbers hang on the faces that its ranges come from too
                model = self._quantized(model, example, versions)
            else:
                dtype = torch.bfloat16 if self._bf16 else torch.float32
                model = ipex.optimize(model, dtype=dtype, inplace=False)
            traced = torch.jit.trace(model, example, check_trace=False, strict=False)  # type: ignore[no-untyped-call]
            self._model = torch.jit.freeze(traced)
            for _ in range(2):  # the first calls compile
                self._model(example)
        self.identity = EngineIdentity("ipex", precision, versions, threads, reason)

    def logits(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        with torch.inference_mode(), self._autocast():
            return in_fixed_batches(
                self._checkpoint, crops, self._batch, lambda pixels: self._model(self._laid_out(pixels))
            )

    def _quantized(self, model: torch.nn.Module, example: torch.Tensor, versions: str) -> Any:
        """The model in int8; the ranges that the probe faces span are kept on disk for the next start."""
        from intel_extension_for_pytorch.quantization import convert, prepare
        from torch.ao.quantization import MinMaxObserver, PerChannelMinMaxObserver, QConfig, QConfigMapping

        # Ranges by their extremes: histograms, the extension's default, clip what rare faces need.
        # Without VNNI pairs of products are summed in 16 bits: only activations of 7 bits cannot run over.
        narrow = "vnni" not in cpu.features()
        versions += ", 7 bits" if narrow else ""
        ranges = QConfig(  # type: ignore[no-untyped-call]
            activation=MinMaxObserver.with_args(
                qscheme=torch.per_tensor_affine, dtype=torch.quint8, reduce_range=narrow
            ),
            weight=PerChannelMinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_channel_symmetric),
        )
        prepared = prepare(model, QConfigMapping().set_global(ranges), example_inputs=example, inplace=False)
        kept = compiled_cache.read(self._checkpoint.identity.key, "ipex-int8", versions)
        with tempfile.TemporaryDirectory() as folder:
            summary = Path(folder) / "ranges.json"
            if kept is not None:
                summary.write_bytes(kept)
                prepared.load_qconf_summary(qconf_summary=str(summary))
            else:
                crops = sample_faces.calibration_crops()
                for start in range(0, len(crops), self._batch):
                    pixels = self._checkpoint.pixels(crops[start : start + self._batch])
                    prepared(self._laid_out(pixels))
                prepared.save_qconf_summary(qconf_summary=str(summary))
                json.loads(summary.read_text())  # never keep half a file
                if self._checkpoint.folder is not None:  # nobody comes back for random weights
                    compiled_cache.write(self._checkpoint.identity.key, "ipex-int8", versions, summary.read_bytes())
        return convert(prepared)

    def _autocast(self) -> torch.autocast:
        # Cached casts would be baked into the trace as constants of a past call.
        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bf16, cache_enabled=False)

    def _laid_out(self, pixels: torch.Tensor) -> torch.Tensor:
        return pixels.contiguous(memory_format=torch.channels_last) if self._channels_last else pixels
