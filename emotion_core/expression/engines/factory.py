"""Build an engine by its name. Each adapter, with the heavy package behind it, is imported only when it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import EmotionError, EngineError
from ...settings import ENGINES, EngineName
from ...system import memory_limits, torch_parts
from .availability import obstacle
from .variants import VARIANTS

if TYPE_CHECKING:
    from ..checkpoints.checkpoint import Checkpoint
    from .engine import Engine


def build(name: EngineName, checkpoint: Checkpoint, *, batch: int, threads: int, reason: str) -> Engine:
    """The engine called `name`, which must not be "default" or "fastest".

    Raises EngineError where it cannot run here (it never silently becomes another), OutOfMemory where it lacks memory,
    DiskFull where what it compiles cannot be cached.
    """
    check(name)
    try:
        return _build(name, checkpoint, batch, threads, reason)
    except EmotionError:
        raise
    except Exception as error:  # of any class, from importing, tracing, quantizing and compiling
        memory_limits.raise_if_memory_error(error, f"The engine {name}")
        first = (str(error).strip().splitlines() or ["no message"])[0]
        raise EngineError(
            f"The engine {name} cannot run the checkpoint “{checkpoint.identity.name}” "
            f"({type(error).__name__}: {first}).",
            "Choose another engine, for example torch.",
        ) from error


def _build(name: EngineName, checkpoint: Checkpoint, batch: int, threads: int, reason: str) -> Engine:
    variant = VARIANTS[name]
    if variant.engine != "openvino":
        import_torch(name, checkpoint)
    if variant.engine == "ipex":
        from .ipex_engine import IpexEngine

        return IpexEngine(checkpoint, batch=batch, threads=threads, reason=reason, precision=variant.precision)
    precision = variant.precision or "fp32"
    if variant.engine == "openvino":
        from .openvino_engine import OpenVinoEngine

        return OpenVinoEngine(checkpoint, batch=batch, threads=threads, reason=reason, precision=precision)
    from .torch_engine import TorchEngine

    return TorchEngine(
        checkpoint,
        batch=batch,
        threads=threads,
        reason=reason,
        precision=precision,
        device=variant.device,
        recorded=checkpoint.folder is not None,
    )


def import_torch(name: EngineName, checkpoint: Checkpoint) -> None:
    """Import torch with the parts that the engine `name`, which is none of OpenVINO, needs for `checkpoint`."""
    from .shipped_network import is_shipped

    torch_parts.leave_out_shape_kernels()
    variant = VARIANTS[name]
    if variant.device == "cpu" and variant.precision != "int8" and is_shipped(checkpoint):
        torch_parts.import_without_gpu()


def check(name: EngineName) -> None:
    """Raise EngineError if there is no engine `name`, or it cannot run here."""
    if name not in VARIANTS:
        raise EngineError(f"There is no engine “{name}”.", f"Choose one of {', '.join(ENGINES)}.")
    if (why_not := obstacle(name)) is not None:
        raise EngineError(f"The engine {name} cannot run here: {why_not.why}.", why_not.advice)
