"""Choose the engine, and the size of its input, for a viewer before a camera: it must answer face by face, in time.

The engine is that of scans if it is known to be quick enough. Else engines are tried for single faces, and then the
fastest at fewer pixels, where the model can be read so (`engines.smaller_input`); once on a machine, as all trials.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from ...errors import EngineError, LibraryError
from ...settings import EngineName
from ...storage import Home, home, try_lock
from .. import compiled_cache
from ..engines.availability import obstacle
from ..engines.smaller_input import Patches, at_side, patches
from . import live_size, trial_store
from .choice import Choice
from .live_size import QUICK, LiveSize
from .trial import Trial, TrialEndedError, TrialProcess

if TYPE_CHECKING:
    from ..checkpoints.checkpoint import Checkpoint

SECONDS = 2.0
"""Seconds for which an engine is timed."""
FACES = 64
"""Faces on which an engine and each size are compared with fp32 at the own size: each of the sample faces in two or
three lights and sizes. fp32 reads them once for all of these, which takes a large model twenty seconds on two cores.
"""
TRIED_WITHIN = 180.0
"""Seconds after which no further trial begins: somebody waits. The next session goes on with those that are left."""
BUSY = 85.0
"""Per cent of all cores in use, before trials begin, from which on none does."""
LISTENS = 1.0
"""Seconds for which that is measured."""
SINGLE: tuple[EngineName, ...] = ("openvino",)
"""Engines that may read single faces faster than the default, which is fast in batches."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LiveChoice:
    """What reads faces of a live viewer."""

    engine: Choice
    side: int = 0
    """Pixels a side of the input, as Trial.side."""
    size: LiveSize | None = None
    """None where the engine is quick enough at the model's own size, or was not measured."""


def choose_live(default: Choice, checkpoint: Checkpoint, *, batch: int, threads: int, say: Say) -> LiveChoice:
    """The engine and the size for the checkpoint, of which `default` is the engine of scans, tried with `batch` faces.

    Engines are tried, and `say` is called with each, only where `default` is known to be too slow.
    """
    stored = trial_store.trials(checkpoint.identity.key, trial_store.machine(), batch=batch)
    batched = {t.engine: t for t in stored if t.fit and _runs(t.engine)}
    rates = {name: trial.faces_per_second for name, trial in batched.items()}
    patched, names = patches(checkpoint), [default.name]
    if rates.get(default.name, 0 if patched else QUICK) >= QUICK:  # unknown, only a transformer is tried
        return LiveChoice(default)
    if trial_store.user_default() is None:
        best = max(rates, key=rates.__getitem__, default=default.name)
        if rates.get(best, 0) >= QUICK:
            return LiveChoice(_instead(default, best, rates))
        names += [name for name in dict.fromkeys((best, *filter(_runs, SINGLE))) if name != default.name]
    with tempfile.TemporaryDirectory() as folder, try_lock(Home(home()).scan_lock) as undisturbed:
        # Beside an analysis or other work any engine is slow, and what was measured would be remembered.
        is_free = undisturbed and psutil.cpu_percent(interval=LISTENS) < BUSY
        until = time.monotonic() + TRIED_WITHIN if is_free else 0.0
        tries = _Tries(checkpoint, threads, say, Path(folder), until)
        fit = {trial.engine: trial for trial in tries.at_own_size(names, batched) if trial.fit}
        if not fit:
            return LiveChoice(default)
        own = max(fit.values(), key=lambda trial: trial.faces_per_second)
        engine = _instead(default, own.engine, {name: trial.faces_per_second for name, trial in fit.items()})
        if own.faces_per_second >= QUICK:
            return LiveChoice(engine)
        if patched is None:
            return LiveChoice(engine, 0, live_size.size_of(own, own, 0))
        trial = live_size.chosen(own, tries.smaller(own, patched))
    for side in patched.smaller:
        if side != trial.side:
            compiled_cache.remove(at_side(checkpoint, side).identity.key)
    return LiveChoice(engine, trial.side, live_size.size_of(trial, own, patched.side))


def _instead(default: Choice, name: EngineName, rates: Mapping[EngineName, float]) -> Choice:
    if name == default.name:
        return default
    slow = f", where {default.name} reads {rates[default.name]:.0f}" if default.name in rates else ""
    return Choice(name, f"live: {rates[name]:.0f} faces/s{slow}")


def _runs(name: EngineName) -> bool:
    return obstacle(name) is None


@dataclass(frozen=True, slots=True)
class _Tries:
    """Trials of a checkpoint for single faces: the stored ones, else they are run and stored."""

    checkpoint: Checkpoint
    threads: int
    say: Say
    folder: Path
    """Of the faces, and of the answers of fp32."""
    until: float
    """The time by time.monotonic() from which none is run."""

    def at_own_size(self, names: Sequence[EngineName], batched: Mapping[EngineName, Trial]) -> list[Trial]:
        """One a name; of an engine that was tried with batches, `batched`, that does: a large model is as fast with
        single faces.
        """
        stored = trial_store.trials(self.checkpoint.identity.key, trial_store.machine(), batch=1)
        known = {**batched, **{trial.engine: trial for trial in stored if not trial.brief}}
        tried = self._run([(name, 0) for name in names if name not in known])
        return [*(known[name] for name in names if name in known), *tried]

    def smaller(self, own: Trial, patched: Patches) -> list[Trial]:
        """Trials of the engine of `own` at fewer pixels, until one may be chosen."""
        known = trial_store.smaller_trials(self.checkpoint.identity.key, trial_store.machine(), own.engine)
        works = [patched.count(side) / patched.count(patched.side) for side in patched.smaller]
        found = [known[side] for side in patched.smaller if side in known]
        while (side := live_size.next_side(own, patched.smaller, works, found)) is not None:
            trial = next(self._run([(own.engine, side)]), None)
            if trial is None:
                break
            found.append(trial)
        return found

    def _run(self, tries: Sequence[tuple[EngineName, int]]) -> Iterator[Trial]:
        for name, side in tries:
            if time.monotonic() > self.until:
                return
            trial = self._tried(name, side)
            if trial is not None:
                with contextlib.suppress(LibraryError):  # only costs the next session the same seconds
                    trial_store.remember([trial], trial_store.machine())
                yield trial

    def _tried(self, name: EngineName, side: int) -> Trial | None:
        """None where the trial says nothing about the engine."""
        size = f" at {side} pixels" if side else " for single faces"

        def doing() -> None:
            self.say(f"trying the engine {name}{size} (once on this machine)")

        doing()
        identity = self.checkpoint.identity
        try:
            with TrialProcess(
                name,
                str(self.checkpoint.folder),
                batch=1,
                threads=self.threads,
                folder=self.folder,
                count=FACES,
                side=side,
                alive=doing,
            ) as process:
                process.start()
                return replace(process.run(SECONDS), checkpoint=identity.name)
        except (TrialEndedError, LibraryError):
            return None
        except EngineError as error:
            return Trial.failed(name, identity.name, identity.key, batch=1, why=error.problem, side=side)
