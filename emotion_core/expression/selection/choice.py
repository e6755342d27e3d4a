"""Choose the engine that runs a checkpoint on this machine."""

from __future__ import annotations

import contextlib
import importlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from ...errors import EngineError, LibraryError
from ...settings import EngineName
from ...storage import Home, home, try_lock
from ...system import thread_budget
from ..engines.availability import is_ipex_untested, obstacle
from ..engines.factory import build, check, import_torch
from ..engines.variants import BASELINE, VARIANTS
from . import trial_store
from .trial import PROBE_FACES, Trial, TrialEndedError, TrialProcess

if TYPE_CHECKING:
    from ..checkpoints.checkpoint import Checkpoint
    from ..engines.engine import Engine

SECONDS = 2.0
"""Seconds for which an engine is timed."""
BRIEF_SECONDS = 0.1
"""The same where its agreement alone decides: a batch or two."""
MEMORY_BESIDE_TRIAL = 4 << 30
"""Bytes of available memory from which on this process imports PyTorch while a trial does: both hold 300 MB of it."""
FIRST_FACES = 32
"""Faces on which an engine is compared first: each of the sample faces is among them, and the rest are the same ones in
other lights and sizes. All are compared only where these leave a doubt.
"""

Say = Callable[[str], None]
"""Called with the current activity, in words, every few seconds."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An engine, and the reason for it."""

    name: EngineName
    reason: str


def open_engine(
    name: EngineName, checkpoint: Checkpoint, *, batch: int, say: Say = lambda _: None, in_turn: bool = False
) -> Engine:
    """The engine called `name`, or the one that "default" or "fastest" stands for here; its identity has the reason.

    `in_turn`: the caller holds the scan lock. Without it, trials beside a running analysis are not stored. Raises
    EngineError where a named engine cannot run: it never silently becomes another.
    """
    threads = thread_budget(parameters=checkpoint.parameters).inference
    choice = choose(name, checkpoint, batch=batch, threads=threads, say=say, in_turn=in_turn)
    return build(choice.name, checkpoint, batch=batch, threads=threads, reason=choice.reason)


def choose(
    name: EngineName,
    checkpoint: Checkpoint,
    *,
    batch: int,
    threads: int,
    say: Say = lambda _: None,
    in_turn: bool = False,
) -> Choice:
    """The engine that `name` stands for. Trials that this needs are stored; `say` is called with each."""
    trials = _Trials(checkpoint, batch, threads, say, in_turn)
    chosen = requested_engine(name)
    if name == "fastest":
        return _fastest(trials)
    if name != "default":
        return Choice(name, "named")
    if chosen is not None:
        trusted = chosen == BASELINE or checkpoint.folder is None  # fp32 is what others are compared with
        if trusted or (why := _unfit(chosen, trials)) is None:
            return Choice(chosen, "default: made so by the user")
        rule = _by_rule(trials)
        return Choice(rule.name, f"{rule.reason} ({chosen}, made the default, {why})")
    return _by_rule(trials)


def requested_engine(name: EngineName) -> EngineName | None:
    """The engine that the user requests by `name`: itself, or for "default" the one set by the user; None where trials
    decide. Raises EngineError where it cannot run here.
    """
    if name == "fastest":
        return None
    if name != "default":
        check(name)
        return name
    chosen = trial_store.user_default()
    if chosen is not None:
        try:
            check(chosen)
        except EngineError as error:
            raise EngineError(
                f"The engine {chosen} was made the default, but: {error.problem}",
                "Choose another on the Engines page, or by `python -m emotion_core engines --default rule`.",
            ) from error
    return chosen


@dataclass(frozen=True, slots=True)
class _Trials:
    """Trials of a checkpoint: the stored ones, and how to run further ones."""

    checkpoint: Checkpoint
    batch: int
    threads: int
    say: Say
    in_turn: bool

    def stored(self) -> dict[EngineName, Trial]:
        stored = trial_store.trials(self.checkpoint.identity.key, trial_store.machine(), batch=self.batch)
        return {trial.engine: trial for trial in stored}

    def run(self, names: tuple[EngineName, ...], *, brief: bool = False) -> Iterator[Trial]:
        """Run and store trials of those engines that can run here; skip trials that say nothing about their engine.

        `brief`: time them for a moment only. Where nobody imported Intel's extension yet, its trial finds out whether
        it can be imported.
        """
        called, key = self.checkpoint.identity.name, self.checkpoint.identity.key
        quiet = contextlib.nullcontext(True) if self.in_turn else try_lock(Home(home()).scan_lock)
        with tempfile.TemporaryDirectory() as folder, quiet as undisturbed:
            for name in names:
                untested = VARIANTS[name].engine == "ipex" and is_ipex_untested()
                if not untested and obstacle(name) is not None:
                    continue
                try:
                    trial = replace(self._tried(name, Path(folder), brief), checkpoint=called, brief=brief)
                except (TrialEndedError, LibraryError):
                    continue
                except EngineError as error:
                    if untested and obstacle(name) is not None:  # another process imports it, to say what is wrong
                        continue
                    trial = Trial.failed(name, called, key, batch=self.batch, why=error.problem)
                if undisturbed:
                    with contextlib.suppress(LibraryError):  # only costs the next analysis the same seconds
                        trial_store.remember([trial], trial_store.machine())
                yield trial

    def _tried(self, name: EngineName, folder: Path, brief: bool) -> Trial:
        """The trial of an engine: on few faces and, unless it agrees on them clearly, on all."""
        doing = partial(self.say, f"trying the engine {name} (once on this machine)")
        few = VARIANTS[name].precision != "int8"  # int8 is rarely so near
        for count in (FIRST_FACES, PROBE_FACES) if few else (PROBE_FACES,):
            doing()
            with TrialProcess(
                name,
                str(self.checkpoint.folder),
                batch=self.batch,
                threads=self.threads,
                folder=folder,
                count=count,
                alive=doing,
            ) as process:
                if brief:
                    _import_package_of(name, self.checkpoint)
                trial = process.start()
                if count == PROBE_FACES or trial.agreement is None or trial.agreement.agrees_clearly:
                    return process.run(BRIEF_SECONDS if brief else SECONDS)
        raise AssertionError("all faces were compared")


def _import_package_of(name: EngineName, checkpoint: Checkpoint) -> None:
    """Import what this process needs of an engine once its trial ends well: the trial itself works meanwhile.

    Not while engines are timed against each other, and not where memory may be short.
    """
    if VARIANTS[name].engine != "openvino" and psutil.virtual_memory().available > MEMORY_BESIDE_TRIAL:
        with contextlib.suppress(Exception):  # it shows again when the engine is built
            import_torch(name, checkpoint)
            importlib.import_module("torch")


def _by_rule(trials: _Trials) -> Choice:
    """Intel Extension for PyTorch where it runs and agrees with fp32, else the fastest that agrees."""
    # A trial also shows whether the extension can be imported, which takes seconds to find out.
    untested = trials.checkpoint.folder is not None and "ipex" not in trials.stored() and is_ipex_untested()
    if not untested and (why_not := obstacle("ipex")) is not None:
        return _else_fastest(why_not.why, trials)
    if trials.checkpoint.folder is None:
        return Choice("ipex", "default: Intel Extension for PyTorch runs here; random weights are timed only")
    if (why := _unfit("ipex", trials)) is not None:
        if untested and (why_not := obstacle("ipex")) is not None:
            return _else_fastest(why_not.why, trials)
        return _else_fastest(f"Intel Extension for PyTorch {why}", trials)
    return Choice("ipex", "default: Intel Extension for PyTorch runs here and agrees with fp32")


def _unfit(name: EngineName, trials: _Trials) -> str | None:
    """Why an engine may not stand for fp32 on this checkpoint, as the end of a sentence; None if it may."""
    tried = trials.stored().get(name) or next(trials.run((name,), brief=True), None)
    if tried is None:
        return "could not be tried"
    if tried.failure:
        return f"does not run it: {tried.failure.rstrip('.')}"
    return None if tried.fit or tried.agreement is None else f"disagrees with fp32 ({tried.agreement.in_words()})"


def _else_fastest(why: str, trials: _Trials) -> Choice:
    fastest = _fastest(trials)
    return Choice(fastest.name, f"default: {why}; {fastest.reason}")


def _fastest(trials: _Trials) -> Choice:
    # An engine that ran here once may no longer be there.
    known = {name: trial for name, trial in trials.stored().items() if not trial.brief}
    candidates = {name: trial for name, trial in known.items() if obstacle(name) is None}
    for trial in trials.run(tuple(n for n in VARIANTS if n not in candidates)):
        candidates[trial.engine] = trial
    fit = [trial for trial in candidates.values() if trial.fit]
    if not fit:  # not even fp32 could be tried, for want of memory or disk: run it untried
        return Choice(BASELINE, "no engine could be tried")
    best = max(fit, key=lambda trial: trial.faces_per_second)
    others = ", ".join(
        f"{t.engine} {t.faces_per_second:.0f}" if t.fit else f"{t.engine} {_fault(t)}"
        for t in sorted(candidates.values(), key=lambda t: -t.faces_per_second)
        if t is not best
    )
    reason = f"fastest here: {best.faces_per_second:.0f} faces/s" + (f" ({others})" if others else "")
    return Choice(best.engine, reason)


def _fault(trial: Trial) -> str:
    return "does not run it" if trial.failure else "disagrees with fp32"
