"""The other process of a trial.

`python -m emotion_core.processes.engine_trial ENGINE CHECKPOINT BATCH THREADS FOLDER [FACES]` starts the engine, says
so as a line of JSON, then runs for as many seconds as each line on its standard input asks for and says how many faces
it read in one. While it works it says {"alive": true} now and then; what ends it, it says as {"refused": …}.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import psutil
from numpy.typing import NDArray

from ..errors import EmotionError, EngineError, LibraryError, told
from ..expression.checkpoints.checkpoint import Checkpoint, load
from ..expression.checkpoints.location import locate
from ..expression.checkpoints.random_weights import UNTRAINED, untrained
from ..expression.engines.engine import Engine
from ..expression.engines.factory import build, check
from ..expression.engines.sample_faces import crops
from ..expression.engines.torch_engine import TorchEngine
from ..expression.selection.agreement import compare
from ..expression.selection.trial import Trial
from ..settings import EngineName
from ..storage.files import from_os_error
from ..system import memory_limits
from ..system.threads import share

PROBE_FACES = 256
ALIVE = 10.0
"""Seconds between two signs of life."""

_NO_PLACE = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS}
"""Errors of a disk on which nothing can be written."""

Crops = list[NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class _Given:
    """What the engine is tried on."""

    checkpoint: Checkpoint
    trained: bool
    threads: int
    faces: Crops
    """What is read against the clock."""
    compared: Crops
    """What is read once, to be compared with fp32."""

    @classmethod
    def of(cls, name: str, threads: int, folder: Path, file: Path | None) -> _Given:
        checkpoint = untrained() if name == UNTRAINED else load(locate(name or None))
        threads = threads or share(parameters=checkpoint.parameters).inference
        faces = _kept(folder / "faces.npz", lambda: crops(PROBE_FACES))
        return cls(checkpoint, name != UNTRAINED, threads, faces, faces if file is None else _grey(file))


def main(
    engine: EngineName, name: str, batch: int, threads: int, folder: Path, answers: IO[str], file: str = ""
) -> int:
    """Try `engine`; returns the exit code."""
    one_at_a_time, over = threading.Lock(), threading.Event()

    def say(answer: dict[str, Any]) -> None:
        with one_at_a_time:
            answers.write(json.dumps(answer) + "\n")
            answers.flush()

    threading.Thread(target=_live, args=(say, over), daemon=True).start()
    of_the_engine = False
    try:
        check(engine)
        given = _Given.of(name, threads, folder, Path(file) if file else None)
        of_the_engine = True
        made, trial = _started(engine, given, batch, folder)
        say(asdict(trial))
        for line in sys.stdin:
            say({"faces_per_second": _faces_per_second(made, given.faces, batch, float(line))})
    except Exception as error:  # whatever engines raise
        say({"refused": told(_as_told(error, engine, folder)), "passing": not of_the_engine or _passes(error)})
        return 1
    finally:
        over.set()
    return 0


def _started(engine: EngineName, given: _Given, batch: int, folder: Path) -> tuple[Engine, Trial]:
    """The engine, and all that is known of it before it is timed."""
    checkpoint, truth = given.checkpoint, None
    if given.trained:  # before the engine is there: some change what plain PyTorch does in their process
        kept = folder / f"{checkpoint.identity.key}-{len(given.compared)}.npz"
        (truth,) = _kept(kept, lambda: [_truth(checkpoint, given.compared, given.threads)])
    started = time.perf_counter()
    made = build(engine, checkpoint, batch=batch, threads=given.threads, reason="on trial")
    made.logits(given.faces[:batch])
    took = time.perf_counter() - started
    agreement = None if truth is None else compare(truth, made.logits(given.compared))
    return made, Trial(
        engine=engine,
        precision=made.identity.precision,
        versions=made.identity.versions,
        checkpoint=checkpoint.identity.name,
        key=checkpoint.identity.key,
        batch=batch,
        threads=given.threads,
        start_seconds=took,
        memory_mb=psutil.Process().memory_info().rss / 1e6,
        agreement=agreement,
    )


def _faces_per_second(made: Engine, faces: Crops, batch: int, seconds: float) -> float:
    """How many faces `made` reads in one second, from as many batches as fit into `seconds`."""
    begun, read = time.perf_counter(), 0
    while (spent := time.perf_counter() - begun) < seconds:
        first = read % (PROBE_FACES - batch + 1)
        made.logits(faces[first : first + batch])
        read += batch
    return read / spent


def _live(say: Callable[[dict[str, Any]], None], over: threading.Event) -> None:
    """Say every few seconds that work goes on, if it does: large models take minutes to be compiled and compared."""
    before = time.process_time()
    while not over.wait(ALIVE):
        if (now := time.process_time()) - before > ALIVE / 20:
            with contextlib.suppress(OSError, ValueError):  # nobody listens any more
                say({"alive": True})
        before = now


def _as_told(error: Exception, engine: EngineName, folder: Path) -> EmotionError:
    if isinstance(error, EmotionError):
        return error
    if isinstance(error, OSError) and error.errno in _NO_PLACE:
        return from_os_error(error, Path(error.filename or folder))
    first = (str(error).strip().splitlines() or ["no message"])[0]
    return EngineError(f"The engine {engine} failed ({type(error).__name__}: {first}).", "Choose another engine.")


def _passes(error: BaseException | None) -> bool:
    """Whether it is, or came of, a trouble of the machine: no memory, no room, no right to write."""
    while error is not None:
        if isinstance(error, LibraryError) or memory_limits.caused(error):
            return True
        if isinstance(error, OSError) and error.errno in _NO_PLACE | {errno.EMFILE, errno.ENFILE}:
            return True
        error = error.__cause__
    return False


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
