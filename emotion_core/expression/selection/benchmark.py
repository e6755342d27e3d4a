"""Measure every engine on this machine: on the reference model (or its architecture) and the embedded one."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal

from ...errors import EngineError
from ...settings import EngineName
from ...storage import Home, home, locked
from ...system import DONE, NO_PROGRESS, BackgroundProcess, Progress, error_message, newest_progress
from ..engines.availability import obstacle
from ..engines.variants import VARIANTS
from . import trial_store
from .overview import BATCHES, CheckpointReference, EngineOverview, checkpoints, describe
from .trial import Trial, TrialEndedError, TrialProcess

SECONDS = 3.0


Show = Callable[[int, int, str], None]
"""Called with the steps done, the steps in all, and the current one in words."""


def measure(
    show: Show,
    *,
    names: Sequence[str] | None = None,
    engines: Sequence[EngineName] | None = None,
    batches: Sequence[int] = BATCHES,
    seconds: float = SECONDS,
) -> EngineOverview:
    """Try the engines on the checkpoints called `names` (None: `checkpoints()`) and store the trials.

    Waits for a running analysis, since each would slow the other down. Raises CheckpointError where one of `names` is
    not on this disk, LibraryError where a compiled network or a trial cannot be stored.
    """
    obstacles = {name: why_not for name in engines or VARIANTS if (why_not := obstacle(name)) is not None}
    runnable = [name for name in engines or VARIANTS if name not in obstacles]
    steps = [(c, e, b) for c in names or checkpoints() for e in runnable for b in batches]
    # Names are resolved before the first trial: a misspelt one fails at once, and a trial has another working folder.
    references = {c: CheckpointReference.of(c) for c in names or checkpoints()}
    here, trials = trial_store.machine(), []
    busy = partial(show, 0, len(steps), "nothing yet: an analysis is running")
    locks = [lock for lock in Home(home()).scan_locks if lock.exists() or lock == Home(home()).scan_lock]
    with contextlib.ExitStack() as held, tempfile.TemporaryDirectory() as folder:
        for lock in locks:
            held.enter_context(locked(lock, busy))
        for number, (checkpoint, engine, batch) in enumerate(steps):
            model, lasting = references[checkpoint], True
            show(number, len(steps), describe(engine, checkpoint, batch))
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
    return EngineOverview.of(here, trials, {name: why_not.why for name, why_not in obstacles.items()})


@dataclass(frozen=True, slots=True)
class Benchmark:
    """How a benchmark in the background goes or how it ended."""

    state: Literal["running", "done", "failed", "stopped"]
    progress: Progress = NO_PROGRESS
    """In trials."""
    message: str = ""
    """Why it failed."""
    failures: Mapping[str, str] = field(default_factory=dict)
    """What could not be measured, and why, as EngineOverview.failed: not all of it is remembered."""


def process(home: Path) -> BackgroundProcess:
    """The benchmark in the background."""
    return BackgroundProcess(home, "engines", "emotion_core.processes.engine_benchmark")


def state(home: Path) -> Benchmark | None:
    """How the newest benchmark goes; None if there was none."""
    running = process(home).running  # asked first: all its events are there once it has ended
    events = process(home).events or []
    if running:
        return Benchmark("running", Progress.from_event(newest_progress(events), "steps"))
    if not events:
        return None
    if message := error_message(events):
        return Benchmark("failed", message=message)
    if events[-1]["event"] != DONE:
        return Benchmark("stopped")
    failures = events[-1].get("failed")
    return Benchmark("done", failures=failures if isinstance(failures, dict) else {})
