"""Every engine measured on this machine: on the reference model (or its architecture), and on the embedded checkpoint.

`measure` does it in this process, each engine in one of its own. `errand` does it in the background, for a page:
`python -m emotion_core.measuring`.
"""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from .errand import Errand
from .errors import CheckpointError, EmotionError, EngineError
from .expression import machine
from .expression.location import EMBEDDED, REFERENCE, in_cache, locate
from .expression.obstacles import obstacle
from .expression.trial import UNTRAINED, UNTRAINED_HASH, UNTRAINED_NAME, Trial, TrialEndedError, TrialProcess
from .expression.variants import VARIANTS
from .home import home
from .observations import key_of
from .scan_process import scan_lock
from .settings import EngineName
from .storage import locked

BATCHES = (16, 1)
SECONDS = 3.0

Show = Callable[[int, int, str], None]
"""Takes steps done, steps in all, and what is being done."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything known of the engines on this machine."""

    machine: str
    trials: tuple[Trial, ...]
    failed: dict[str, str]
    """Why an engine could not be measured, by "engine on checkpoint, batch n"."""
    left_out: dict[EngineName, str]
    """Why an engine cannot run here at all."""


def checkpoints() -> tuple[str, ...]:
    """What is measured: the reference model if it is on this disk, else its architecture; and the embedded one."""
    return (REFERENCE if in_cache(REFERENCE) is not None else UNTRAINED, EMBEDDED)


def measure(
    show: Show,
    *,
    names: Sequence[str] | None = None,
    engines: Sequence[EngineName] | None = None,
    batches: Sequence[int] = BATCHES,
    seconds: float = SECONDS,
) -> Measured:
    """Try the engines on the checkpoints called `names` (None: `checkpoints()`) and remember what came out.

    Waits for an analysis that runs, since both would be slower than they are. Raises CheckpointError where one of
    `names` is not on this disk, LibraryError where what an engine compiled cannot be kept, or what came out remembered.
    """
    stands = {name: found for name in engines or VARIANTS if (found := obstacle(name)) is not None}
    runnable = [name for name in engines or VARIANTS if name not in stands]
    steps = [(c, e, b) for c in names or checkpoints() for e in runnable for b in batches]
    # What is misspelt is said before anything is tried, and a trial has a working folder of its own.
    given = {c: _Given.of(c) for c in names or checkpoints()}
    here, trials = machine.machine(), []
    busy = partial(show, 0, len(steps), "nothing yet: an analysis is running")
    with locked(scan_lock(home()), busy), tempfile.TemporaryDirectory() as folder:
        for number, (checkpoint, engine, batch) in enumerate(steps):
            model, lasting = given[checkpoint], True
            show(number, len(steps), _what(engine, checkpoint, batch))
            try:
                with TrialProcess(engine, model.place, batch=batch, threads=0, folder=Path(folder)) as process:
                    process.start()
                    trial = replace(process.run(seconds), checkpoint=model.name)
            except EngineError as error:
                trial = Trial.failed(engine, model.name, model.key, batch=batch, why=error.problem)
                lasting = not isinstance(error, TrialEndedError)
            trials.append(trial)
            if lasting:
                machine.remember([trial], here)
    show(len(steps), len(steps), "")
    return _measured(here, trials, {name: found.why for name, found in stands.items()})


@dataclass(frozen=True, slots=True)
class _Given:
    """A checkpoint to measure on."""

    place: str
    """What its trials are given."""
    name: str
    key: str

    @classmethod
    def of(cls, checkpoint: str) -> _Given:
        if checkpoint == UNTRAINED:
            return cls(UNTRAINED, UNTRAINED_NAME, key_of(UNTRAINED_HASH, ""))
        location = locate(checkpoint)
        return cls(str(location.folder), location.name, key_of(location.weights_hash(), location.settings_hash()))


def _what(engine: EngineName, checkpoint: str, batch: int) -> str:
    shown = "the reference architecture" if checkpoint in (UNTRAINED, UNTRAINED_NAME) else checkpoint
    return f"{engine} on {shown}, batch {batch}"


def _measured(here: str, trials: Sequence[Trial], left_out: dict[EngineName, str]) -> Measured:
    failed = {_what(trial.engine, trial.checkpoint, trial.batch): trial.failure for trial in trials if trial.failure}
    return Measured(here, tuple(trial for trial in trials if not trial.failure), failed, left_out)


def known() -> Measured:
    """What was measured before on this machine, with these packages."""
    here = machine.machine()
    stands = {name: found.why for name in VARIANTS if (found := obstacle(name)) is not None}
    return _measured(here, _current(machine.all_trials(here)), stands)


def _current(trials: Sequence[Trial]) -> list[Trial]:
    """Without those of weights that had a name of ours before, and of random ones where the model itself is here."""
    keys = {UNTRAINED_NAME: "", REFERENCE: "", EMBEDDED: ""}
    tried = {trial.checkpoint for trial in trials}
    for checkpoint in checkpoints():
        if (UNTRAINED_NAME if checkpoint == UNTRAINED else checkpoint) not in tried:
            continue  # a large model takes a while to be hashed
        with contextlib.suppress(CheckpointError, OSError):  # damaged or gone: nothing was measured of it
            given = _Given.of(checkpoint)
            keys[given.name] = given.key
    return [trial for trial in trials if keys.get(trial.checkpoint, trial.key) == trial.key]


def to_json(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """A list of objects, one a trial; `agreement` is the share of faces with fp32's first label, None if untested."""
    known = machine.all_trials(machine.machine())
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
    chosen = machine.chosen()
    if chosen is not None and obstacle(chosen) is not None:
        return None  # an analysis is refused then
    for name in (chosen, "ipex"):
        if name in VARIANTS and name not in unfit and obstacle(name) is None:
            return name
    best = max((t for t in own if t.fit), key=lambda t: t.faces_per_second, default=None)
    return best.engine if best is not None else None


def hint(key: str) -> str:
    """A sentence, if another engine was measured to be much faster here than the default, or if only the one that the
    rule took was timed; else nothing.
    """
    trials = [t for t in machine.all_trials(machine.machine()) if t.key == key and t.batch == max(BATCHES)]
    if not trials:  # to ask what stands in an engine's way may take seconds
        return ""
    default = default_of(trials, key)
    if only_the_rules(key):
        return (
            f"Other engines than {default} were not timed on this machine yet. To see whether one is faster: "
            f"{way(trials[0].checkpoint)}."
        )
    best = machine.faster(trials, default or "")
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
    trials = machine.trials(key, machine.machine(), batch=max(BATCHES))
    tried = {trial.engine for trial in trials}
    if machine.chosen() is not None or tried != {default_of(trials, key)}:
        return False
    return any(name not in tried and obstacle(name) is None for name in VARIANTS)


def way(checkpoint: str) -> str:
    """How the engines are measured on the checkpoint of this name, for a person."""
    command = "python -m emotion_core engines --measure"
    if checkpoint in (EMBEDDED, REFERENCE):
        return f"{command}, or “Measure” on the Engines page"
    return f"{command} --checkpoint NAME, where NAME is its folder or hub id"


def errand(folder: Path) -> Errand:
    """The measuring in the background: its lines hold "step", "of" and "doing", the last one "done" or "error"."""
    return Errand(folder, "engines", __name__ if __name__ != "__main__" else "emotion_core.measuring")


def _main() -> int:
    def say(fields: dict[str, Any]) -> None:
        print(json.dumps(fields), flush=True)

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the engine that is being tried ends too
    try:
        measure(lambda step, of, doing: say({"step": step, "of": of, "doing": doing}))
    except (EmotionError, OSError) as error:
        say({"error": str(error) if isinstance(error, EmotionError) else f"The measuring failed ({error}). Try again."})
        return 1
    say({"done": True})
    return 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(_main())
