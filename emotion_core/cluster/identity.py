"""Who reads: all on which the numbers of a scan depend beside the film and the settings.

Machines that differ in one of these give other numbers for the same frames, so their ranges are never put together.
`python -m emotion_core.cluster.identity REQUEST` opens the model of a ModelRequest, JSON, and prints the identity as
the last of its lines.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ClusterError, EmotionError, error_fields, error_from_fields
from ..expression.checkpoints import Location, locate
from ..observations import CheckpointIdentity, EngineIdentity
from ..package_root import code_version, files_stamp, packages_stamp, version_now
from ..settings import ScanSettings
from ..storage import Home, hashed_json, locked
from ..system import PIPE, cpu, own_channel, python_module, run
from . import leases
from .database import Database

if TYPE_CHECKING:
    from .database import Connection

PACKAGES = (
    "av", "numpy", "opencv-python-headless", "openvino", "pillow", "scenedetect-headless", "scipy", "torch",
    "transformers",
)  # fmt: skip
"""Packages of whose version the numbers of a scan depend."""
SECONDS = 600.0
"""Longest time in which a model opens; an engine may be tried first."""


@dataclass(frozen=True, slots=True)
class ReaderIdentity:
    """The model, the engine, the program and the processor."""

    checkpoint: CheckpointIdentity
    engine: EngineIdentity
    program: str
    """As package_root.code_version."""
    packages: dict[str, str]
    """Versions by name; empty where a package is not installed."""
    processor: str
    """Instruction sets that decide how numbers are rounded."""

    @property
    def digest(self) -> str:
        """32 hex digits; equal where the numbers are."""
        return hashlib.sha256(json.dumps(self._numbers_key(), sort_keys=True).encode()).hexdigest()[:32]

    def _numbers_key(self) -> dict[str, str]:
        """In words for users. The number of threads and the reason for an engine change no number."""
        return {
            "checkpoint": self.checkpoint.hash[:12],
            "settings of the checkpoint": self.checkpoint.settings[:12],
            "engine": f"{self.engine.name} {self.engine.precision}",
            "packages of the engine": self.engine.versions,
            "program": self.program,
            "processor": self.processor,
            **self.packages,
        }

    def differences(self, other: ReaderIdentity) -> list[str]:
        """What differs from the owner's identity `other`, one line each, as "torch: 2.9.0 here, 2.8.0 there"."""
        here, there = self._numbers_key(), other._numbers_key()
        return [
            f"{name}: {here.get(name) or 'none'} here, {there.get(name) or 'none'} at the library"
            for name in dict.fromkeys([*here, *there])
            if here.get(name) != there.get(name)
        ]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ReaderIdentity:
        """The identity in the result of `to_json`. Raises KeyError or TypeError."""
        checkpoint = CheckpointIdentity.from_json(data["checkpoint"])
        return cls(**{**data, "checkpoint": checkpoint, "engine": EngineIdentity(**data["engine"])})


def measure(request: dict[str, Any], home: Path) -> ReaderIdentity:
    """The identity of this machine for a ModelRequest as JSON; `home` is the folder for what an engine compiles.

    Takes seconds. Raises EmotionError where the model cannot be opened here.
    """
    command = python_module("emotion_core.cluster.identity", json.dumps(request))
    done = run(command, home=home, timeout=SECONDS, stdout=PIPE)
    try:
        answer = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        why = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:300]
        raise ClusterError(f"The model could not be opened on this machine: {why}", "See its engines.") from None
    if "kind" in answer:
        raise error_from_fields(answer["kind"], answer["problem"], answer["advice"])
    return ReaderIdentity.from_json(answer)


def own(request: dict[str, Any]) -> ReaderIdentity:
    """The identity of this process' machine, found by opening the model. Raises EmotionError."""
    from ..scan import ModelRequest, open_model

    model = open_model(ModelRequest.from_json(request), lambda _: None)
    return ReaderIdentity(
        model.checkpoint,
        model.engine.identity,
        code_version(),
        versions(),
        cpu.features(),
    )


def versions() -> dict[str, str]:
    """Versions of PACKAGES on this machine."""
    return dict(_versions(packages_stamp()))


@lru_cache(maxsize=1)
def _versions(_: object) -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    def version_of(package: str) -> str:
        try:
            return version(package)
        except PackageNotFoundError:
            return ""

    return {package: version_of(package) for package in PACKAGES}


def installed_now() -> tuple[str, dict[str, str]]:
    """The program and the packages on this disk, which the processes that start now run."""
    return version_now(), versions()


def model_request(settings: ScanSettings) -> dict[str, Any]:
    """What opens the model of a scan, as JSON."""
    from ..scan import ModelRequest

    return ModelRequest.of(settings).to_json()


def reader_of(settings: ScanSettings, home: Path, database: Database) -> ReaderIdentity:
    """The identity with which the library in `home` reads a scan with these settings; workers are told it.

    Takes seconds where it is not known yet. Raises EmotionError.
    """
    request = model_request(settings)
    with locked(Home(home).engines / "readers.lock"):
        found = _known(home, request)
        if found is None:
            with locked(Home(home).scan_lock):  # an engine may be tried
                found = measure(request, home)
            _remember(home, request, found)
    database.patiently(lambda connection: announce(connection, settings, found))
    return found


def announce(connection: Connection, settings: ScanSettings, found: ReaderIdentity) -> None:
    """Tell workers with which engine a scan with these settings is read."""
    asked = {**model_request(settings), "engine": _named(found), "unchanged": None}
    leases.announce(connection, found.digest, asked, found.to_json())


def _named(found: ReaderIdentity) -> str:
    """The engine by its own name: what "default" stands for may differ at a worker."""
    from ..expression import engines

    return engines.variant_of(found.engine.name, found.engine.precision)


def _key(request: dict[str, Any]) -> str:
    """What the identity depends on, in short."""
    from ..expression.selection import trial_store

    location = locate(request["checkpoint"])
    with os.scandir(location.folder) as files:
        weights = _hashes(location, files_stamp(files))
    facts = [request, *weights, trial_store.machine(), trial_store.user_default(), code_version(), versions()]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


@lru_cache(maxsize=4)
def _hashes(location: Location, _: object) -> tuple[str, str]:
    """Hashes of a checkpoint's weights and settings, found once for the files as they are."""
    return location.weights_hash(), location.settings_hash()


def warm(settings: ScanSettings) -> None:
    """Find what `reader_of` will need for these settings, and keep it in this process."""
    with contextlib.suppress(EmotionError, OSError):
        _key(model_request(settings))


def _file(home: Path) -> Path:
    return Home(home).engines / "readers.json"


def _known(home: Path, request: dict[str, Any]) -> ReaderIdentity | None:
    try:
        return ReaderIdentity.from_json(hashed_json.read(_file(home))[_key(request)])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _remember(home: Path, request: dict[str, Any], found: ReaderIdentity) -> None:
    """What cannot be kept costs the next scan the same seconds."""
    try:
        content = hashed_json.read(_file(home))
    except (OSError, ValueError):
        content = {}
    content[_key(request)] = found.to_json()
    with contextlib.suppress(EmotionError):
        hashed_json.write(_file(home), dict(list(content.items())[-32:]))


def _main(words: str) -> int:
    stream = own_channel()
    try:
        answer = own(json.loads(words)).to_json()
    except EmotionError as error:
        answer = dict(error_fields(error))
    print(json.dumps(answer), file=stream, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
