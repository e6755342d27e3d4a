"""Which engine runs a checkpoint on this machine, and why."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import EngineError, LibraryError
from ...settings import EngineName
from ...storage.files import if_free
from ...storage.paths import home, scan_lock
from ...system.threads import share
from ..engines.availability import obstacle
from ..engines.factory import build, check
from ..engines.variants import TRUTH, VARIANTS
from . import trial_store
from .trial import Trial, TrialEndedError, TrialProcess

if TYPE_CHECKING:
    from ..checkpoints.checkpoint import Checkpoint
    from ..engines.engine import Engine

SECONDS = 2.0
"""How long an engine is timed."""

Say = Callable[[str], None]
"""Takes what is being done, in words; it is said again every few seconds."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An engine, and why this one."""

    name: EngineName
    reason: str


def open_engine(
    name: EngineName, checkpoint: Checkpoint, *, batch: int, say: Say = lambda _: None, in_turn: bool = False
) -> Engine:
    """The engine called `name`, or the one that "default" or "fastest" stands for here; its identity says why.

    `in_turn`: the caller holds the scan lock. Without it, trials made while an analysis runs are not remembered.
    Raises EngineError where a named engine cannot run: it never silently becomes another.
    """
    threads = share(parameters=checkpoint.parameters).inference
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
    """Which engine `name` stands for. What has to be tried for it is remembered; `say` is told what is tried."""
    chosen = asked_for(name)
    trials = _Trials(checkpoint, batch, threads, say, in_turn)
    if name == "fastest":
        return _fastest(trials)
    if name != "default":
        return Choice(name, "named")
    if chosen is not None:
        trusted = chosen == TRUTH or checkpoint.folder is None  # fp32 is what others are compared with
        if trusted or (why := _unfit(chosen, trials)) is None:
            return Choice(chosen, "default: made so by the user")
        rule = _by_rule(trials)
        return Choice(rule.name, f"{rule.reason} ({chosen}, made the default, {why})")
    return _by_rule(trials)


def asked_for(name: EngineName) -> EngineName | None:
    """The engine that the user asks for by `name`: itself, or for "default" the one that was made so; None where trials
    decide. Raises EngineError where it cannot run here.
    """
    if name == "fastest":
        return None
    if name != "default":
        check(name)
        return name
    chosen = trial_store.chosen()
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
    """Trials of a checkpoint: those that are known, and how further ones are made."""

    checkpoint: Checkpoint
    batch: int
    threads: int
    say: Say
    in_turn: bool

    def known(self) -> dict[EngineName, Trial]:
        known = trial_store.trials(self.checkpoint.identity.key, trial_store.machine(), batch=self.batch)
        return {trial.engine: trial for trial in known}

    def made(self, names: tuple[EngineName, ...]) -> Iterator[Trial]:
        """Trials of those engines that run here, remembered; one that says nothing of its engine is passed over."""
        called, key = self.checkpoint.identity.name, self.checkpoint.identity.key
        quiet = contextlib.nullcontext(True) if self.in_turn else if_free(scan_lock(home()))
        with tempfile.TemporaryDirectory() as folder, quiet as nobody_beside:
            for name in names:
                if obstacle(name) is not None:
                    continue
                doing = partial(self.say, f"trying the engine {name} (once on this machine)")
                doing()
                try:
                    with TrialProcess(
                        name,
                        str(self.checkpoint.folder),
                        batch=self.batch,
                        threads=self.threads,
                        folder=Path(folder),
                        alive=doing,
                    ) as process:
                        process.start()
                        trial = replace(process.run(SECONDS), checkpoint=called)
                except (TrialEndedError, LibraryError):
                    continue
                except EngineError as error:
                    trial = Trial.failed(name, called, key, batch=self.batch, why=error.problem)
                if nobody_beside:
                    with contextlib.suppress(LibraryError):  # only costs the next analysis the same seconds
                        trial_store.remember([trial], trial_store.machine())
                yield trial


def _by_rule(trials: _Trials) -> Choice:
    """Intel Extension for PyTorch where it runs and agrees with fp32, else the fastest that agrees."""
    if (stands := obstacle("ipex")) is not None:
        return _else_fastest(stands.why, trials)
    if trials.checkpoint.folder is None:
        return Choice("ipex", "default: Intel Extension for PyTorch runs here; random weights are timed only")
    if (why := _unfit("ipex", trials)) is not None:
        return _else_fastest(f"Intel Extension for PyTorch {why}", trials)
    return Choice("ipex", "default: Intel Extension for PyTorch runs here and agrees with fp32")


def _unfit(name: EngineName, trials: _Trials) -> str | None:
    """Why an engine may not stand for fp32 on this checkpoint, as the end of a sentence; None if it may."""
    tried = trials.known().get(name) or next(trials.made((name,)), None)
    if tried is None:
        return "could not be tried"
    if tried.failure:
        return f"does not run it: {tried.failure.rstrip('.')}"
    return None if tried.fit or tried.agreement is None else f"disagrees with fp32 ({tried.agreement.in_words()})"


def _else_fastest(why: str, trials: _Trials) -> Choice:
    fastest = _fastest(trials)
    return Choice(fastest.name, f"default: {why}; {fastest.reason}")


def _fastest(trials: _Trials) -> Choice:
    # What ran here once may be gone since.
    known = {name: trial for name, trial in trials.known().items() if obstacle(name) is None}
    for trial in trials.made(tuple(n for n in VARIANTS if n not in known)):
        known[trial.engine] = trial
    fit = [trial for trial in known.values() if trial.fit]
    if not fit:  # not even fp32 could be tried: no memory, no room; then it is not tried but run
        return Choice(TRUTH, "no engine could be tried")
    best = max(fit, key=lambda trial: trial.faces_per_second)
    others = ", ".join(
        f"{t.engine} {t.faces_per_second:.0f}" if t.fit else f"{t.engine} {_fault(t)}"
        for t in sorted(known.values(), key=lambda t: -t.faces_per_second)
        if t is not best
    )
    reason = f"fastest here: {best.faces_per_second:.0f} faces/s" + (f" ({others})" if others else "")
    return Choice(best.engine, reason)


def _fault(trial: Trial) -> str:
    return "does not run it" if trial.failure else "disagrees with fp32"
