"""Overview of the engines on this machine: their trials, the default, and whether to change it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import CheckpointError
from ...observations import checkpoint_key
from ...settings import EngineName
from ..checkpoints.location import in_cache, locate
from ..checkpoints.names import EMBEDDED, REFERENCE
from ..checkpoints.random_weights import UNTRAINED, UNTRAINED_HASH, UNTRAINED_NAME
from ..engines.availability import obstacle
from ..engines.variants import VARIANTS
from . import trial_store
from .trial import Trial

BATCHES = (16, 1)
"""Batch sizes of trials; engines are chosen by the largest."""


@dataclass(frozen=True, slots=True)
class EngineOverview:
    """All trials of the engines on this machine."""

    machine: str
    trials: tuple[Trial, ...]
    failed: dict[str, str]
    """Why an engine could not be measured, by "engine on checkpoint, batch n"."""
    left_out: dict[EngineName, str]
    """Why an engine cannot run here at all."""

    @classmethod
    def of(cls, here: str, trials: Sequence[Trial], left_out: dict[EngineName, str]) -> EngineOverview:
        """Trials on the machine `here`, with the failed ones apart."""
        failed = {describe(t.engine, t.checkpoint, t.batch): t.failure for t in trials if t.failure}
        return cls(here, tuple(trial for trial in trials if not trial.failure), failed, left_out)


@dataclass(frozen=True, slots=True)
class CheckpointReference:
    """A checkpoint to measure on."""

    place: str
    """Argument of its trials: a folder, or UNTRAINED."""
    name: str
    key: str

    @classmethod
    def of(cls, checkpoint: str) -> CheckpointReference:
        if checkpoint == UNTRAINED:
            return cls(UNTRAINED, UNTRAINED_NAME, checkpoint_key(UNTRAINED_HASH, ""))
        location = locate(checkpoint)
        key = checkpoint_key(location.weights_hash(), location.settings_hash())
        return cls(str(location.folder), location.name, key)


def checkpoints() -> tuple[str, ...]:
    """The checkpoints to measure: the embedded one, and the reference model or, if it is not here, its architecture."""
    return (REFERENCE if in_cache(REFERENCE) is not None else UNTRAINED, EMBEDDED)


def describe(engine: EngineName, checkpoint: str, batch: int) -> str:
    """A trial in words: “torch on embedded, batch 16”."""
    name = "the reference architecture" if checkpoint in (UNTRAINED, UNTRAINED_NAME) else checkpoint
    return f"{engine} on {name}, batch {batch}"


def load() -> EngineOverview:
    """The stored trials of this machine with these packages."""
    here = trial_store.machine()
    obstacles = {name: why_not.why for name in VARIANTS if (why_not := obstacle(name)) is not None}
    return EngineOverview.of(here, _current(trial_store.all_trials(here)), obstacles)


def _current(trials: Sequence[Trial]) -> list[Trial]:
    """Without trials of earlier weights of known checkpoints, and of random weights where the model itself is here."""
    keys = {UNTRAINED_NAME: "", REFERENCE: "", EMBEDDED: ""}
    tried = {trial.checkpoint for trial in trials}
    for checkpoint in checkpoints():
        if (UNTRAINED_NAME if checkpoint == UNTRAINED else checkpoint) not in tried:
            continue  # to hash a large model takes a while
        with contextlib.suppress(CheckpointError, OSError):  # damaged or gone
            reference = CheckpointReference.of(checkpoint)
            keys[reference.name] = reference.key
    return [trial for trial in trials if keys.get(trial.checkpoint, trial.key) == trial.key]


def to_json(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """A list of objects, one a trial; `agreement` is the share of faces with fp32's first label, None if untested."""
    stored = trial_store.all_trials(trial_store.machine())
    return [
        {
            "engine": trial.engine,
            "precision": trial.precision,
            "checkpoint": trial.checkpoint,
            "batch": trial.batch,
            "faces_per_second": round(trial.faces_per_second, 2),
            "milliseconds_a_face": round(1000 / trial.faces_per_second, 3) if trial.faces_per_second else None,
            "start_seconds": round(trial.start_seconds, 2),
            "memory_mb": round(trial.memory_mb),
            "agreement": trial.agreement.top_same if trial.agreement is not None else None,
            "agrees": trial.agreement.agrees if trial.agreement is not None else None,
            "chosen": trial.engine == default_of(stored, trial.key),
        }
        for trial in trials
    ]


def default_of(trials: Sequence[Trial], key: str) -> EngineName | None:
    """The engine that "default" stands for with the checkpoint `key`, by these trials; `choice` decides at a scan."""
    own = [trial for trial in trials if trial.key == key and trial.batch == max(BATCHES)]
    unfit = {trial.engine for trial in own if not trial.fit}
    chosen = trial_store.user_default()
    if chosen is not None and obstacle(chosen) is not None:
        return None  # an analysis is refused then
    for name in (chosen, "ipex"):
        if name in VARIANTS and name not in unfit and obstacle(name) is None:
            return name
    best = max(_runnable(t for t in own if t.fit), key=lambda t: t.faces_per_second, default=None)
    return best.engine if best is not None else None


def faster(trials: Iterable[Trial], default: str) -> Trial | None:
    """As trial_store.faster, among the engines that can run here now."""
    return trial_store.faster(_runnable(trials), default)


def _runnable(trials: Iterable[Trial]) -> list[Trial]:
    """Trials of engines that can still run here."""
    return [trial for trial in trials if obstacle(trial.engine) is None]


def hint(key: str) -> str:
    """A sentence if a trial showed another engine to be much faster here than the default, or if only the engine of the
    rule was timed; else empty.
    """
    trials = [t for t in trial_store.all_trials(trial_store.machine()) if t.key == key and t.batch == max(BATCHES)]
    if not trials:  # the check of engines may take seconds
        return ""
    default = default_of(trials, key)
    if only_rule_tried(key):
        return (
            f"Other engines than {default} were not timed on this machine yet. To see whether one is faster: "
            f"{how_to_measure(trials[0].checkpoint)}."
        )
    best = faster(trials, default or "")
    if best is None or default is None:
        return ""
    now = next(trial for trial in trials if trial.engine == default)
    return (
        f"The engine {best.engine} reads {best.faces_per_second / now.faces_per_second:.1f} times as many faces a "
        f"second as the default, {default}, on this machine, and agrees with fp32. To make it the default: "
        f"python -m emotion_core engines --default {best.engine}, or the Engines page."
    )


def only_rule_tried(key: str) -> bool:
    """Whether only the engine of the rule was tried with the checkpoint `key`, though others can run here."""
    trials = trial_store.trials(key, trial_store.machine(), batch=max(BATCHES))
    tried = {trial.engine for trial in trials}
    if trial_store.user_default() is not None or tried != {default_of(trials, key)}:
        return False
    return any(name not in tried and obstacle(name) is None for name in VARIANTS)


def how_to_measure(checkpoint: str) -> str:
    """How to measure the engines on the checkpoint of this name, in words."""
    command = "python -m emotion_core engines --measure"
    if checkpoint in (EMBEDDED, REFERENCE):
        return f"{command}, or “Measure” on the Engines page"
    return f"{command} --checkpoint NAME, where NAME is its folder or hub id"
