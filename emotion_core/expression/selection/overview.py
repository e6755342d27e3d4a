"""What was measured of the engines on this machine: what is known, what the default is, and whether to change it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import CheckpointError
from ...observations.observations import key_of
from ...settings import EngineName
from ..checkpoints.location import in_cache, locate
from ..checkpoints.names import EMBEDDED, REFERENCE
from ..checkpoints.random_weights import UNTRAINED, UNTRAINED_HASH, UNTRAINED_NAME
from ..engines.availability import obstacle
from ..engines.variants import VARIANTS
from . import trial_store
from .trial import Trial

BATCHES = (16, 1)
"""Sizes of batch that are measured; engines are chosen by the largest."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything known of the engines on this machine."""

    machine: str
    trials: tuple[Trial, ...]
    failed: dict[str, str]
    """Why an engine could not be measured, by "engine on checkpoint, batch n"."""
    left_out: dict[EngineName, str]
    """Why an engine cannot run here at all."""

    @classmethod
    def of(cls, here: str, trials: Sequence[Trial], left_out: dict[EngineName, str]) -> Measured:
        """Trials on the machine `here`, those that came to nothing told apart."""
        failed = {what(one.engine, one.checkpoint, one.batch): one.failure for one in trials if one.failure}
        return cls(here, tuple(one for one in trials if not one.failure), failed, left_out)


@dataclass(frozen=True, slots=True)
class Given:
    """A checkpoint to measure on."""

    place: str
    """What its trials are given."""
    name: str
    key: str

    @classmethod
    def of(cls, checkpoint: str) -> Given:
        if checkpoint == UNTRAINED:
            return cls(UNTRAINED, UNTRAINED_NAME, key_of(UNTRAINED_HASH, ""))
        location = locate(checkpoint)
        return cls(str(location.folder), location.name, key_of(location.weights_hash(), location.settings_hash()))


def checkpoints() -> tuple[str, ...]:
    """What is measured: the reference model if it is on this disk, else its architecture; and the embedded one."""
    return (REFERENCE if in_cache(REFERENCE) is not None else UNTRAINED, EMBEDDED)


def what(engine: EngineName, checkpoint: str, batch: int) -> str:
    """What is measured, for a person: “torch on embedded, batch 16”."""
    shown = "the reference architecture" if checkpoint in (UNTRAINED, UNTRAINED_NAME) else checkpoint
    return f"{engine} on {shown}, batch {batch}"


def known() -> Measured:
    """What was measured before on this machine, with these packages."""
    here = trial_store.machine()
    stands = {name: found.why for name in VARIANTS if (found := obstacle(name)) is not None}
    return Measured.of(here, _current(trial_store.all_trials(here)), stands)


def _current(trials: Sequence[Trial]) -> list[Trial]:
    """Without those of weights that had a name of ours before, and of random ones where the model itself is here."""
    keys = {UNTRAINED_NAME: "", REFERENCE: "", EMBEDDED: ""}
    tried = {trial.checkpoint for trial in trials}
    for checkpoint in checkpoints():
        if (UNTRAINED_NAME if checkpoint == UNTRAINED else checkpoint) not in tried:
            continue  # a large model takes a while to be hashed
        with contextlib.suppress(CheckpointError, OSError):  # damaged or gone: nothing was measured of it
            given = Given.of(checkpoint)
            keys[given.name] = given.key
    return [trial for trial in trials if keys.get(trial.checkpoint, trial.key) == trial.key]


def to_json(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """A list of objects, one a trial; `agreement` is the share of faces with fp32's first label, None if untested."""
    known = trial_store.all_trials(trial_store.machine())
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
            "chosen": trial.engine == default_of(known, trial.key),
        }
        for trial in trials
    ]


def default_of(trials: Sequence[Trial], key: str) -> EngineName | None:
    """Which engine "default" stands for with the checkpoint `key`, as far as these trials tell; `choice` decides it."""
    own = [trial for trial in trials if trial.key == key and trial.batch == max(BATCHES)]
    unfit = {trial.engine for trial in own if not trial.fit}
    chosen = trial_store.chosen()
    if chosen is not None and obstacle(chosen) is not None:
        return None  # an analysis is refused then
    for name in (chosen, "ipex"):
        if name in VARIANTS and name not in unfit and obstacle(name) is None:
            return name
    best = max(_runnable(t for t in own if t.fit), key=lambda t: t.faces_per_second, default=None)
    return best.engine if best is not None else None


def faster(trials: Iterable[Trial], default: str) -> Trial | None:
    """As trial_store.faster, of those engines that can run here now."""
    return trial_store.faster(_runnable(trials), default)


def _runnable(trials: Iterable[Trial]) -> list[Trial]:
    """Without those of engines that ran here once and cannot any more."""
    return [trial for trial in trials if obstacle(trial.engine) is None]


def hint(key: str) -> str:
    """A sentence, if another engine was measured to be much faster here than the default, or if only the one that the
    rule took was timed; else nothing.
    """
    trials = [t for t in trial_store.all_trials(trial_store.machine()) if t.key == key and t.batch == max(BATCHES)]
    if not trials:  # to ask what stands in an engine's way may take seconds
        return ""
    default = default_of(trials, key)
    if only_the_rules(key):
        return (
            f"Other engines than {default} were not timed on this machine yet. To see whether one is faster: "
            f"{way(trials[0].checkpoint)}."
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


def only_the_rules(key: str) -> bool:
    """Whether of all engines that could run the checkpoint `key` here only the one that the rule takes was tried."""
    trials = trial_store.trials(key, trial_store.machine(), batch=max(BATCHES))
    tried = {trial.engine for trial in trials}
    if trial_store.chosen() is not None or tried != {default_of(trials, key)}:
        return False
    return any(name not in tried and obstacle(name) is None for name in VARIANTS)


def way(checkpoint: str) -> str:
    """How the engines are measured on the checkpoint of this name, for a person."""
    command = "python -m emotion_core engines --measure"
    if checkpoint in (EMBEDDED, REFERENCE):
        return f"{command}, or “Measure” on the Engines page"
    return f"{command} --checkpoint NAME, where NAME is its folder or hub id"
