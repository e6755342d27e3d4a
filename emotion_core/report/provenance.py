"""Names for what produced the numbers: model, engine, temperature, calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..expression.checkpoints import EMBEDDED, REFERENCE
from ..formatting import count
from ..settings import EngineName

if TYPE_CHECKING:
    from ..expression.checkpoints import Temperature
    from ..observations import CheckpointIdentity, EngineIdentity


def model_name(name: str) -> str:
    """“the built-in model”, “the reference model …” or “the model …”, by the checkpoint's name."""
    if name == EMBEDDED:
        return "the built-in model"
    return f"the reference model {name}" if name == REFERENCE else f"the model {name}"


_ENGINES: dict[EngineName, str] = {
    "default": "The default",
    "fastest": "The fastest here that agrees with fp32",
    "torch": "PyTorch fp32, without optimization",
    "torch-bf16": "PyTorch bf16",
    "torch-cuda": "PyTorch on an NVIDIA GPU",
    "torch-mps": "PyTorch on an Apple GPU",
    "ipex": "Intel Extension for PyTorch",
    "ipex-int8": "Intel Extension for PyTorch int8",
    "openvino": "OpenVINO fp32",
    "openvino-bf16": "OpenVINO bf16",
    "openvino-int8": "OpenVINO int8",
}


def engine_title(name: EngineName) -> str:
    """“OpenVINO int8”: an engine's name in a list of choices."""
    return _ENGINES[name]


def engine_description(engine: EngineIdentity) -> str:
    """“ipex fp32, 1 thread (default: …)”: the engine that ran, and the reason for its choice."""
    return f"{engine.name} {engine.precision}, {count(engine.threads, 'thread')} ({engine.reason})"


def reading_description(checkpoint: CheckpointIdentity, engine: EngineIdentity, scale: Temperature) -> str:
    """“model embedded (e64cb5159033), engine ipex fp32, 1 thread (default: …), temperature 1.07 (calibrated)”."""
    model = f"model {checkpoint.name} ({checkpoint.hash[:12]})"
    return f"{model}, engine {engine_description(engine)}, {temperature_description(scale)}"


def temperature_description(scale: Temperature) -> str:
    """“temperature 1.07 (calibrated)”."""
    return f"temperature {scale.value:.3g} ({scale.source})"


def calibration_description(scale: Temperature) -> str:
    """Explanation of a temperature and of its calibration, in two or three sentences."""
    what = "Probabilities are what the model says, softened or sharpened by its temperature; 1 leaves them as they are."
    if scale.calibration is not None and (film := scale.calibration.film) is not None:
        what = f"Probabilities are what the model says, scaled as fits faces on {film.fitted:,} labelled film stills."
        if scale.source == "set by hand":
            return f"{what} The temperature of that scaling was set by hand."
        return (
            f"{what} On {film.judged:,} stills, each scaled by stills of other people, they are "
            f"{film.ece_after * 100:.1f} points off on average, and {film.ece_before * 100:.1f} as the model has them."
        )
    if scale.calibration is None:
        how = (
            "For this model nobody has fitted one yet."
            if scale.source == "uncalibrated"
            else "This one was set by hand."
        )
        return f"{what} {how}"
    fit = scale.calibration.fit
    return (
        f"{what} This one was fitted on {fit.fitted:,} labelled faces and judged on {fit.judged:,} others: there, "
        f"probabilities are {fit.ece_after * 100:.1f} points off on average, {fit.ece_before * 100:.1f} without it."
    )
