"""Measure every engine on this machine: on the reference model (or its architecture) and the embedded one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from ...errors import EngineError
from ...settings import EngineName
from ...storage.files import locked
from ...storage.paths import home, scan_lock
from ...system.background import Errand
from ..engines.availability import obstacle
from ..engines.variants import VARIANTS
from . import trial_store
from .overview import BATCHES, Given, Measured, checkpoints, what
from .trial import Trial, TrialEndedError, TrialProcess

SECONDS = 3.0


Show = Callable[[int, int, str], None]
"""Takes steps done, steps in all, and what is being done."""


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
    given = {c: Given.of(c) for c in names or checkpoints()}
    here, trials = trial_store.machine(), []
    busy = partial(show, 0, len(steps), "nothing yet: an analysis is running")
    with locked(scan_lock(home()), busy), tempfile.TemporaryDirectory() as folder:
        for number, (checkpoint, engine, batch) in enumerate(steps):
            model, lasting = given[checkpoint], True
            show(number, len(steps), what(engine, checkpoint, batch))
            try:
                with TrialProcess(engine, model.place, batch=batch, threads=0, folder=Path(folder)) as process:
                    process.start()
                    trial = replace(process.run(seconds), checkpoint=model.name)
            except EngineError as error:
                trial = Trial.failed(engine, model.name, model.key, batch=batch, why=error.problem)
                lasting = not isinstance(error, TrialEndedError)
            trials.append(trial)
            if lasting:
                trial_store.remember([trial], here)
    show(len(steps), len(steps), "")
    return Measured.of(here, trials, {name: found.why for name, found in stands.items()})


def errand(folder: Path) -> Errand:
    """The measuring in the background: its lines hold "step", "of" and "doing", the last one "error", or "done" and in
    "failed" what could not be measured, with why, as in Measured.
    """
    return Errand(folder, "engines", "emotion_core.processes.engine_benchmark")
