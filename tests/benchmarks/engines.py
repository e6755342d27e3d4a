"""All engines side by side: `python -m tests.benchmarks.engines [--faces fer2013_validation.npz]`.

Every engine that runs on this machine is started in a process of its own on the reference model (or its architecture
with random weights) and on the embedded checkpoint; then they read faces in turn, several rounds, and the medians are
printed with the ratio to plain PyTorch in fp32. A second start of each shows what is kept on disk. With --faces, an npz
file of grey faces, agreement with fp32 is measured on those instead of the built-in probe's.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from emotion_core.errors import EngineError, LibraryError
from emotion_core.expression.checkpoints import UNTRAINED
from emotion_core.expression.engines import BASELINE, VARIANTS, obstacle
from emotion_core.expression.selection import Trial, TrialProcess, overview
from emotion_core.settings import EngineName
from emotion_core.system import threads


def main(
    faces: Annotated[Path | None, typer.Option(help="Real crops to measure agreement on.")] = None,
    rounds: int = 5,
    seconds: float = 3.0,
    batch: int = 16,
    cores: Annotated[int | None, typer.Option(help="Threads of each engine; default: all cores.")] = None,
    checkpoint: Annotated[
        list[str] | None, typer.Option(help="Measure on this one instead: hub id or folder; repeatable.")
    ] = None,
) -> None:
    """Print a table for each checkpoint."""
    for engine in VARIANTS:
        if (reason := obstacle(engine)) is not None:
            print(f"- {engine} cannot run here: {reason.why}.")
    for name in checkpoint or overview.checkpoints():
        calibration_faces = None if name == UNTRAINED else faces
        side_by_side(name, calibration_faces, rounds, seconds, batch, cores or threads.usable_cores())


def side_by_side(
    checkpoint: str, faces: Path | None, rounds: int, seconds: float, batch: int, cores: int
) -> dict[EngineName, Trial]:
    """Measure every engine on one checkpoint, and print what came out."""
    names = [name for name in VARIANTS if obstacle(name) is None]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as open_ones:
        ready: dict[EngineName, TrialProcess] = {}
        first: dict[EngineName, Trial] = {}
        trials: dict[EngineName, Trial] = {}
        for again in (False, True):
            for name in list(first) if again else names:
                process = TrialProcess(
                    name, checkpoint, batch=batch, threads=cores, folder=Path(folder), faces=None if again else faces
                )
                try:
                    report = process.start()
                except (EngineError, LibraryError) as error:
                    print(f"{name} on {checkpoint}: {error}")
                    process.__exit__()
                    continue
                if not again:
                    first[name] = report
                    process.__exit__()
                else:
                    ready[name] = open_ones.enter_context(process)
                    trials[name] = report
        for _ in range(rounds):
            for name, process in list(ready.items()):
                try:
                    trials[name] = process.run(seconds)
                except EngineError as error:
                    print(f"{name} on {checkpoint}: {error}")
                    del ready[name], trials[name]
    if BASELINE not in trials:
        print(f"{checkpoint}: without plain PyTorch there is nothing to compare with.")
        return trials
    plain = trials[BASELINE].faces_per_second
    print(
        f"\n{trials[BASELINE].checkpoint}, batch {batch}, {cores} threads, medians of {rounds} rounds\n"
        "| engine | precision | faces/s | x plain fp32 | start s | again s | memory MB | agreement |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    for name, trial in trials.items():
        agreed = first[name].agreement
        print(
            f"| {name} | {trial.precision} | {trial.faces_per_second:,.1f} | {trial.faces_per_second / plain:.2f} | "
            f"{first[name].start_seconds:.1f} | {trial.start_seconds:.1f} | {trial.memory_mb:,.0f} | "
            + (
                "random weights"
                if agreed is None
                else f"{'agrees' if agreed.agrees else 'DISAGREES'}: {agreed.in_words()}"
            )
            + " |",
            flush=True,
        )
    return trials


if __name__ == "__main__":
    typer.run(main)
