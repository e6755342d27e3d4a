"""OpenVINO: fp32, bf16, or int8 by NNCF's post-training quantization; compiled networks are cached on disk."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...observations import EngineIdentity
from ...system import cpu, torch_parts
from ...system.openvino import core
from .. import compiled_cache
from ..checkpoints.checkpoint import Checkpoint, package_version
from ..package_versions import version
from . import sample_faces
from .engine import blank, in_fixed_batches
from .variants import REVISION, Precision


class OpenVinoEngine:
    """The network, compiled for its one input shape."""

    def __init__(
        self, checkpoint: Checkpoint, *, batch: int, threads: int, reason: str, precision: Precision = "fp32"
    ) -> None:
        self._checkpoint, self._batch, self._threads, self._precision = checkpoint, batch, threads, precision
        versions = f"openvino {version('openvino')}"
        if precision == "int8":  # its numbers also depend on the sample faces
            versions += f", nncf {version('nncf')}, engines {REVISION}"
        # bf16 for what stays unquantized, if the processor multiplies it.
        half = precision == "bf16" or (precision == "int8" and cpu.multiplies_bf16())
        hints = {
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": "bf16" if half else "f32",
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,  # its threads share the cores with the decoder's
        }
        made_with = (
            f"{versions}, {package_version('torch')}, engines {REVISION}"  # torch's version without importing it
        )
        self._request = self._compiled(hints, made_with).create_infer_request()
        self.identity = EngineIdentity("openvino", precision, versions, threads, reason)

    def logits(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        return in_fixed_batches(self._checkpoint, crops, self._batch, self._run)

    def _run(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        self._request.infer({0: pixels}, share_inputs=True)
        result: NDArray[np.float32] = self._request.get_output_tensor(0).data.astype(np.float32)
        return result

    def _compiled(self, hints: dict[str, Any], versions: str) -> Any:
        """The network ready to run: from the cache of this machine, else compiled and cached."""
        key, name = self._checkpoint.identity.key, f"openvino-{self._precision}-batch-{self._batch}"
        made_with = f"{versions} {hints} {cpu.features()}"
        if (cached := compiled_cache.read(key, name, made_with)) is not None:
            with contextlib.suppress(RuntimeError):  # compiled by another build of the same version: compile again
                return core().import_model(cached, "CPU", hints)
        model = self._network(versions)
        pixels = self._checkpoint.pixels(blank(1))
        model.reshape([self._batch, *pixels.shape[1:]])
        compiled = core().compile_model(model, "CPU", hints)
        exported = compiled.export_model()
        self._cache(name, made_with, exported.getvalue() if isinstance(exported, io.BytesIO) else bytes(exported))
        return compiled

    def _cache(self, name: str, made_with: str, content: bytes) -> None:
        if self._checkpoint.folder is not None:  # random weights are not used again
            compiled_cache.write(self._checkpoint.identity.key, name, made_with, content)

    def _network(self, versions: str) -> Any:
        """The checkpoint as OpenVINO's model, of any batch; in int8 from the cache, if it is there."""
        core()  # before anything else imports it
        key, name = self._checkpoint.identity.key, "openvino-int8"
        if self._precision == "int8" and (cached := compiled_cache.read(key, name, versions)) is not None:
            length = int.from_bytes(cached[:8], "big")
            return core().read_model(cached[8 : 8 + length], cached[8 + length :])
        torch_parts.load_shape_kernels()
        import openvino
        import torch

        from . import shipped_network

        torch.set_num_threads(self._threads)
        example = torch.from_numpy(self._checkpoint.pixels(blank(1)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tracing warns of each Python branch on a shape; the shape is fixed here
            model = openvino.convert_model(shipped_network.network(self._checkpoint), example_input=example)
        model.reshape([-1, *example.shape[1:]])
        if self._precision == "int8":
            model = self._quantized(model)
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "network.xml"
                openvino.save_model(model, file, compress_to_fp16=False)
                xml, numbers = file.read_bytes(), file.with_suffix(".bin").read_bytes()
            self._cache(name, versions, len(xml).to_bytes(8, "big") + xml + numbers)
        return model

    def _quantized(self, model: Any) -> Any:
        with contextlib.redirect_stdout(sys.stderr):  # NNCF draws bars on standard output
            import nncf
            from nncf.quantization.range_estimator import RangeEstimatorParametersSet

            nncf.set_log_level(logging.ERROR)
            pixels = self._checkpoint.pixels(sample_faces.calibration_crops())
            attends = any("Attention" in type(module).__name__ for module in self._checkpoint.model.modules())
            return nncf.quantize(
                model,
                nncf.Dataset([face[None] for face in pixels]),
                subset_size=len(pixels),
                preset=nncf.QuantizationPreset.MIXED,
                model_type=nncf.ModelType.TRANSFORMER if attends else None,
                fast_bias_correction=attends,  # the slow way has half the error and is quick enough on convolutions
                advanced_parameters=nncf.AdvancedQuantizationParameters(
                    # By extremes: quantiles, its default, clip what rare faces need (p99 error 0.11 against 0.03).
                    activations_range_estimator_params=RangeEstimatorParametersSet.MINMAX
                ),
            )
