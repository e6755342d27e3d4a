"""Open the model that a scan names: the same steps in a scan's own process and in an inference server.

Nothing here imports a package for inference before `build`, which needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ScanError
from ..observations import CheckpointIdentity, EngineIdentity
from ..settings import EngineName, ScanSettings
from ..system import Report
from .model_thread import Model

if TYPE_CHECKING:  # imported where a model is opened
    from ..expression.checkpoints import Checkpoint
    from ..expression.engines import Engine
    from ..expression.selection import Choice

Say = Callable[[str], None]
"""Called with the current activity, in words, every few seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """What a scan asks for."""

    checkpoint: str | None
    """As ScanSettings.checkpoint."""
    engine: EngineName
    batch: int
    unchanged: CheckpointIdentity | None = None
    """The checkpoint that an earlier scan read with and that it must still be; None for any."""
    threads: int | None = None
    """Threads of inference, as of another machine whose numbers are wanted; None for those that suit this machine."""

    @classmethod
    def of(cls, settings: ScanSettings) -> ModelRequest:
        """What a scan with `settings` asks for on this machine."""
        return cls(checkpoint=settings.checkpoint, engine=settings.engine, batch=settings.batch)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ModelRequest:
        """The request in the result of `to_json`. Raises KeyError or TypeError."""
        then = data["unchanged"]
        if then is not None:
            then = CheckpointIdentity.from_json(then)
        return cls(**{**data, "unchanged": then})


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A checkpoint that was read from disk, and the engine that was chosen for it on this machine."""

    checkpoint: Checkpoint
    engine: Choice
    batch: int
    threads: int
    machine: str
    """Processor and packages."""

    def gives_numbers_of(self, other: ModelChoice) -> bool:
        """Whether both give the same numbers: only the reason for the choice may differ."""
        return self._numbers_key() == other._numbers_key()

    def _numbers_key(self) -> tuple[object, ...]:
        return self.checkpoint.identity, self.engine.name, self.batch, self.threads, self.machine


Opener = Callable[[ModelRequest, Say], Model]
"""Opens the model of a request. Raises EmotionError."""


def reported(say: Say, report: Report) -> Say:
    """Says an activity with `say`, and reports it as an "engine" event."""

    def say_and_report(activity: str) -> None:
        say(activity)
        report("engine", {"doing": activity})

    return say_and_report


def report_model(checkpoint: CheckpointIdentity, engine: EngineIdentity, report: Report) -> None:
    """Report the checkpoint and the engine that a film is read with as a "model" event."""
    report("model", {"checkpoint": asdict(checkpoint), "engine": asdict(engine)})


def choose(request: ModelRequest, say: Say) -> ModelChoice:
    """Read the checkpoint and choose the engine; engines that this needs are tried. The caller holds a scan lock.

    Raises EmotionError.
    """
    from ..expression import checkpoints
    from ..expression.selection import choose as choose_engine, trial_store
    from ..system import is_beside_another, thread_budget

    checkpoint, then = checkpoints.load(checkpoints.locate(request.checkpoint)), request.unchanged
    now = checkpoint.identity
    # The settings decide what the weights give.
    if then is not None and (now.hash, now.settings) != (then.hash, then.settings):
        raise ScanError(f"The checkpoint “{then.name}” has changed since this film was analysed.", "Analyse it again.")
    threads = request.threads or thread_budget(parameters=checkpoint.parameters).inference
    in_turn = not is_beside_another()
    engine = choose_engine(request.engine, checkpoint, batch=request.batch, threads=threads, say=say, in_turn=in_turn)
    return ModelChoice(checkpoint, engine, request.batch, threads, trial_store.machine())


def build(choice: ModelChoice) -> Model:
    """Make the chosen engine ready. Raises EmotionError."""
    from ..expression.engines.factory import build as build_engine

    engine = build_engine(
        choice.engine.name,
        choice.checkpoint,
        batch=choice.batch,
        threads=choice.threads,
        reason=choice.engine.reason,
    )
    table = choice.checkpoint.facts.table
    return Model(choice.checkpoint.identity, engine, table.resizing if table is not None else None)


@dataclass(frozen=True, slots=True)
class Reader:
    """The model and the engine that a scan is read with, where another machine chose them."""

    checkpoint: CheckpointIdentity
    engine: EngineIdentity

    def opening(self, opener: Opener) -> Opener:
        """An opener that opens these with `opener`, whatever is asked for, and gives them this name.

        It raises ScanError where this machine's numbers would be others.
        """

        def opened(request: ModelRequest, say: Say) -> Model:
            from ..expression import engines

            name = engines.variant_of(self.engine.name, self.engine.precision)
            pinned = replace(request, engine=name, unchanged=self.checkpoint, threads=self.engine.threads)
            model = opener(pinned, say)
            here, there = model.engine.identity, self.engine
            if (here.name, here.precision, here.versions) != (there.name, there.precision, there.versions):
                raise ScanError(
                    f"The engine here is {here.versions}, that of the library {there.versions}.",
                    "Install the same packages.",
                )
            return Model(self.checkpoint, _NamedEngine(self.engine, model.engine), model.resize)

        return opened

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Reader:
        """The reader in the result of `to_json`. Raises KeyError or TypeError."""
        checkpoint = CheckpointIdentity.from_json(data["checkpoint"])
        return cls(checkpoint, EngineIdentity(**data["engine"]))


@dataclass(frozen=True, slots=True)
class _NamedEngine:
    """An engine under the identity of the same one on another machine."""

    identity: EngineIdentity
    engine: Engine

    def logits(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """As Engine.logits."""
        return self.engine.logits(crops)


def open_model(request: ModelRequest, say: Say) -> Model:
    """Open the model in this process: an Opener. The caller holds the scan lock."""
    return build(choose(request, say))
