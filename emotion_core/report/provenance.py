"""Names for what produced the numbers: model, engine, temperature, calibration."""

from __future__ import annotations

from ..expression.checkpoints.calibration import Temperature
from ..expression.checkpoints.names import EMBEDDED, REFERENCE
from ..formatting import count
from ..observations.observations import CheckpointIdentity, EngineIdentity
from ..settings import EngineName


def model(name: str) -> str:
    """“the built-in model”, “the reference model …”, “the model …”: a checkpoint by its name."""
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


def engine_name(name: EngineName) -> str:
    """“OpenVINO int8”: an engine for a person to choose."""
    return _ENGINES[name]


def engine(used: EngineIdentity) -> str:
    """“ipex fp32, 1 thread (default: …)”: what ran the model, and why this one."""
    return f"{used.name} {used.precision}, {count(used.threads, 'thread')} ({used.reason})"


def read_by(checkpoint: CheckpointIdentity, used: EngineIdentity, told: Temperature) -> str:
    """“model embedded (e64cb5159033), engine ipex fp32, 1 thread (default: …), temperature 1.07 (calibrated)”."""
    return f"model {checkpoint.name} ({checkpoint.hash[:12]}), engine {engine(used)}, {temperature(told)}"


def temperature(told: Temperature) -> str:
    """“temperature 1.07 (calibrated)”."""
    return f"temperature {told.value:.3g} ({told.source})"


def calibrated_how(told: Temperature) -> str:
    """What a temperature does and what it rests on, in two sentences."""
    what = "Probabilities are what the model says, softened or sharpened by its temperature; 1 leaves them as they are."
    if told.calibration is None:
        how = (
            "For this model nobody has fitted one yet."
            if told.source == "uncalibrated"
            else "This one was set by hand."
        )
        return f"{what} {how}"
    fit = told.calibration.fit
    return (
        f"{what} This one was fitted on {fit.fitted:,} labelled faces and judged on {fit.judged:,} others: there, "
        f"probabilities are {fit.ece_after * 100:.1f} points off on average, {fit.ece_before * 100:.1f} without it."
    )
