"""An engine tried on a checkpoint in a process of its own: how fast it starts and runs, what it takes, how true it is.

The other process is `processes.engine_trial`. Several of them, asked in turn, are measured side by side.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...errors import EmotionError, EngineError, LibraryError, named
from ...package_root import ROOT
from ...settings import EngineName
from ...system.processes import OFFLINE, was_ended
from ..engines.variants import TRUTH, VARIANTS
from .agreement import Agreement


@dataclass(frozen=True, slots=True)
class Trial:
    """What was measured of an engine with a checkpoint on this machine."""

    engine: EngineName
    precision: str
    versions: str
    checkpoint: str
    """Its name."""
    key: str
    """Its weights and settings: CheckpointIdentity.key."""
    batch: int
    threads: int
    start_seconds: float
    """From the checkpoint in memory to the first faces read."""
    memory_mb: float
    """Of the whole process, its model and packages included, after starting."""
    agreement: Agreement | None
    """With fp32; None for random weights."""
    faces_per_second: float = 0.0
    """Median of the slices; the image processor's work is in it."""
    failure: str = ""
    """Why it could not be run; then nothing was measured."""

    @classmethod
    def failed(cls, engine: EngineName, checkpoint: str, key: str, *, batch: int, why: str) -> Trial:
        """Kept too, so that it is not tried again for each analysis."""
        precision = VARIANTS[engine].precision or ""
        return cls(engine, precision, "", checkpoint, key, batch, 0, 0.0, 0.0, None, failure=why)

    @property
    def fit(self) -> bool:
        """Whether it may be chosen: it agrees with fp32, or is fp32, or runs random weights, which are timed only."""
        agrees = self.engine == TRUTH or self.agreement is None or self.agreement.agrees
        return agrees and not self.failure


def from_json(data: dict[str, Any]) -> Trial:
    told = data["agreement"]
    return Trial(**{**data, "agreement": None if told is None else Agreement(**told)})


class TrialEndedError(EngineError):
    """What ended the trial was not the engine: whoever cancelled, a want of memory, faces that could not be read. Of
    the engine it says nothing, and it is tried again.
    """


class TrialProcess:
    """The other process, from this side; to be used as a context."""

    def __init__(
        self,
        engine: EngineName,
        checkpoint: str | None,
        *,
        batch: int,
        threads: int,
        folder: Path,
        faces: Path | None = None,
        alive: Callable[[], object] = lambda: None,
    ) -> None:
        """`threads` 0 are as many as an analysis gives it; `folder` is where faces and fp32's answers are kept for the
        next one.

        `faces`, an npz file with grey "images" (n, h, w), are compared with fp32 instead of the probe's. `alive` is
        called every few seconds while it is waited for and works.
        """
        self._process = subprocess.Popen(
            [
                sys.executable, "-m", "emotion_core.processes.engine_trial",
                engine, checkpoint or "", str(batch), str(threads), str(folder), *([str(faces)] if faces else ()),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env={**os.environ, **OFFLINE},
        )  # fmt: skip
        self._name, self._alive = engine, alive
        self._trial: Trial | None = None
        self._rates: list[float] = []

    def __enter__(self) -> TrialProcess:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):  # what was to be written to a process that is gone
                    stream.close()

    def start(self) -> Trial:
        """Wait until it is ready.

        Raises EngineError, with the reason, where it never is; TrialEndedError and LibraryError for what is not the
        engine's fault.
        """
        self._trial = from_json(self._answer())
        return self._trial

    def run(self, seconds: float) -> Trial:
        """Let it read faces for so long; what is known then."""
        assert self._trial is not None, "start it first"
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(f"{seconds}\n")
            self._process.stdin.flush()
        except OSError as error:
            raise self._crashed() from error
        self._rates.append(float(self._answer()["faces_per_second"]))
        middle = sorted(self._rates)[len(self._rates) // 2]
        self._trial = replace(self._trial, faces_per_second=middle)
        return self._trial

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        while (line := self._process.stdout.readline()).endswith("\n"):
            answer: dict[str, Any] = json.loads(line)
            if "alive" in answer:
                self._alive()
            elif "refused" in answer:
                raise _refusal(passing=answer["passing"], **answer["refused"])
            else:
                return answer
        raise self._crashed()

    def _crashed(self) -> EngineError:
        code = self._process.wait()
        return (TrialEndedError if was_ended(code) else EngineError)(
            f"The engine {self._name} ended its process (exit code {code}).",
            "Choose another engine; an analysis with this one would end the same way.",
        )


def _refusal(*, passing: bool, kind: str, problem: str, advice: str) -> EmotionError:
    """The error that the other process told of; one of the disk stays what it is."""
    error = named(kind, problem, advice)
    if isinstance(error, LibraryError):
        return error
    return (TrialEndedError if passing else EngineError)(problem, advice)
