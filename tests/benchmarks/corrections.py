"""`python -m tests.benchmarks.corrections`: from a correction to the new table and timeline of a feature-sized film.

The scan is written by hand: 130,000 frames with some 1,300 cuts for the detector to find, a sampled frame every twelve
with no, one or two faces on it. Each round makes one correction after the other, as the page does: settings saved, the
report made again, its table, timeline, heatmap and CSV.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import typer

from emotion_core import charts
from emotion_core.corrections import Corrections
from emotion_core.jobs import scans
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Library
from emotion_core.observations import LAYOUT, Expression, Face, Sample, Scores, Segment, Thumbnail
from emotion_core.report import csv_bytes, scene_table
from emotion_core.scenes import Scene
from emotion_core.scenes.editing import mark_scene, merge_scenes, move_scene, rename_scene, split_scene
from emotion_core.settings import ScanSettings
from tests.support.clips import CARPHONE, clip
from tests.support.scans import CHECKPOINT, ENGINE, PAL, media

FRAMES, CUTS, EVERY = 130_000, 1_300, 12
SEGMENT = 1_500
"""Frames; a minute."""
WIDTH = 1_380
"""Of a chart, pixels."""

_VERBS: dict[str, Callable[[Corrections, tuple[Scene, ...], int], Corrections]] = {
    "merge": lambda c, scenes, n: merge_scenes(c, scenes, n, n + 1),
    "split": lambda c, scenes, n: split_scene(c, scenes, n, scenes[n - 1].frame_in + scenes[n - 1].frames // 2),
    "move": lambda c, scenes, n: move_scene(c, scenes, n, scenes[n - 1].frame_in + 1),
    "rename": lambda c, scenes, n: rename_scene(c, scenes, n, f"Scene with a name {len(c)}"),
    "mark": lambda c, scenes, n: mark_scene(c, scenes, n, "not film"),
}


def main(rounds: int = 5) -> None:
    """Print the median seconds of each kind of correction, and of its parts."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder))
        film_id = _film(library)
        started_at = time.monotonic()
        analysis = library.analysis(film_id)
        observations = analysis.observations
        print(f"{observations.frames:,} frames, {len(analysis.scenes):,} scenes, {len(observations.faces):,} faces")
        print(f"first report {time.monotonic() - started_at:.2f} s")
        durations: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for place in range(rounds):
            for name, verb in _VERBS.items():
                for part, seconds in _correct(library, film_id, verb, 100 + 200 * place).items():
                    durations[name][part].append(seconds)
    parts = list(durations["merge"])
    print(f"{'median seconds':16}" + "".join(f"{part:>10}" for part in parts))
    for name, by_part in durations.items():
        print(f"{name:16}" + "".join(f"{statistics.median(by_part[part]):10.2f}" for part in parts))


def _correct(
    library: Library, film_id: str, verb: Callable[[Corrections, tuple[Scene, ...], int], Corrections], number: int
) -> dict[str, float]:
    """Seconds that each step took, and all of them."""
    marks, busy = [time.monotonic()], time.process_time()
    before = library.analysis(film_id)
    scenes = tuple(row.scene for row in before.scenes)
    corrections = verb(before.report_settings.corrections, scenes, number)
    library.set_report_settings(film_id, replace(before.report_settings, corrections=corrections))
    marks.append(time.monotonic())
    analysis = library.analysis(film_id)
    scans.frames_to_add(analysis)
    marks.append(time.monotonic())
    table = scene_table(analysis)
    marks.append(time.monotonic())
    end = float(analysis.observations.media.duration)
    json.dumps(charts.timeline_document(analysis, 0, end, WIDTH, smoothing=3))
    marks.append(time.monotonic())
    json.dumps(charts.heatmap_document(analysis, 0, end, WIDTH))
    marks.append(time.monotonic())
    csv_bytes(table)
    marks.append(time.monotonic())
    steps = [b - a for a, b in pairwise(marks)]
    everything = {"all": sum(steps), "CPU": time.process_time() - busy}
    return {**dict(zip(("save", "report", "table", "timeline", "heatmap", "csv"), steps, strict=True)), **everything}


def _film(library: Library) -> str:
    """A feature-sized scan in `library`; the id of its film."""
    added = library.refer_to(clip(CARPHONE))
    chance = np.random.default_rng(1)
    cut = np.zeros(FRAMES, dtype=bool)
    cut[chance.choice(np.arange(20, FRAMES - 20), CUTS, replace=False)] = True
    content = np.where(cut, 90.0, chance.gamma(2.0, 1.0, FRAMES))
    pictures = chance.integers(20, 230, (CUTS + 1, LAYOUT[0] * LAYOUT[1]))
    layout = (pictures[np.cumsum(cut)] + chance.normal(0, 2, (FRAMES, 1))).clip(0, 255).astype(np.uint8)
    film = media(content_id=added.id, duration=FRAMES / PAL, time_base=1 / PAL)
    scan = library.add_scan(added.id, ScanSettings(), "weights")
    store = library.store(scan.id)
    store.begin(film, scan.settings, CHECKPOINT, ENGINE)
    segments = range(0, FRAMES, SEGMENT)
    for number, first in enumerate(segments):
        last = min(FRAMES, first + SEGMENT)
        samples: list[Sample] = []
        faces: list[Face] = []
        read: list[Expression] = []
        for frame in range(first + -first % EVERY, last, EVERY):
            samples.append(Sample(frame, frame / PAL, 0, Thumbnail(number, 0, 0), 0, filled=False))
            for _ in range(chance.integers(0, 3)):
                read.append(Expression(len(faces), tuple(chance.normal(size=len(REFERENCE_LABELS)).tolist())))
                faces.append(Face(len(faces), frame, (60.0, 60.0, 50.0, 50.0), (0.0,) * 10, 0.9))
        new = cut[first:last]
        like, unlike = np.where(new, 0.1, 0.99), np.where(new, 0.5, 0.02)
        brightness = layout[first:last].mean(axis=1)
        scores = Scores(np.arange(first, last), content[first:last], brightness, like, unlike, layout[first:last])
        store.write(number, Segment(scores, tuple(samples), tuple(faces), tuple(read), b""))
    store.seal(len(segments), film)
    return added.id


if __name__ == "__main__":
    typer.run(main)
