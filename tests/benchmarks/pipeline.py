"""`python -m tests.benchmarks.pipeline FILM`: the whole analysis beside decoding alone, and beside the pipeline that
one would put together from the same packages, on the same film in one run.

They are run in turn, each in a process of its own, and the medians are compared: absolute numbers are this machine's,
the ratios travel better. Then where the time goes, one step after the other on one thread.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path
from typing import Annotated

import torch
import typer
from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

from emotion_core.expression.checkpoints.location import EMBEDDED_FOLDER
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.observations.store import ObservationStore
from emotion_core.settings import EngineName, ScanSettings
from tests.benchmarks import watched
from tests.benchmarks.steps import steps
from tests.benchmarks.watched import Run

_DECODE_ONLY = """
import json, sys
from pathlib import Path
from emotion_core.system import threads
from emotion_core.decoding.decoder import Decoder
with Decoder(Path(sys.argv[1]), "", threads=threads.share().decode) as decoder:
    print("ready", flush=True)
    print(json.dumps({"frames": sum(1 for _ in decoder.frames())}))
"""
_ASSEMBLED = "import runpy; runpy.run_module('tests.benchmarks.assembled', run_name='__main__')"


def main(
    film: Annotated[Path, typer.Argument(help="Any film; four minutes or more make steady numbers.")],
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    engine: EngineName = "default",
    assembled: Annotated[int, typer.Option(min=0, help="Rounds of the pipeline put together from packages.")] = 1,
    reference: Annotated[bool, typer.Option(help="Both again with the reference's architecture.")] = False,
) -> None:
    """Print each one's seconds, frames a second, processor time and peak memory, the ratios, and the steps."""
    settings = ScanSettings(engine=engine, checkpoint="embedded")
    runs: dict[str, list[Run]] = {"decode only": [], "whole analysis": [], "put together": []}
    with tempfile.TemporaryDirectory() as folder:
        frames = Path(folder) / "frames.json"
        for number in range(rounds):
            runs["decode only"].append(watched.script(_DECODE_ONLY, str(film)))
            store = Path(folder) / f"store-{number}"
            runs["whole analysis"].append(watched.analysis(film, settings, store))
            sampled = [sample.frame for sample in ObservationStore(store).read().samples]
            frames.write_text(json.dumps(sampled))
            if number < assembled:
                words = (str(film), str(EMBEDDED_FOLDER), str(frames))
                runs["put together"].append(watched.script(_ASSEMBLED, *words))
            print(f"round {number + 1}: " + ", ".join(f"{n} {r[-1].seconds:.2f} s" for n, r in runs.items() if r))
        if reference:
            model = _vit(Path(folder) / "vit")
            name = "whole, ViT-B/16"
            runs[name] = [watched.analysis(film, ScanSettings(engine=engine, checkpoint=str(model)))]
            runs["together, ViT-B/16"] = [watched.script(_ASSEMBLED, str(film), str(model), str(frames))]
    print(watched.machine())
    print(f"{film.name}, {runs['decode only'][0].frames} frames, {film.stat().st_size / 1e6:.0f} MB, engine {engine}:")
    print(f"{'medians':20}{'rounds':>7}{'seconds':>9}{'frames/s':>10}{'CPU s':>8}{'start s':>9}{'peak MB':>9}")
    for name, done in runs.items():
        if done:
            seconds, start, cpu = (statistics.median(getattr(r, f) for r in done) for f in ("seconds", "start", "cpu"))
            rate, peak = done[0].frames / seconds, max(r.peak for r in done) / 1e6
            print(f"{name:20}{len(done):7}{seconds:9.2f}{rate:10.0f}{cpu:8.1f}{start:9.1f}{peak:9.0f}")
    pairs = [("whole analysis", "decode only"), ("put together", "whole analysis")]
    for one, other in [*pairs, ("together, ViT-B/16", "whole, ViT-B/16")]:
        if runs.get(one) and runs.get(other):
            ratios = [a.seconds / b.seconds for a, b in zip(runs[one], runs[other], strict=False)]
            print(f"{one} / {other}: {statistics.median(ratios):.2f}")
    steps(film, settings)


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
