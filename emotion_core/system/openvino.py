"""OpenVINO without its telemetry: the one place where it is imported.

`import openvino` reports to its makers over the network unless the package `openvino_telemetry` cannot be imported, in
which case it falls back to a stub of its own that does nothing. So it is made unimportable first: nothing leaves the
machine.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EngineError


@cache
def core() -> Any:
    """OpenVINO's entry point, an openvino.Core. Raises EngineError where it is not installed, or not whole."""
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # Python's way to say "not importable"
    try:
        import openvino
    except (ImportError, OSError) as error:  # on Windows a missing library is an OSError
        raise EngineError(f"OpenVINO cannot be imported here ({error}).", "Install requirements.txt anew.") from error

    return openvino.Core()


class PictureNetwork:
    """A network of a file (ONNX), made ready for pictures of one size on this processor, in fp32."""

    def __init__(self, file: Path, height: int, width: int, *, threads: int) -> None:
        """The network must take one picture (1, 3, h, w) of values 0 to 255, blue first."""
        model = core().read_model(file)
        model.reshape([1, 3, height, width])
        from openvino import Layout, Type
        from openvino.preprocess import PrePostProcessor

        steps = PrePostProcessor(model)
        steps.input().tensor().set_element_type(Type.u8).set_layout(Layout("NHWC"))
        steps.input().model().set_layout(Layout("NCHW"))
        steps.input().preprocess().reverse_channels()
        hints = {
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": "f32",
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,  # its threads share the cores with the decoder's
        }
        compiled = core().compile_model(steps.build(), "CPU", hints)
        self._outputs = {name: number for number, output in enumerate(compiled.outputs) for name in output.names}
        self._request = compiled.create_infer_request()

    def run(self, rgb: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        """What the network makes of a picture, RGB (h, w, 3), by the outputs' names; good until the next call."""
        self._request.infer({0: rgb[None]}, share_inputs=True)
        return {name: self._request.get_output_tensor(number).data for name, number in self._outputs.items()}
