"""An engine tried on a checkpoint in a process of its own: how fast it starts and runs, what it takes, how true it is.

`python -m emotion_core.expression.trial ENGINE CHECKPOINT BATCH THREADS FOLDER` starts the engine, says so as a line of
JSON, then runs for as many seconds as each line on its standard input asks for and says how many faces it read in one.
Several of them, asked in turn, are measured side by side.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

import psutil

from ..errors import EmotionError, EngineError
from ..scan_process import OFFLINE
from ..settings import EngineName
from .agreement import Agreement
from .variants import TRUTH

UNTRAINED = "untrained"
"""For a checkpoint's name: the reference architecture with random weights, which are timed only."""

PROBE_FACES = 256


@dataclass(frozen=True, slots=True)
class Trial:
    """What was measured of an engine with a checkpoint on this machine."""

    engine: EngineName
    precision: str
    versions: str
    checkpoint: str
    """Its name."""
    weights: str
    """SHA-256 of its weights, hex."""
    batch: int
    threads: int
    start_seconds: float
    """From the checkpoint in memory to the first faces read."""
    memory_mb: float
    """Of the whole process, its model and packages included, at its largest after starting."""
    agreement: Agreement | None
    """With fp32; None for random weights."""
    faces_per_second: float = 0.0
    """Median of the slices; the image processor's work is in it."""

    @property
    def fit(self) -> bool:
        """Whether it may be chosen: it agrees with fp32, or is fp32."""
        return self.engine == TRUTH or (self.agreement is not None and self.agreement.agrees)


def from_json(data: dict[str, Any]) -> Trial:
    told = data["agreement"]
    return Trial(**{**data, "agreement": None if told is None else Agreement(**told)})


class TrialProcess:
    """The other process, from this side; to be used as a context."""

    def __init__(self, engine: EngineName, checkpoint: str | None, *, batch: int, threads: int, folder: Path) -> None:
        """`folder` is where the faces and the answers of fp32 are kept for the next one."""
        self._process = subprocess.Popen(
            [
                sys.executable, "-m", "emotion_core.expression.trial",
                engine, checkpoint or "", str(batch), str(threads), str(folder),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=Path(__file__).parent.parent.parent,
            env={**os.environ, **OFFLINE},
        )  # fmt: skip
        self._name = engine
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
        """Wait until it is ready. Raises EngineError, with the reason, where it never is."""
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
        line = self._process.stdout.readline()
        if not line.endswith("\n"):
            raise self._crashed()
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise EngineError(answer["error"], answer["advice"])
        return answer

    def _crashed(self) -> EngineError:
        return EngineError(
            f"The engine {self._name} ended its process (exit code {self._process.wait()}).",
            "Choose another engine; an analysis with this one would end the same way.",
        )


def _main(engine: EngineName, name: str, batch: int, threads: int, folder: Path, answers: IO[str]) -> int:
    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    try:
        from .engines import build, check

        check(engine)
        from .checkpoint import load
        from .location import locate
        from .untrained import untrained

        checkpoint = untrained() if name == UNTRAINED else load(locate(name or None))
        faces = _faces(folder)
        started = time.perf_counter()
        made = build(engine, checkpoint, batch=batch, threads=threads, reason="on trial")
        made.logits(faces[:batch])
        took = time.perf_counter() - started
        agreement = None if name == UNTRAINED else _agreement(made, checkpoint, faces, folder)
    except EmotionError as error:
        say({"error": error.problem, "advice": error.advice})
        return 1
    identity = made.identity
    trial = Trial(
        engine=engine,
        precision=identity.precision,
        versions=identity.versions,
        checkpoint=checkpoint.identity.name,
        weights=checkpoint.identity.hash,
        batch=batch,
        threads=threads,
        start_seconds=took,
        memory_mb=psutil.Process().memory_info().rss / 1e6,
        agreement=agreement,
    )
    say(asdict(trial))
    for line in sys.stdin:
        begun, read = time.perf_counter(), 0
        while (spent := time.perf_counter() - begun) < float(line):
            first = read % (PROBE_FACES - batch + 1)
            made.logits(faces[first : first + batch])
            read += batch
        say({"faces_per_second": read / spent})
    return 0


def _faces(folder: Path) -> list[Any]:
    """The probe faces, which the first trial cuts out of films and writes down for the others: it takes seconds."""
    import numpy as np

    from .probe import crops

    kept = folder / "faces.npz"
    if kept.exists():
        with np.load(kept) as archive:
            return list(archive.values())
    faces = crops(PROBE_FACES)
    np.savez(kept, *faces)
    return faces


def _agreement(engine: Any, checkpoint: Any, faces: list[Any], folder: Path) -> Agreement:
    """With what fp32 says of the probe faces, which the first trial of a checkpoint writes down for the others."""
    import numpy as np

    from .agreement import compare
    from .torch_engine import TorchEngine

    kept = folder / f"{checkpoint.identity.hash}.npy"
    if kept.exists():
        truth = np.load(kept)
    else:
        threads = engine.identity.threads
        truth = TorchEngine(checkpoint, batch=16, threads=threads, reason="truth").logits(faces)
        np.save(kept, truth)
    return compare(truth, engine.logits(faces))


if __name__ == "__main__":
    # Libraries print to standard output as they please; the answers get a channel that only this module knows.
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    _, engine_name, checkpoint_name, size, cores, place = sys.argv
    code = _main(engine_name, checkpoint_name, int(size), int(cores), Path(place), own)  # type: ignore[arg-type]
    os._exit(code)
