"""The trial of an engine on a checkpoint in a child process: start time, speed, memory, agreement with fp32.

The child is `processes.engine_trial`. Several of them can be run in turn to compare engines side by side.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...errors import EmotionError, EngineError, LibraryError
from ...settings import EngineName
from ...system import DEVNULL, PIPE, ended_from_outside, error_of, events, parse, python_module, spawn
from ..engines.variants import BASELINE, VARIANTS
from .agreement import Agreement

PROBE_FACES = 256
"""Number of faces for the timing, and for the comparison with fp32 where no other number is asked for."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of trying an engine with a checkpoint on this machine."""

    engine: EngineName
    precision: str
    versions: str
    checkpoint: str
    """The checkpoint's name."""
    key: str
    """CheckpointIdentity.key."""
    batch: int
    threads: int
    start_seconds: float
    """Time from the checkpoint in memory to the first faces read."""
    memory_mb: float
    """Memory of the whole process after starting, its model and packages included."""
    agreement: Agreement | None
    """Agreement with fp32; None for random weights."""
    faces_per_second: float = 0.0
    """Median of the slices, the image processor's work included."""
    failure: str = ""
    """Why the engine could not be run; all figures are then 0."""
    brief: bool = False
    """Whether it was timed for a moment only, perhaps beside other work: enough for its agreement."""
    side: int = 0
    """Pixels a side of the input, of a live reader's that is smaller than the model's own; 0 is its own size."""

    @classmethod
    def failed(cls, engine: EngineName, checkpoint: str, key: str, *, batch: int, why: str, side: int = 0) -> Trial:
        """The result of an engine that could not be run; stored, so that it is not tried again for each analysis."""
        precision = VARIANTS[engine].precision or ""
        return cls(engine, precision, "", checkpoint, key, batch, 0, 0.0, 0.0, None, failure=why, side=side)

    @property
    def fit(self) -> bool:
        """Whether the engine may be chosen: it is fp32, agrees with it, or ran random weights, which are timed only."""
        if self.side:
            return self.agreement is not None and self.agreement.agrees_when_smaller and not self.failure
        agrees = self.engine == BASELINE or self.agreement is None or self.agreement.agrees
        return agrees and not self.failure


def from_json(data: dict[str, Any]) -> Trial:
    """The trial in the result of `asdict`. Raises TypeError or KeyError."""
    agreement = data["agreement"]
    return Trial(**{**data, "agreement": None if agreement is None else Agreement(**agreement)})


class TrialEndedError(EngineError):
    """The trial was ended by something else than the engine: a cancellation, too little memory, unreadable faces. The
    engine is tried again.
    """


class TrialProcess:
    """The child process of a trial, as a context manager."""

    def __init__(
        self,
        engine: EngineName,
        checkpoint: str | None,
        *,
        batch: int,
        threads: int,
        folder: Path,
        count: int = PROBE_FACES,
        side: int = 0,
        faces: Path | None = None,
        alive: Callable[[], object] = lambda: None,
    ) -> None:
        """`threads` 0 stands for as many as an analysis gives the engine. `folder` holds faces and the answers of fp32,
        for the next trial. `count` is the number of faces to compare, `side` as in Trial.

        `faces`, an npz file with grey "images" (n, h, w), replace the sample faces in the comparison with fp32. `alive`
        is called every few seconds while the child works.
        """
        numbers, place = (str(batch), str(threads)), [str(faces)] if faces else []
        arguments = engine, checkpoint or "", *numbers, str(folder), str(count), str(side), *place
        command = python_module("emotion_core.processes.engine_trial", *arguments)
        # In this session: Ctrl-C in the terminal ends the trial too.
        self._process = spawn(command, offline=True, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, own_session=False)
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
                with contextlib.suppress(OSError):  # the process that was to read it is gone
                    stream.close()

    def start(self) -> Trial:
        """Wait until the engine is ready.

        Raises EngineError, with the reason, where it fails; TrialEndedError and LibraryError for what is not its fault.
        """
        self._trial = from_json(self._answer())
        return self._trial

    def run(self, seconds: float) -> Trial:
        """Let the engine read faces for so many seconds; returns the result so far."""
        assert self._trial is not None, "start it first"
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(f"{seconds}\n".encode())
            self._process.stdin.flush()
        except OSError as error:
            raise self._crashed() from error
        self._rates.append(float(self._answer()["faces_per_second"]))
        middle = sorted(self._rates)[len(self._rates) // 2]
        self._trial = replace(self._trial, faces_per_second=middle)
        return self._trial

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        while (line := self._process.stdout.readline()).endswith(b"\n"):
            event = parse(line) or {}
            match event.pop("event", ""):
                case events.ALIVE:
                    self._alive()
                case events.ERROR:
                    raise _refusal(error_of(event), passing=event["passing"])
                case _:
                    return event
        raise self._crashed()

    def _crashed(self) -> EngineError:
        code = self._process.wait()
        return (TrialEndedError if ended_from_outside(code) else EngineError)(
            f"The engine {self._name} ended its process (exit code {code}).",
            "Choose another engine; an analysis with this one would end the same way.",
        )


def _refusal(error: EmotionError, *, passing: bool) -> EmotionError:
    """The error that the child reported; a LibraryError stays one."""
    if isinstance(error, LibraryError):
        return error
    return (TrialEndedError if passing else EngineError)(error.problem, error.advice)
