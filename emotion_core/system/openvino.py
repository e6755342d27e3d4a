"""OpenVINO without its telemetry. This module alone imports it.

`import openvino` reports usage over the network unless the package `openvino_telemetry` cannot be imported; OpenVINO
then uses a stub that does nothing. So this module blocks that import first.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EngineError
from . import memory_limits


@cache
def core() -> Any:
    """OpenVINO's entry point, an openvino.Core. Raises EngineError if it is missing or incomplete, or OutOfMemory."""
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # makes the import fail
    try:
        import openvino
    except (ImportError, OSError) as error:  # on Windows a missing library is an OSError
        memory_limits.raise_if_memory_error(error, "OpenVINO")
        raise EngineError(f"OpenVINO cannot be imported here ({error}).", "Install requirements.txt anew.") from error

    return openvino.Core()


class PictureNetwork:
    """An ONNX network compiled for pictures of one size on this processor, in fp32."""

    def __init__(
        self, file: Path, height: int, width: int, *, threads: int, outputs: Mapping[str, Sequence[str]]
    ) -> None:
        """`file` holds a network whose input is one picture (1, 3, height, width), values 0 to 255, in BGR order.

        `outputs` names what `run` returns, and of each the branches in the file that make its channels.
        """
        model = core().read_model(file)
        model.reshape([1, 3, height, width])
        model = _with_joined_branches(model, outputs)
        from openvino import Layout, Tensor, Type
        from openvino.preprocess import PrePostProcessor

        steps = PrePostProcessor(model)
        # Floats, as the first layer takes them: turned to floats by OpenVINO, bytes would be laid out anew twice.
        steps.input().tensor().set_element_type(Type.f32).set_layout(Layout("NHWC"))
        steps.input().model().set_layout(Layout("NCHW"))
        steps.input().preprocess().reverse_channels()
        hints = {
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": "f32",
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,  # its threads share the cores with the decoder's
        }
        compiled = core().compile_model(steps.build(), "CPU", hints)
        self.picture: NDArray[np.float32] = np.zeros((height, width, 3), dtype=np.float32)
        """What `run` looks at, to be filled in: RGB, values 0 to 255; black at first."""
        self._request = compiled.create_infer_request()
        self._request.set_input_tensor(Tensor(self.picture[None], shared_memory=True))
        self._outputs = {
            name: self._request.get_output_tensor(number)
            for number, output in enumerate(compiled.outputs)
            for name in output.names
        }

    def run(self) -> dict[str, NDArray[np.float32]]:
        """The network's outputs for `picture` by name, each (rows, columns, channels); valid until the next call."""
        self._request.infer(share_outputs=True)  # else all of them are copied
        return {name: tensor.data[0] for name, tensor in self._outputs.items()}


def _with_joined_branches(model: Any, outputs: Mapping[str, Sequence[str]]) -> Any:
    """`model` with `outputs`, each computed by one convolution of single pixels and one that keeps channels apart.

    The branches of an output read the same tensor by such a pair of convolutions each, whose weights and biases the
    file calls BRANCH.conv1.weight and so on. Run one by one, they read that tensor once a branch.
    """
    from openvino import Model, opset13

    constants = {node.get_friendly_name(): node for node in model.get_ops() if node.get_type_name() == "Constant"}

    def joined(branches: Sequence[str], name: str, shape: Sequence[int]) -> Any:
        return opset13.constant(
            np.concatenate([constants[f"{branch}.{name}"].data for branch in branches]).reshape(shape)
        )

    results = []
    for output, branches in outputs.items():
        (first,) = constants[f"{branches[0]}.conv1.weight"].output(0).get_target_inputs()
        source = first.get_node().input_value(0)
        step, none = [1, 1], [0, 0]
        weights = joined(branches, "conv1.weight", (-1, source.get_shape()[1], 1, 1))
        node = opset13.convolution(source, weights, step, none, none, step)
        node = opset13.add(node, joined(branches, "conv1.bias", (1, -1, 1, 1)))
        node = opset13.group_convolution(
            node, joined(branches, "conv2.weight", (-1, 1, 1, 3, 3)), step, step, step, step
        )
        node = opset13.add(node, joined(branches, "conv2.bias", (1, -1, 1, 1)))
        node = opset13.transpose(node, opset13.constant([0, 2, 3, 1]))
        node.output(0).set_names({output})
        results.append(opset13.result(node))
    return Model(results, model.get_parameters(), model.get_friendly_name())
