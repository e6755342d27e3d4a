"""What is known of the engines on this machine: what trials measured, and which engine the user made the default.

Trials hold for one checkpoint, one processor and one set of packages; with another of any of them engines are tried
anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ...settings import EngineName
from ...storage import descriptors, hashed_json
from ...storage.files import locked
from ...storage.paths import earlier_engines_file, engines_folder
from ...system import cpu
from ...system.threads import usable_cores
from ..engines.variants import REVISION, VARIANTS
from .trial import Trial, from_json

WORTH = 1.3
"""From so many times the default's speed on, another engine is worth telling of."""

_PACKAGES = ("torch", "intel-extension-for-pytorch", "openvino", "nncf", "transformers")
_KEPT = 400
"""Trials of a machine."""
_MACHINES = 4
"""Those on which something was tried last."""


def packages() -> str:
    """The packages behind the engines, with their versions."""
    return ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)


def machine() -> str:
    """This processor, these packages and our engines, in one line: what a trial's figures hang on."""
    count = usable_cores()
    return f"{count} {'core' if count == 1 else 'cores'}; {cpu.features()}; {packages()}; engines {REVISION}"


def trials(key: str, where: str, *, batch: int) -> list[Trial]:
    """What is known of the checkpoint `key` on the machine `where`, one an engine."""
    return [t for t in all_trials(where) if (t.key, t.batch) == (key, batch)]


def all_trials(where: str) -> list[Trial]:
    """What is known on the machine `where`, of all checkpoints."""
    return _trials(_read(), where)


def remember(found: Iterable[Trial], where: str) -> None:
    """Keep trials; those of the same engine, checkpoint and batch are replaced. Raises LibraryError."""
    with locked(_lock()):
        known = _read()
        kept = _trials(known, where)
        for new in found:
            kept = [t for t in kept if (t.engine, t.key, t.batch) != (new.engine, new.key, new.batch)]
            kept.append(new)
        # Another machine may come back, this one with fewer cores under taskset or in a container; older ones go.
        others = [(other, written) for other, written in known["trials"].items() if other != where]
        known["trials"] = dict([*others, (where, [asdict(t) for t in kept[-_KEPT:]])][-_MACHINES:])
        hashed_json.write(_file(), known, indent=1)


def chosen() -> EngineName | None:
    """The engine that the user made the default, or None."""
    named = _read()["default"]
    return next((name for name in VARIANTS if name == named), None)


def choose(name: EngineName | None) -> None:
    """Make an engine the default, or None: leave it to the rule. Raises LibraryError."""
    with locked(_lock()):
        hashed_json.write(_file(), _read() | {"default": name}, indent=1)


def faster(known: Iterable[Trial], default: str) -> Trial | None:
    """The fastest engine that agrees with fp32 and is at least WORTH times as fast as `default`, or None."""
    fit = [t for t in known if t.fit]
    now = next((t for t in fit if t.engine == default), None)
    best = max(fit, key=lambda t: t.faces_per_second, default=None)
    if now is None or best is None or best.faces_per_second < WORTH * now.faces_per_second:
        return None
    return best


def _file() -> Path:
    return engines_folder() / "engines.json"


def _lock() -> Path:
    return _file().with_suffix(".lock")


def _read() -> dict[str, Any]:
    """What the file says; a damaged one says nothing, and trials are made anew."""
    nothing: dict[str, Any] = {"trials": {}, "default": None}
    try:
        file = _file()
        told = hashed_json.read(file if file.exists() else earlier_engines_file())
    except (OSError, ValueError) as error:
        descriptors.refuse(error)  # else all that is known would be written over
        return nothing
    if not isinstance(told.get("trials", {}), dict):
        return nothing
    return nothing | told


def _trials(told: dict[str, Any], where: str) -> list[Trial]:
    written = told["trials"].get(where)
    return [t for t in map(_trial, written if isinstance(written, list) else []) if t is not None]


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
