"""`python -m tests.benchmarks.aligning [--before CHECKOUT]`: what aligning two cuts costs, and how much of it is right.

Two films are made as layouts, without pictures: shots of set-ups that return, each shot a still place with smooth
motion over it; held stills, black, white, fades and a credit roll. The second cut lacks shots, has them trimmed, moved,
repeated and new ones inserted, and is graded and coded again, which is noise of a level or two. Three cases are
measured: such a re-cut; two films that share nothing; and a re-cut in which a fifth of both is one still.

The build before is another checkout of the project. Both run in turn, three times each, in processes of their own.
Printed are medians of the seconds and CPU seconds, the peak memory, the share of frames found within two frames of
their place, and to the frame, and what was called known of what is new.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from emotion_core.observations import LAYOUT, Layouts
from tests.benchmarks.watched import machine
from tests.support.repository import ROOT

RATE = 25
WITHIN = 2
"""Frames by which a found frame may be off its place."""
RUNS = 3

Fields = NDArray[np.float32]
"""(n, 144): layouts before they are rounded."""

MEASURED = """
import json, resource, sys, time
import numpy as np
from emotion_core.compare import align_layouts
before, after = (np.load(path) for path in sys.argv[1:3])
wall, cpu = time.perf_counter(), time.process_time()
source = align_layouts(before, after, 25.0)
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
np.save(sys.argv[3], source)
print(json.dumps({"wall": wall, "cpu": cpu, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""
"""Runs in the folder of the build to measure. The peak, in MB, includes the interpreter and both films."""


@dataclass(frozen=True, slots=True)
class Case:
    """Two cuts, and for each frame of the second its place in the first, -1 for none."""

    name: str
    before: Layouts
    after: Layouts
    truth: NDArray[np.int64]


def main(
    before: Annotated[Path | None, typer.Option(help="The root of another build's checkout.")] = None,
    minutes: Annotated[float, typer.Option(help="Length of the first cut.")] = 120.0,
    seed: int = 1,
) -> None:
    """Print one line a case and build."""
    print(f"Medians of {RUNS} on {machine()}, first cut of {minutes:g} minutes:\n")
    print("| case | build | s | CPU s | peak MB | found | to the frame | false |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    builds = {"now": ROOT, **({"before": before.resolve()} if before else {})}
    comparisons = []
    for case in cases(round(minutes * 60 * RATE), np.random.default_rng(seed)):
        results = measured(case, builds)
        for build, (runs, source) in results.items():
            wall, cpu, peak = (median(run[key] for run in runs) for key in ("wall", "cpu", "peak"))
            shares = " | ".join(f"{share:.2%}" for share in judged(source, case.truth))
            print(f"| {case.name} | {build} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {shares} |", flush=True)
        if before:
            (now, source), (then, earlier) = results["now"], results["before"]
            ratio = median(run["wall"] for run in now) / median(run["wall"] for run in then)
            differ = float(np.mean(source != earlier))
            comparisons.append(f"- {case.name}: now / before {ratio:.3f}; {differ:.2%} of the frames found elsewhere")
    print("\n".join(["", *comparisons]))


def measured(case: Case, builds: dict[str, Path]) -> dict[str, tuple[list[dict[str, float]], NDArray[np.int64]]]:
    """Of each build the measures of RUNS runs, and its answer."""
    runs: dict[str, list[dict[str, float]]] = {build: [] for build in builds}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        films = [folder / "before.npy", folder / "after.npy"]
        for path, film in zip(films, (case.before, case.after), strict=True):
            np.save(path, film)
        for _ in range(RUNS):
            for build, root in builds.items():
                command: list[Any] = [sys.executable, "-c", MEASURED, *films, folder / f"{build}.npy"]
                done = subprocess.run(command, check=True, capture_output=True, cwd=root)
                runs[build].append(json.loads(done.stdout))
        return {build: (runs[build], np.load(folder / f"{build}.npy")) for build in builds}


def judged(source: NDArray[np.int64], truth: NDArray[np.int64]) -> tuple[float, float, float]:
    """Shares: of what is there, found within WITHIN frames and to the frame; of what is not, called known."""
    there = truth >= 0
    near = (source >= 0) & (np.abs(source - truth) <= WITHIN)
    parts = near[there], (source == truth)[there], source[~there] >= 0
    found, exact, false = (float(part.mean()) if part.size else 0.0 for part in parts)
    return found, exact, false


def cases(frames: int, random: np.random.Generator) -> list[Case]:
    """The three cases; the first cuts have about `frames` frames."""
    shots, other = (film(frames, random) for _ in range(2))
    first, second, truth = recut(shots, other, random)
    whole = np.concatenate(other)
    foreign = coded(whole, random)
    # The still replaces a fifth of both, and is shorter in the second.
    still = shots[len(shots) // 3][:1].repeat(frames // 5, axis=0)
    at = frames * 2 // 5
    cut = (*np.searchsorted(np.cumsum([len(shot) for shot in shots]), (at, at + len(still))),)
    with_still = [*shots[: cut[0]], still, *shots[cut[1] :]]
    return [
        Case("re-cut", first, second, truth),
        Case("another film", first, foreign, np.full(len(foreign), -1)),
        Case("long still", *recut(with_still, other, random)),
    ]


def recut(
    shots: list[Fields], foreign: list[Fields], random: np.random.Generator
) -> tuple[Layouts, Layouts, NDArray[np.int64]]:
    """The first cut, the second, and the place of each of its frames: see Case."""
    starts = np.cumsum([0, *(len(shot) for shot in shots)])
    order = list(range(len(shots)))
    for index in sorted(random.choice(len(shots), len(shots) // 20, replace=False), reverse=True):
        order.insert(int(random.integers(len(order))), order.pop(int(index)))
    parts: list[Fields] = []
    places: list[NDArray[np.int64]] = []
    for index in order:
        kind = random.random()
        head, tail = (int(random.integers(2, 20)) if random.random() < 0.3 else 0 for _ in range(2))
        if kind < 0.08:
            continue
        length = len(shots[index])
        part = slice(head, max(head + 1, length - tail)) if length > 50 else slice(0, length)
        for _ in range(2 if kind > 0.98 else 1):
            parts.append(shots[index][part])
            places.append(np.arange(length, dtype=np.int64)[part] + starts[index])
        if kind > 0.93:
            new = foreign[int(random.integers(len(foreign)))]
            parts.append(new)
            places.append(np.full(len(new), -1, dtype=np.int64))
    return coded(np.concatenate(shots), random, 0.3, 1, 0), coded(np.concatenate(parts), random), np.concatenate(places)


def coded(
    film: Fields, random: np.random.Generator, noise: float = 0.8, gain: float = 1.05, lift: float = -3
) -> Layouts:
    """A film as a scan stores it, graded and with an encoder's noise, which lasts about three frames."""
    layouts = np.empty(film.shape, dtype=np.uint8)
    for start in range(0, len(film), 10_000):
        part = film[start : start + 10_000]
        grain = random.normal(0, noise, (len(part) + 2, part.shape[1])).astype(np.float32)
        smooth = (grain[:-2] + grain[1:-1] + grain[2:]) / np.sqrt(3)
        layouts[start : start + 10_000] = np.clip(part * gain + lift + smooth, 0, 255).round()
    return layouts


def film(frames: int, random: np.random.Generator) -> list[Fields]:
    """The shots of a film: scenes of a few set-ups each that take turns, then a credit roll."""
    shots: list[Fields] = []
    set_ups: list[Fields] = []
    total, roll = 0, min(frames // 24, 7500)
    while total < frames - roll:
        returning = [int(random.integers(len(set_ups))) for _ in range(random.integers(3)) if set_ups]
        scene = [set_ups[index] for index in returning] + [set_up(random) for _ in range(random.integers(1, 4))]
        set_ups += scene[len(returning) :]
        for _ in range(int(random.integers(4, 18))):
            shots.append(shot(scene[int(random.integers(len(scene)))], random))
        if random.random() < 0.3:
            shots += through_plain(shots.pop(), random)
        total = sum(map(len, shots))
    return [*shots, credit_roll(roll, random)]


def set_up(random: np.random.Generator) -> Fields:
    """(9, 144): a place, and eight fields by which it changes when something moves."""
    place = fields(1, random) * random.uniform(20, 60) + random.uniform(50, 170)
    return np.concatenate([place, fields(8, random)])


def shot(place: Fields, random: np.random.Generator) -> Fields:
    """About five seconds of a set-up; one in seven stands still."""
    length = int(np.clip(random.lognormal(np.log(90), 0.7), 12, 1000))
    amount = 0.0 if random.random() < 0.15 else float(np.exp(random.uniform(np.log(0.3), np.log(6))))
    time = np.arange(length)[:, None, None] / RATE
    speeds = random.uniform(0.05, 1.2, (1, 8, 3)) * 2 * np.pi
    swings = np.sin(time * speeds + random.uniform(0, 2 * np.pi, (1, 8, 3))).sum(axis=2) * amount
    moved: Fields = place[0] + swings.astype(np.float32) @ place[1:]
    return moved


def through_plain(last: Fields, random: np.random.Generator) -> list[Fields]:
    """The last shot of a scene faded to black or white, and a while of that."""
    level = float(random.choice([0.0, 16.0, 250.0]))
    fade = np.clip((len(last) - np.arange(len(last))) / 20, 0, 1)[:, None].astype(np.float32)
    return [last * fade + level * (1 - fade), np.full((int(random.integers(5, 80)), last.shape[1]), level, np.float32)]


def credit_roll(frames: int, random: np.random.Generator) -> Fields:
    """White lines of different width that rise over black."""
    width, height = LAYOUT
    speed = 0.08  # rows a frame
    rows = np.zeros((int(frames * speed) + height + 2, width), dtype=np.float32)
    for row in range(0, len(rows), 2):
        reach = int(random.integers(2, width // 2))
        rows[row, width // 2 - reach : width // 2 + reach] = random.uniform(40, 120)
    at = np.arange(frames) * speed
    whole, part = at.astype(int), (at % 1).astype(np.float32)[:, None, None]
    index = whole[:, None] + np.arange(height)
    risen: Fields = (rows[index] * (1 - part) + rows[index + 1] * part).reshape(frames, -1)
    return risen


def fields(n: int, random: np.random.Generator) -> Fields:
    """(n, 144) pictures with a mean of 0, a contrast of 1 and the spectrum of photographs."""
    width, height = LAYOUT
    up, along = np.meshgrid(np.fft.fftfreq(height) * height, np.fft.fftfreq(width) * width, indexing="ij")
    spectrum = 1 / np.maximum(np.hypot(up, along), 1)
    spectrum[0, 0] = 0
    noise = np.fft.fft2(random.normal(size=(n, height, width)))
    pictures = np.fft.ifft2(noise * spectrum).real.reshape(n, -1)
    scaled: Fields = (pictures / pictures.std(axis=1, keepdims=True)).astype(np.float32)
    return scaled


if __name__ == "__main__":
    typer.run(main)
