"""Which engine runs a checkpoint on this machine, and why."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DiskFull, EngineError, LibraryError
from ..settings import EngineName
from ..threads import share
from . import machine
from .engines import build, check
from .obstacles import obstacle
from .trial import Trial, TrialEndedError, TrialProcess
from .variants import TRUTH, VARIANTS

if TYPE_CHECKING:
    from .checkpoint import Checkpoint
    from .engine import Engine

SECONDS = 2.0
"""How long an engine is timed."""

Say = Callable[[str], None]
"""Takes what is being done, in words."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An engine, and why this one."""

    name: EngineName
    reason: str


def open_engine(name: EngineName, checkpoint: Checkpoint, *, batch: int, say: Say = lambda _: None) -> Engine:
    """The engine called `name`, or the one that "default" or "fastest" stands for here; its identity says why.

    Raises EngineError where a named engine cannot run: it never silently becomes another.
    """
    threads = share(parameters=checkpoint.parameters).inference
    choice = choose(name, checkpoint, batch=batch, threads=threads, say=say)
    return build(choice.name, checkpoint, batch=batch, threads=threads, reason=choice.reason)


def choose(name: EngineName, checkpoint: Checkpoint, *, batch: int, threads: int, say: Say = lambda _: None) -> Choice:
    """Which engine `name` stands for. What has to be tried for it is remembered; `say` is told what is tried."""
    if name == "fastest":
        return _fastest(checkpoint, batch, threads, say)
    if name != "default":
        check(name)
        return Choice(name, "named")
    chosen = machine.chosen()
    if chosen is not None:
        try:
            check(chosen)
        except EngineError as error:
            raise EngineError(
                f"The engine {chosen} was made the default, but: {error.problem}",
                "Choose another on the Engines page, or by `python -m emotion_core engines --default rule`.",
            ) from error
        trusted = chosen == TRUTH or checkpoint.folder is None  # fp32 is what others are compared with
        if trusted or (why := _unfit(chosen, checkpoint, batch, threads, say)) is None:
            return Choice(chosen, "default: made so by the user")
        rule = _by_rule(checkpoint, batch, threads, say)
        return Choice(rule.name, f"{rule.reason} ({chosen}, made the default, {why})")
    return _by_rule(checkpoint, batch, threads, say)


def _by_rule(checkpoint: Checkpoint, batch: int, threads: int, say: Say) -> Choice:
    """Intel Extension for PyTorch where it runs and agrees with fp32, else the fastest that agrees."""
    if (stands := obstacle("ipex")) is not None:
        return _else_fastest(stands.why, checkpoint, batch, threads, say)
    if checkpoint.folder is None:
        return Choice("ipex", "default: Intel Extension for PyTorch runs here; random weights are timed only")
    if (why := _unfit("ipex", checkpoint, batch, threads, say)) is not None:
        return _else_fastest(f"Intel Extension for PyTorch {why}", checkpoint, batch, threads, say)
    return Choice("ipex", "default: Intel Extension for PyTorch runs here and agrees with fp32")


def _unfit(name: EngineName, checkpoint: Checkpoint, batch: int, threads: int, say: Say) -> str | None:
    """Why an engine may not stand for fp32 on this checkpoint, as the end of a sentence; None if it may."""
    tried = _known(checkpoint, batch).get(name) or next(_tried((name,), checkpoint, batch, threads, say), None)
    if tried is None:
        return "could not be tried"
    if tried.failure:
        return f"does not run it: {tried.failure.rstrip('.')}"
    return None if tried.fit or tried.agreement is None else f"disagrees with fp32 ({tried.agreement.in_words()})"


def _else_fastest(why: str, checkpoint: Checkpoint, batch: int, threads: int, say: Say) -> Choice:
    fastest = _fastest(checkpoint, batch, threads, say)
    return Choice(fastest.name, f"default: {why}; {fastest.reason}")


def _fastest(checkpoint: Checkpoint, batch: int, threads: int, say: Say) -> Choice:
    known = _known(checkpoint, batch)
    for trial in _tried(tuple(n for n in VARIANTS if n not in known), checkpoint, batch, threads, say):
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


def _known(checkpoint: Checkpoint, batch: int) -> dict[EngineName, Trial]:
    known = machine.trials(checkpoint.identity.key, machine.machine(), batch=batch)
    return {trial.engine: trial for trial in known}


def _tried(
    names: tuple[EngineName, ...], checkpoint: Checkpoint, batch: int, threads: int, say: Say
) -> Iterator[Trial]:
    """Trials of those engines that run here, remembered; one that was ended, or found the disk full, is passed over."""
    called, key = checkpoint.identity.name, checkpoint.identity.key
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            if obstacle(name) is not None:
                continue
            say(f"trying the engine {name} (once on this machine)")
            try:
                with TrialProcess(
                    name, str(checkpoint.folder), batch=batch, threads=threads, folder=Path(folder)
                ) as process:
                    process.start()
                    trial = replace(process.run(SECONDS), checkpoint=called)
            except (TrialEndedError, DiskFull):
                continue
            except EngineError as error:
                trial = Trial.failed(name, called, key, batch=batch, why=error.problem)
            with contextlib.suppress(LibraryError):  # only costs the next analysis the same seconds
                machine.remember([trial], machine.machine())
            yield trial
