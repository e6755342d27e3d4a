"""An engine's name made into an engine. Each adapter, and the heavy package behind it, is imported only when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import EmotionError, EngineError
from ...settings import ENGINES, EngineName
from .availability import obstacle
from .variants import VARIANTS

if TYPE_CHECKING:
    from ..checkpoints.checkpoint import Checkpoint
    from .engine import Engine


def build(name: EngineName, checkpoint: Checkpoint, *, batch: int, threads: int, reason: str) -> Engine:
    """The engine called `name`, which must not be "default" or "fastest".

    Raises EngineError where it cannot run here (it never silently becomes another), DiskFull where what it compiles
    cannot be kept.
    """
    check(name)
    try:
        return _built(name, checkpoint, batch, threads, reason)
    except EmotionError:
        raise
    except Exception as error:  # whatever tracing, quantizing and compiling raise
        first = (str(error).strip().splitlines() or ["no message"])[0]
        raise EngineError(
            f"The engine {name} cannot run the checkpoint “{checkpoint.identity.name}” "
            f"({type(error).__name__}: {first}).",
            "Choose another engine, for example torch.",
        ) from error


def _built(name: EngineName, checkpoint: Checkpoint, batch: int, threads: int, reason: str) -> Engine:
    variant = VARIANTS[name]
    if variant.engine == "ipex":
        from .ipex_engine import IpexEngine

        return IpexEngine(checkpoint, batch=batch, threads=threads, reason=reason, precision=variant.precision)
    precision = variant.precision or "fp32"
    if variant.engine == "openvino":
        from .openvino_engine import OpenVinoEngine

        return OpenVinoEngine(checkpoint, batch=batch, threads=threads, reason=reason, precision=precision)
    from .torch_engine import TorchEngine

    return TorchEngine(
        checkpoint, batch=batch, threads=threads, reason=reason, precision=precision, device=variant.device
    )


def check(name: EngineName) -> None:
    """Raise EngineError if there is no engine `name`, or it cannot run here."""
    if name not in VARIANTS:
        raise EngineError(f"There is no engine “{name}”.", f"Choose one of {', '.join(ENGINES)}.")
    if (found := obstacle(name)) is not None:
        raise EngineError(f"The engine {name} cannot run here: {found.why}.", found.advice)
