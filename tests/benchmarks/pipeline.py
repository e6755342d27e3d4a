"""`python -m tests.benchmarks.pipeline FILM [--before CHECKOUT]`: the whole analysis beside decoding alone, another
build, PySceneDetect's shots alone, and the pipeline that one would put together from the same packages.

They are run in turn on one film, each in a process of its own, and the medians are compared: absolute numbers are this
machine's, the ratios travel better. Seconds are from the start of the process to its end, of an analysis to the CSV of
`python -m emotion_core analyze`; the engine is known. CPU seconds and memory are of all its processes. Then
where the time goes, one step after the other on one thread.
"""

from __future__ import annotations

import json
import math
import statistics
import tempfile
from pathlib import Path
from typing import Annotated

import torch
import typer
from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

from emotion_core.expression.checkpoints import EMBEDDED_FOLDER
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.observations import ObservationStore
from emotion_core.settings import EngineName, ScanSettings
from tests.benchmarks import watched
from tests.benchmarks.start import Build, copy_of
from tests.benchmarks.steps import steps
from tests.benchmarks.watched import Run
from tests.support.repository import ROOT

_DECODE_ONLY = """
import json, sys
from pathlib import Path
from emotion_core.system import threads
from emotion_core.decoding import Decoder
with Decoder(Path(sys.argv[1]), "", threads=threads.thread_budget().decode) as decoder:
    print("ready", flush=True)
    print(json.dumps({"frames": sum(1 for _ in decoder.frames())}))
"""
_SHOTS_ONLY = """
import json, sys
from scenedetect import AdaptiveDetector, detect
print("ready", flush=True)
scenes = detect(sys.argv[1], AdaptiveDetector())
print(json.dumps({"frames": scenes[-1][1].frame_num if scenes else 0}))
"""
_ASSEMBLED = "import runpy; runpy.run_module('tests.benchmarks.assembled', run_name='__main__')"


def main(
    film: Annotated[Path, typer.Argument(help="Any film; four minutes or more make steady numbers.")],
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    engine: EngineName = "default",
    assembled: Annotated[int, typer.Option(min=0, help="Rounds of the pipeline put together from packages.")] = 1,
    before: Annotated[Path | None, typer.Option(help="The root of another build's checkout.")] = None,
    reference: Annotated[bool, typer.Option(help="Both again with the reference's architecture.")] = False,
) -> None:
    """Print each one's seconds, frames a second, processor time and peak memory, the ratios, and the steps."""
    settings = ScanSettings(engine=engine, checkpoint="embedded")
    runs: dict[str, list[Run]] = {name: [] for name in ("decode only", "before", "now", "shots only", "put together")}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        builds = {"now": Build(ROOT, folder / "now")}
        if before is not None:
            builds = {"before": Build(before.resolve(), folder / "before"), **builds}
        for build in builds.values():
            watched.Build(build.root, build.home).open_engine(settings)
        sampled_frames = folder / "frames.json"
        for number in range(rounds):
            runs["decode only"].append(watched.script(_DECODE_ONLY, str(film)))
            own = copy_of(film, folder, number)
            for called, build in builds.items():
                cost = build.analyze(build.home, own, engine)
                frames = runs["decode only"][0].frames
                runs[called].append(Run(cost.seconds, math.nan, frames, round(cost.peak * 1e6), cost.cpu, {}))
            own.unlink()
            runs["shots only"].append(watched.script(_SHOTS_ONLY, str(film)))
            if number < assembled:
                (store, *_) = (builds["now"].home / "scans").iterdir()
                sampled_frames.write_text(
                    json.dumps([sample.frame for sample in ObservationStore(store).read().samples])
                )
                words = (str(film), str(EMBEDDED_FOLDER), str(sampled_frames))
                runs["put together"].append(watched.script(_ASSEMBLED, *words))
            took = ", ".join(f"{called} {run[-1].seconds:.2f} s" for called, run in runs.items() if run)
            typer.echo(f"round {number + 1}: {took}", err=True)
        if reference:
            model, plain = _vit(folder / "vit"), watched.Build(ROOT, builds["now"].home)
            runs["whole, ViT-B/16"] = [
                watched.analysis(film, ScanSettings(engine=engine, checkpoint=str(model)), plain)
            ]
            runs["together, ViT-B/16"] = [watched.script(_ASSEMBLED, str(film), str(model), str(sampled_frames))]
    frames, size = runs["decode only"][0].frames, film.stat().st_size / 1e6
    print(f"{film.name}, {frames} frames, {size:.0f} MB, engine {engine}, medians on {watched.machine()}:\n")
    print("| | rounds | seconds | frames/s | CPU s | peak MB |\n| --- | --- | --- | --- | --- | --- |")
    for name, measured in runs.items():
        if measured:
            seconds, cpu = (_median(measured, field) for field in ("seconds", "cpu"))
            rate, peak = measured[0].frames / seconds, max(run.peak for run in measured) / 1e6
            print(f"| {name} | {len(measured)} | {seconds:.2f} | {rate:.0f} | {cpu:.1f} | {peak:.0f} |")
    print()
    pairs = [("now", "decode only"), ("before", "decode only"), ("now", "before"), ("now", "shots only")]
    for first, other in [*pairs, ("put together", "now"), ("together, ViT-B/16", "whole, ViT-B/16")]:
        if runs.get(first) and runs.get(other):
            ratios = [a.seconds / b.seconds for a, b in zip(runs[first], runs[other], strict=False)]
            print(f"- {first} / {other}: {statistics.median(ratios):.2f}")
    decoding = _median(runs["decode only"], "cpu")
    for name in builds:
        print(f"- CPU seconds beyond decoding, {name}: {_median(runs[name], 'cpu') - decoding:.1f}")
    print()
    steps(film, settings)


def _median(runs: list[Run], field: str) -> float:
    values: list[float] = [getattr(run, field) for run in runs]
    return statistics.median(values)


def _vit(folder: Path) -> Path:
    """A checkpoint of the reference's architecture, ViT-B/16 at 224 px, of random weights."""
    torch.manual_seed(1)
    labels = dict(enumerate(REFERENCE_LABELS))
    config = ViTConfig(id2label=labels, label2id={label: i for i, label in labels.items()})
    ViTForImageClassification(config).save_pretrained(folder)
    ViTImageProcessor(size={"height": 224, "width": 224}).save_pretrained(folder)
    return folder


if __name__ == "__main__":
    typer.run(main)
