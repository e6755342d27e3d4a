"""The other process of a trial.

`python -m emotion_core.expression.trial_process ENGINE CHECKPOINT BATCH THREADS FOLDER [FACES]` starts the engine, says
so as a line of JSON, then runs for as many seconds as each line on its standard input asks for and says how many faces
it read in one.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import numpy as np
import psutil
from numpy.typing import NDArray

from ..errors import DiskFull, EmotionError
from ..settings import EngineName
from ..threads import share
from .agreement import compare
from .checkpoint import Checkpoint, load
from .engines import build, check
from .location import locate
from .probe import crops
from .torch_engine import TorchEngine
from .trial import UNTRAINED, Trial
from .untrained import untrained

PROBE_FACES = 256

Crops = list[NDArray[np.uint8]]


def main(
    engine: EngineName, name: str, batch: int, threads: int, folder: Path, answers: IO[str], file: str = ""
) -> int:
    """Try `engine`; returns the exit code."""

    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    try:
        check(engine)
        checkpoint = untrained() if name == UNTRAINED else load(locate(name or None))
        threads = threads or share(parameters=checkpoint.parameters).inference
        faces = _kept(folder / "faces.npz", lambda: crops(PROBE_FACES))
        compared, truth = faces if not file else _grey(Path(file)), None
        if name != UNTRAINED:  # before the engine is there: some change what plain PyTorch does in their process
            kept = folder / f"{checkpoint.identity.key}-{len(compared)}.npz"
            (truth,) = _kept(kept, lambda: [_truth(checkpoint, compared, threads)])
        started = time.perf_counter()
        made = build(engine, checkpoint, batch=batch, threads=threads, reason="on trial")
        made.logits(faces[:batch])
        took = time.perf_counter() - started
        agreement = None if truth is None else compare(truth, made.logits(compared))
    except EmotionError as error:
        say({"error": error.problem, "advice": error.advice, "full": isinstance(error, DiskFull)})
        return 1
    identity = made.identity
    trial = Trial(
        engine=engine,
        precision=identity.precision,
        versions=identity.versions,
        checkpoint=checkpoint.identity.name,
        key=checkpoint.identity.key,
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


def _truth(checkpoint: Checkpoint, faces: Crops, threads: int) -> NDArray[np.float32]:
    return TorchEngine(checkpoint, batch=16, threads=threads, reason="truth").logits(faces)


def _grey(file: Path) -> Crops:
    with np.load(file) as archive:
        return [np.repeat(grey[:, :, None], 3, axis=2) for grey in archive["images"]]


def _kept(file: Path, made: Callable[[], list[Any]]) -> list[Any]:
    """What the first trial of several made, for the others: it takes seconds."""
    if file.exists():
        with np.load(file) as archive:
            return list(archive.values())
    arrays = made()
    beside = file.with_suffix(f".{os.getpid()}.npz")
    np.savez(beside, *arrays)
    beside.replace(file)
    return arrays


if __name__ == "__main__":
    # Libraries print to standard output as they please; the answers get a channel that only this module knows.
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    _, engine_name, checkpoint_name, size, cores, place, *rest = sys.argv
    code = main(engine_name, checkpoint_name, int(size), int(cores), Path(place), own, *rest)  # type: ignore[arg-type]
    os._exit(code)
