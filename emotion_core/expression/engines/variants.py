"""The engines by name, with device and precision. Nothing here imports one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...settings import ENGINES, EngineName

Precision = Literal["fp32", "bf16", "int8"]


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to run a checkpoint."""

    name: EngineName
    engine: Literal["torch", "ipex", "openvino"]
    precision: Precision | None
    """None: the best that the processor multiplies, bf16 or fp32."""
    device: Literal["cpu", "cuda", "mps"] = "cpu"


VARIANTS: dict[EngineName, Variant] = {
    variant.name: variant
    for variant in (
        Variant("torch", "torch", "fp32"),
        Variant("torch-bf16", "torch", "bf16"),
        Variant("torch-cuda", "torch", "fp32", "cuda"),
        Variant("torch-mps", "torch", "fp32", "mps"),
        Variant("ipex", "ipex", None),
        Variant("ipex-int8", "ipex", "int8"),
        Variant("openvino", "openvino", "fp32"),
        Variant("openvino-bf16", "openvino", "bf16"),
        Variant("openvino-int8", "openvino", "int8"),
    )
}
"""Every name but "default" and "fastest", which stand for one of these."""

REVISION = 2
"""To be raised with each change of an engine's construction that changes its numbers or speed: earlier trials and
compiled networks are then ignored.
"""

BASELINE: EngineName = "torch"
"""The engine that all others are compared with."""


def variant_of(engine: str, precision: str) -> EngineName:
    """The name of the engine in an EngineIdentity."""
    own = f"{engine}-{precision}"
    return next((name for name in VARIANTS if name == own), next(name for name in VARIANTS if name == engine))


assert set(VARIANTS) == set(ENGINES) - {"default", "fastest"}
