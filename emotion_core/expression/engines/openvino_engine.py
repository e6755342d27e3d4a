"""OpenVINO: fp32, bf16, or int8 by NNCF's post-training quantization; what it compiles is kept on disk."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import tempfile
import warnings
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ...observations.observations import EngineIdentity
from ...system import cpu
from ...system.openvino import core
from ..checkpoints.checkpoint import Checkpoint
from . import compiled_cache, sample_faces
from .engine import LogitsOnly, in_fixed_batches
from .variants import REVISION, Precision


class OpenVinoEngine:
    """Compiled for the one shape it will be given."""

    def __init__(
        self, checkpoint: Checkpoint, *, batch: int, threads: int, reason: str, precision: Precision = "fp32"
    ) -> None:
        self._checkpoint, self._batch, self._precision = checkpoint, batch, precision
        versions = f"openvino {version('openvino')}"
        if precision == "int8":  # its numbers hang on the faces that it is quantized on too, which are ours
            versions += f", nncf {version('nncf')}, engines {REVISION}"
        torch.set_num_threads(threads)  # the image processor's and the mirrored views' share of the work
        # bf16 for what stays unquantized, where the processor multiplies it.
        half = precision == "bf16" or (precision == "int8" and cpu.multiplies_bf16())
        hints = {
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": "bf16" if half else "f32",
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,  # its threads share the cores with the decoder's
        }
        self._request = self._compiled(
            hints, f"{versions}, torch {torch.__version__}, engines {REVISION}"
        ).create_infer_request()
        self.identity = EngineIdentity("openvino", precision, versions, threads, reason)

    def logits(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        with torch.inference_mode():
            return in_fixed_batches(self._checkpoint, crops, self._batch, self._run)

    def _run(self, pixels: torch.Tensor) -> torch.Tensor:
        self._request.infer({0: pixels.numpy()}, share_inputs=True)
        return torch.from_numpy(self._request.get_output_tensor(0).data.copy())

    def _compiled(self, hints: dict[str, Any], versions: str) -> Any:
        """The network ready to run: as it was compiled before on this machine, else compiled anew and kept."""
        key, name = self._checkpoint.identity.key, f"openvino-{self._precision}-batch-{self._batch}"
        made_with = f"{versions} {hints} {cpu.features()}"
        if (kept := compiled_cache.read(key, name, made_with)) is not None:
            with contextlib.suppress(RuntimeError):  # compiled by a build that called itself the same: compile anew
                return core().import_model(kept, "CPU", hints)
        model = self._network(versions)
        pixels = self._checkpoint.pixels([np.zeros((64, 64, 3), dtype=np.uint8)])
        model.reshape([self._batch, *pixels.shape[1:]])
        compiled = core().compile_model(model, "CPU", hints)
        exported = compiled.export_model()
        self._keep(name, made_with, exported.getvalue() if isinstance(exported, io.BytesIO) else bytes(exported))
        return compiled

    def _keep(self, name: str, made_with: str, content: bytes) -> None:
        if self._checkpoint.folder is not None:  # nobody comes back for random weights
            compiled_cache.write(self._checkpoint.identity.key, name, made_with, content)

    def _network(self, versions: str) -> Any:
        """The checkpoint as OpenVINO's model, of any batch; in int8 as it was quantized before, if it was."""
        core()  # before anything else imports it
        key, name = self._checkpoint.identity.key, "openvino-int8"
        if self._precision == "int8" and (kept := compiled_cache.read(key, name, versions)) is not None:
            length = int.from_bytes(kept[:8], "big")
            return core().read_model(kept[8 : 8 + length], kept[8 + length :])
        import openvino

        example = self._checkpoint.pixels([np.zeros((64, 64, 3), dtype=np.uint8)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tracing warns of each Python branch on a shape; the shape is fixed here
            model = openvino.convert_model(LogitsOnly(self._checkpoint.model).eval(), example_input=example)
        model.reshape([-1, *example.shape[1:]])
        if self._precision == "int8":
            model = self._quantized(model)
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "network.xml"
                openvino.save_model(model, file, compress_to_fp16=False)
                xml, numbers = file.read_bytes(), file.with_suffix(".bin").read_bytes()
            self._keep(name, versions, len(xml).to_bytes(8, "big") + xml + numbers)
        return model

    def _quantized(self, model: Any) -> Any:
        with contextlib.redirect_stdout(sys.stderr):  # NNCF draws bars where a command's own output goes
            import nncf
            from nncf.quantization.range_estimator import RangeEstimatorParametersSet

            nncf.set_log_level(logging.ERROR)
            pixels = self._checkpoint.pixels(sample_faces.calibration_crops()).numpy()
            attends = any("Attention" in type(module).__name__ for module in self._checkpoint.model.modules())
            return nncf.quantize(
                model,
                nncf.Dataset([face[None] for face in pixels]),
                subset_size=len(pixels),
                preset=nncf.QuantizationPreset.MIXED,
                model_type=nncf.ModelType.TRANSFORMER if attends else None,
                fast_bias_correction=attends,  # the slow way is twice as true and, on convolutions, quick enough
                advanced_parameters=nncf.AdvancedQuantizationParameters(
                    # By extremes: quantiles, its default, clip what rare faces need (p99 error 0.11 against 0.03).
                    activations_range_estimator_params=RangeEstimatorParametersSet.MINMAX
                ),
            )
