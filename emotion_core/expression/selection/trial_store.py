"""The store of trials on this machine, and of the engine that the user made the default.

A trial holds for one checkpoint, one processor and one set of packages; with another of any of them engines are tried
again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

from ...settings import EngineName
from ...storage import Home, descriptors, hashed_json, home, locked
from ...system import cpu, usable_cores
from ..engines.variants import REVISION, VARIANTS
from ..package_versions import version
from .trial import Trial, from_json

WORTH = 1.3
"""Multiple of the default's speed from which another engine is recommended."""

_PACKAGES = ("torch", "intel-extension-for-pytorch", "openvino", "nncf", "transformers")
_TRIALS = 400
"""Trials stored for each machine, the newest."""
_MACHINES = 4
"""Machines in the store, those with the newest trials."""


def packages() -> str:
    """The packages behind the engines, with their versions."""
    return ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)


def machine() -> str:
    """Processor, packages and revision of the engines in one line: all that a trial's figures depend on."""
    count = usable_cores()
    return f"{count} {'core' if count == 1 else 'cores'}; {cpu.features()}; {packages()}; engines {REVISION}"


def trials(key: str, where: str, *, batch: int) -> list[Trial]:
    """The trials of the checkpoint `key` on the machine `where`, one an engine."""
    return [t for t in all_trials(where) if (t.key, t.batch) == (key, batch)]


def all_trials(where: str) -> list[Trial]:
    """The trials of all checkpoints on the machine `where`, at the models' own sizes."""
    return [t for t in _trials(_read(), where) if not t.side]


def smaller_trials(key: str, where: str, engine: EngineName) -> dict[int, Trial]:
    """The trials of live readers of the checkpoint `key` at fewer pixels, by pixels a side."""
    return {t.side: t for t in _trials(_read(), where) if t.side and (t.key, t.engine) == (key, engine)}


def remember(new_trials: Iterable[Trial], where: str) -> None:
    """Store trials in place of those of the same engine, checkpoint, batch and size. Raises LibraryError."""
    with locked(_lock()):
        content = _read()
        stored = _trials(content, where)
        for new in new_trials:
            stored = [t for t in stored if _place(t) != _place(new)]
            stored.append(new)
        # Another machine may come back, such as this one with fewer cores under taskset; the oldest are removed.
        others = [(other, rows) for other, rows in content["trials"].items() if other != where]
        content["trials"] = dict([*others, (where, [asdict(t) for t in stored[-_TRIALS:]])][-_MACHINES:])
        hashed_json.write(_file(), content, indent=1)


def user_default() -> EngineName | None:
    """The engine that the user made the default, or None."""
    default = _read()["default"]
    return next((name for name in VARIANTS if name == default), None)


def set_user_default(name: EngineName | None) -> None:
    """Make an engine the default; None leaves it to the rule. Raises LibraryError."""
    with locked(_lock()):
        hashed_json.write(_file(), _read() | {"default": name}, indent=1)


def faster(candidates: Iterable[Trial], default: str) -> Trial | None:
    """The fastest engine that agrees with fp32 and is at least WORTH times as fast as `default`, or None."""
    fit = [t for t in candidates if t.fit]
    now = next((t for t in fit if t.engine == default), None)
    best = max(fit, key=lambda t: t.faces_per_second, default=None)
    if now is None or best is None or best.faces_per_second < WORTH * now.faces_per_second:
        return None
    return best


def _place(trial: Trial) -> tuple[object, ...]:
    return trial.engine, trial.key, trial.batch, trial.side


def _file() -> Path:
    return Home(home()).trials


def _lock() -> Path:
    return _file().with_suffix(".lock")


def _read() -> dict[str, Any]:
    """The content of the file; empty if it is damaged, and trials are then run again."""
    nothing: dict[str, Any] = {"trials": {}, "default": None}
    try:
        file = _file()
        content = hashed_json.read(file if file.exists() else Home(home()).earlier_trials)
    except (OSError, ValueError) as error:
        descriptors.raise_if_ran_out(error)  # else all stored trials would be overwritten
        return nothing
    if not isinstance(content.get("trials", {}), dict):
        return nothing
    return nothing | content


def _trials(content: dict[str, Any], where: str) -> list[Trial]:
    rows = content["trials"].get(where)
    return [t for t in map(_trial, rows if isinstance(rows, list) else []) if t is not None]


def _trial(data: Any) -> Trial | None:
    try:
        trial = from_json(data)
    except (TypeError, KeyError):
        return None  # written by another version
    sound = trial.engine in VARIANTS and isinstance(trial.faces_per_second, (int, float))
    return trial if sound else None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
