"""The child process of an engine's trial.

`python -m emotion_core.processes.engine_trial ENGINE CHECKPOINT BATCH THREADS FOLDER COUNT SIDE [FACES]` starts the
engine, with an input of SIDE pixels a side (0: the model's own), compares it with fp32 at the own size on COUNT faces,
and reports a “ready” event. Each line of its standard input is a number of seconds, for which it runs the engine; it
then reports the faces read a second as a “measured” event. It reports “alive” while it works, and ends with “error” if
it fails.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import psutil
from numpy.typing import NDArray

from ..errors import EmotionError, EngineError, LibraryError, error_fields
from ..expression.checkpoints import UNTRAINED, Checkpoint, load, locate, untrained
from ..expression.engines import VARIANTS, Engine, availability, build, check, import_torch, shipped_network
from ..expression.engines.sample_faces import trial_crops
from ..expression.engines.smaller_input import at_side
from ..expression.selection import PROBE_FACES, Trial, compare
from ..settings import EngineName
from ..storage import from_os_error
from ..system import ERROR, EventWriter, Report, events, memory_limits, thread_budget

ALIVE = 10.0
"""Seconds between two “alive” events."""

_NO_PLACE = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS}
"""Errors of a folder that cannot be written."""

Crops = list[NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class _TrialInput:
    """Inputs of a trial."""

    checkpoint: Checkpoint
    trained: bool
    threads: int
    faces: Crops
    """Faces for the timing."""
    compared: Crops
    """Faces for the comparison with fp32."""

    @classmethod
    def of(cls, name: str, threads: int, folder: Path, count: int, file: Path | None) -> _TrialInput:
        checkpoint = untrained() if name == UNTRAINED else load(locate(name or None))
        threads = threads or thread_budget(parameters=checkpoint.parameters).inference
        faces = _load_or_create(folder / "faces.npz", lambda: trial_crops(PROBE_FACES))
        return cls(checkpoint, name != UNTRAINED, threads, faces, faces[:count] if file is None else _grey(file))


def main(
    engine: EngineName,
    name: str,
    batch: int,
    threads: int,
    folder: Path,
    answers: TextIO,
    count: int = PROBE_FACES,
    side: int = 0,
    file: str = "",
) -> int:
    """Run the trial of `engine`, with events on `answers`; return the exit code."""
    report, over = EventWriter(answers), threading.Event()
    threading.Thread(target=_report_alive, args=(report, over), daemon=True).start()
    is_started = False
    try:
        is_first_import = engine in VARIANTS and VARIANTS[engine].engine == "ipex" and availability.is_ipex_untested()
        if not is_first_import:
            check(engine)
        inputs = _TrialInput.of(name, threads, folder, count, Path(file) if file else None)
        is_started = True
        runner, trial = _start(engine, inputs, batch, folder, side, is_first_import)
        report("ready", asdict(trial))
        for line in sys.stdin:
            report("measured", {"faces_per_second": _faces_per_second(runner, inputs.faces, batch, float(line))})
    except Exception as error:  # engines may raise anything
        passing = not is_started or _is_transient(error)
        report(ERROR, {**error_fields(_as_emotion_error(error, engine, folder)), "passing": passing})
        return 1
    finally:
        over.set()
    return 0


def _start(
    engine: EngineName, inputs: _TrialInput, batch: int, folder: Path, side: int, is_first_import: bool
) -> tuple[Engine, Trial]:
    """Build the engine, run it once, and compare it with fp32; return it with the record of its trial so far.

    `is_first_import`: this process also finds out whether Intel's extension can be loaded here.
    """
    checkpoint, baseline = inputs.checkpoint, None
    if inputs.trained:  # before the engine is built: some engines change plain PyTorch in their process
        baseline = shipped_network.reference(checkpoint, inputs.compared)
    if inputs.trained and baseline is None:
        file = folder / f"{checkpoint.identity.key}-{len(inputs.compared)}.npz"
        (baseline,) = _load_or_create(file, lambda: [_baseline(checkpoint, inputs.compared, inputs.threads)])
    started = time.perf_counter()
    if VARIANTS[engine].engine != "openvino":
        import_torch(engine, checkpoint)
    if is_first_import:
        from ..expression.engines.ipex_engine import first_load

        first_load(checkpoint, VARIANTS[engine].precision)
    sized = at_side(checkpoint, side) if side else checkpoint
    runner = build(engine, sized, batch=batch, threads=inputs.threads, reason="on trial")
    runner.logits(inputs.faces[:batch])
    start_seconds = time.perf_counter() - started
    agreement = None if baseline is None else compare(baseline, runner.logits(inputs.compared))
    return runner, Trial(
        engine=engine,
        precision=runner.identity.precision,
        versions=runner.identity.versions,
        checkpoint=checkpoint.identity.name,
        key=checkpoint.identity.key,
        batch=batch,
        threads=inputs.threads,
        start_seconds=start_seconds,
        memory_mb=psutil.Process().memory_info().rss / 1e6,
        agreement=agreement,
        side=side,
    )


def _faces_per_second(engine: Engine, faces: Crops, batch: int, seconds: float) -> float:
    """Faces that `engine` reads a second, averaged over the batches of `seconds`."""
    start, read = time.perf_counter(), 0
    while (spent := time.perf_counter() - start) < seconds:
        first = read % (PROBE_FACES - batch + 1)
        engine.logits(faces[first : first + batch])
        read += batch
    return read / spent


def _report_alive(report: Report, over: threading.Event) -> None:
    """Report ALIVE while this process uses the processor: large models take minutes to compile and compare."""
    before = time.process_time()
    while not over.wait(ALIVE):
        if (now := time.process_time()) - before > ALIVE / 20:
            with contextlib.suppress(OSError, ValueError):  # the reader of the events is gone
                report(events.ALIVE, {})
        before = now


def _as_emotion_error(error: Exception, engine: EngineName, folder: Path) -> EmotionError:
    if isinstance(error, EmotionError):
        return error
    if isinstance(error, OSError) and error.errno in _NO_PLACE:
        return from_os_error(error, Path(error.filename or folder))
    first = (str(error).strip().splitlines() or ["no message"])[0]
    return EngineError(f"The engine {engine} failed ({type(error).__name__}: {first}).", "Choose another engine.")


def _is_transient(error: BaseException | None) -> bool:
    """Whether an error or one of its causes lies in the machine, not in the engine: no memory, space or permission."""
    while error is not None:
        if isinstance(error, LibraryError) or memory_limits.is_memory_error(error):
            return True
        if isinstance(error, OSError) and error.errno in _NO_PLACE | {errno.EMFILE, errno.ENFILE}:
            return True
        error = error.__cause__
    return False


def _baseline(checkpoint: Checkpoint, faces: Crops, threads: int) -> NDArray[np.float32]:
    from ..expression.engines.torch_engine import TorchEngine

    return TorchEngine(checkpoint, batch=16, threads=threads, reason="truth").logits(faces)


def _grey(file: Path) -> Crops:
    with np.load(file) as archive:
        return [np.repeat(grey[:, :, None], 3, axis=2) for grey in archive["images"]]


def _load_or_create(file: Path, create: Callable[[], list[Any]]) -> list[Any]:
    """Load the arrays in `file`, or create and store them: trials share them, since creating takes seconds."""
    if file.exists():
        with np.load(file) as archive:
            return list(archive.values())
    arrays = create()
    temporary = file.with_suffix(f".{os.getpid()}.npz")
    np.savez(temporary, *arrays)
    temporary.replace(file)
    return arrays


if __name__ == "__main__":
    channel = events.own_channel()
    _, engine_name, checkpoint_name, size, cores, place, number, pixels, *rest = sys.argv
    numbers = int(number), int(pixels)
    code = main(engine_name, checkpoint_name, int(size), int(cores), Path(place), channel, *numbers, *rest)  # type: ignore[arg-type]
    os._exit(code)
