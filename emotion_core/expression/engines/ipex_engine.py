"""Intel Extension for PyTorch: bf16 where the processor multiplies it, else fp32, or int8; traced and frozen.

Where the operations of a network ship with its checkpoint, the extension's library compiles them, in bf16 to the same
numbers as its Python package. Other checkpoints and int8 need the package at their first start. When imported it checks
torch's version and may end the interpreter: so only processes that can be lost do this, and all but the first trial's
only after another one imported it. Later starts load the cached network, which needs the library alone.
"""

from __future__ import annotations

import json
import runpy
import tempfile
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ...errors import EngineError
from ...observations import EngineIdentity
from ...system import cpu, torch_parts
from .. import compiled_cache
from ..checkpoints.checkpoint import Checkpoint, package_version
from . import availability, sample_faces, torchscript
from .availability import IPEX
from .engine import blank, in_fixed_batches
from .shipped_network import is_shipped, shipped_network
from .variants import REVISION, Precision

_LIBRARY = "intel_extension_for_pytorch/lib/libintel-ext-pt-cpu.so"
"""With the extension's operators and its passes over TorchScript; programs in C++ link nothing else of it."""


class IpexEngine:
    """`ipex.optimize`, or its int8 conversion, then traced at its one input shape, then frozen."""

    def __init__(
        self, checkpoint: Checkpoint, *, batch: int, threads: int, reason: str, precision: Precision | None = None
    ) -> None:
        """`precision` None is bf16 or fp32, whichever the processor multiplies."""
        torch.set_num_threads(threads)
        precision = precision or ("bf16" if cpu.multiplies_bf16() else "fp32")
        self._checkpoint, self._batch, self._bf16 = checkpoint, batch, precision == "bf16"
        name = f"ipex-{precision}-batch-{batch}"
        example = self._input(checkpoint.pixels(blank(batch)))
        with torch.inference_mode(), self._autocast():
            has_library = _load_library()
            cached = torchscript.read(checkpoint, name, package_version(IPEX)) if has_library else None
            if cached is not None:
                self._network, versions = cached
            else:
                shipped = None if precision == "int8" or not has_library else shipped_network(checkpoint, precision)
                if shipped is not None:
                    network, versions = self._compiled_by_library(shipped, example)
                else:
                    network, versions = self._compiled(precision, example)
                content = torchscript.saved(network, versions)
                self._network = torchscript.loaded(content)
                torchscript.write(checkpoint, name, package_version(IPEX), content)
            torchscript.warm_up(self._network, example)
        self.identity = EngineIdentity("ipex", precision, versions, threads, reason)

    def logits(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        torchscript.use_threads(self.identity.threads)
        with torch.inference_mode(), self._autocast():
            return in_fixed_batches(self._checkpoint, crops, self._batch, self._run)

    def _run(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        result: NDArray[np.float32] = self._network(self._input(pixels)).float().numpy()
        return result

    def _compiled_by_library(self, model: torch.nn.Module, example: torch.Tensor) -> tuple[Any, str]:
        """As `_compiled`, without the package: the library's passes over TorchScript do the rest at the first calls."""
        file = distribution(IPEX).locate_file("intel_extension_for_pytorch/_version.py")
        versions = f"intel-extension-for-pytorch {runpy.run_path(str(file))['__version__']}, torch {torch.__version__}"
        if self._checkpoint.facts.channels_last:
            model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch lacks this form
        return torchscript.traced(model, example), versions

    def _compiled(self, precision: Precision, example: torch.Tensor) -> tuple[Any, str]:
        """The network, compiled by the extension, and the versions of the packages behind it."""
        if (why := availability.package_unavailable()) is not None:
            raise EngineError(f"The engine ipex cannot run here: {why}.", "Choose another engine, for example torch.")
        import_extension()
        import intel_extension_for_pytorch as ipex

        versions = f"intel-extension-for-pytorch {ipex.__version__}, torch {torch.__version__}"
        model = torchscript.LogitsOnly(self._checkpoint.model).eval()
        if self._checkpoint.facts.channels_last:
            model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch lacks this form
        if precision == "int8":
            versions += f", engines {REVISION}"  # its numbers also depend on the faces of its ranges
            model = self._quantized(model, example, versions)
        else:
            dtype = torch.bfloat16 if self._bf16 else torch.float32
            model = ipex.optimize(model, dtype=dtype, inplace=False)
        return torch.jit.freeze(torchscript.traced(model, example)), versions

    def _quantized(self, model: torch.nn.Module, example: torch.Tensor, versions: str) -> Any:
        """The model in int8; the ranges that the sample faces span are cached on disk for the next start."""
        from intel_extension_for_pytorch.quantization import convert, prepare
        from torch.ao.quantization import MinMaxObserver, PerChannelMinMaxObserver, QConfig, QConfigMapping

        # Ranges by their extremes: histograms, the extension's default, clip what rare faces need.
        # Without VNNI pairs of products are summed in 16 bits: only activations of 7 bits cannot overflow.
        narrow = "vnni" not in cpu.features()
        versions += ", 7 bits" if narrow else ""
        ranges = QConfig(  # type: ignore[no-untyped-call]
            activation=MinMaxObserver.with_args(
                qscheme=torch.per_tensor_affine, dtype=torch.quint8, reduce_range=narrow
            ),
            weight=PerChannelMinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_channel_symmetric),
        )
        prepared = prepare(model, QConfigMapping().set_global(ranges), example_inputs=example, inplace=False)
        cached = compiled_cache.read(self._checkpoint.identity.key, "ipex-int8", versions)
        with tempfile.TemporaryDirectory() as folder:
            summary = Path(folder) / "ranges.json"
            if cached is not None:
                summary.write_bytes(cached)
                prepared.load_qconf_summary(qconf_summary=str(summary))
            else:
                crops = sample_faces.calibration_crops()
                for start in range(0, len(crops), self._batch):
                    prepared(self._input(self._checkpoint.pixels(crops[start : start + self._batch])))
                prepared.save_qconf_summary(qconf_summary=str(summary))
                json.loads(summary.read_text())  # never cache half a file
                if self._checkpoint.folder is not None:  # random weights are not used again
                    compiled_cache.write(self._checkpoint.identity.key, "ipex-int8", versions, summary.read_bytes())
        return convert(prepared)

    def _autocast(self) -> torch.autocast:
        # Cached casts would be baked into the trace as constants of a past call.
        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bf16, cache_enabled=False)

    def _input(self, pixels: NDArray[np.float32]) -> torch.Tensor:
        tensor = torch.from_numpy(pixels)
        if self._checkpoint.facts.channels_last:
            tensor = tensor.contiguous(memory_format=torch.channels_last)
        return tensor


def first_load(checkpoint: Checkpoint, precision: Precision | None) -> None:
    """Load what `checkpoint` needs of the extension in this process, which is lost where that fails, and store that it
    can be loaded.
    """
    if precision != "int8" and is_shipped(checkpoint) and _load_library():
        availability.store_ipex_library()
    else:
        import_extension()


def import_extension() -> None:
    """Import the extension in this process, which is lost where that fails, and store that it can be imported."""
    # Else the import starts a pool of compilers, half a gigabyte, that are never used here.
    torch_parts.load_shape_kernels()
    import torch._inductor.config

    torch._inductor.config.compile_threads = 1
    import intel_extension_for_pytorch  # noqa: F401

    availability.store_ipex_import()


def _load_library() -> bool:
    """Load the extension's library, unless its package did; whether it is there."""
    if torchscript.has_intel_extension():
        return True
    try:
        library = str(distribution(IPEX).locate_file(_LIBRARY))
        torch.ops.load_library(library)  # type: ignore[no-untyped-call]
    except (PackageNotFoundError, OSError):  # the package knows where its library is
        return False
    return True
