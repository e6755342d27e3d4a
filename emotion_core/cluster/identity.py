"""Who reads: all on which the numbers of a scan depend beside the film and the settings.

Machines that differ in one of these give other numbers for the same frames, so their ranges are never put together.
`python -m emotion_core.cluster.identity REQUEST` opens the model of a ModelRequest, JSON, and prints the identity as the
last of its lines.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import ClusterError, EmotionError, error_fields, error_from_fields
from ..observations import CheckpointIdentity, EngineIdentity
from ..package_root import code_version
from ..system import PIPE, cpu, own_channel, python_module, run

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
        checkpoint = CheckpointIdentity(**{**data["checkpoint"], "labels": tuple(data["checkpoint"]["labels"])})
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
    from importlib.metadata import PackageNotFoundError, version

    from ..scan import ModelRequest, open_model

    def version_of(package: str) -> str:
        try:
            return version(package)
        except PackageNotFoundError:
            return ""

    model = open_model(ModelRequest.from_json(request), lambda _: None)
    return ReaderIdentity(
        model.checkpoint,
        model.engine.identity,
        code_version(),
        {package: version_of(package) for package in PACKAGES},
        cpu.features(),
    )


def pinned(identity: ReaderIdentity) -> EngineIdentity:
    """The engine without what differs between machines that give the same numbers."""
    return replace(identity.engine, threads=0, reason="")


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
