"""`python -m tests.benchmarks.cuts`: every detector on spliced films whose cuts are known. About five minutes.

Films are spliced from the clips of tests/support/clips.py, or from other uncut takes (a file each) named on the command
line. tests/support/spliced_films.py defines what counts as right. Scenes are at least 15 frames, the default. Films
without a cut count false cuts a film.

Thresholds are settled with seeds below JUDGED and judged with seeds from there on. `--transnet` sets TransNetV2 beside
the detectors, if the wheel of transnet.py is installed; it takes about 40 ms a frame.
"""

from __future__ import annotations

import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from emotion_core.observations import Observations, Scores
from emotion_core.scenes import Scorer
from emotion_core.scenes.combined_detector import detect
from emotion_core.settings import DEFAULT_THRESHOLDS, Detector, ShotSettings
from tests.benchmarks import transnet
from tests.benchmarks.cut_counts import CHOSEN, Count, as_scan, cuts_by_detector, table
from tests.support.films import read_film, write_film
from tests.support.spliced_films import WITH_JOINS, Join, Take, bgr, footage, grainy
from tests.support.uncut_films import WITHOUT_JOINS

SWEEP: dict[Detector, tuple[float, ...]] = {
    "combined": (0.8, 0.9, 1.0, 1.1, 1.25),
    "adaptive": (2.0, 3.0, 4.0),
    "content": (20.0, 27.0, 34.0),
    "hash": (0.3, 0.35, 0.4),
    "histogram": (0.1, 0.2, 0.4),
    "threshold": (8.0, 12.0, 20.0),
}
JUDGED = 1000
"""First seed of the films that no threshold was settled on."""

Counts = dict[str, dict[tuple[str, float], Count]]
"""By kind of film, then by detector and threshold."""


def main(
    takes: Annotated[list[Path] | None, typer.Argument(help="Uncut takes; without any, the tests' own clips.")] = None,
    films: Annotated[int, typer.Option(min=1, help="Films of each kind.")] = 3,
    seed: Annotated[int, typer.Option(help="Another seed, other films.")] = 0,
    only: Annotated[str, typer.Option(help="Only kinds of film with this in their name.")] = "",
    with_transnet: Annotated[bool, typer.Option("--transnet", help="Ask TransNetV2 too.")] = False,
    keep: Annotated[Path | None, typer.Option(help="Keep TransNetV2's predictions here and read them again.")] = None,
) -> None:
    """Print precision, recall and F1 of each detector and threshold on each kind of film, and what deciding costs."""
    counts: Counts = {}
    used = [list(read_film(path)) for path in takes] if takes else footage()
    with ExitStack() as stack:
        network = stack.enter_context(transnet.TransNet(keep)) if with_transnet else None
        for kind, pictures, joins in _films(used, films, seed, only):
            cuts_found = cuts_by_detector(_scored(pictures), SWEEP)
            if network is not None:
                cuts_found[transnet.NAME, transnet.THRESHOLD] = network.cuts(transnet.small_pictures(pictures))
            for setting, cuts in cuts_found.items():
                counts.setdefault(kind, {}).setdefault(setting, Count()).add(cuts, joins)
    for kind, rows in counts.items():
        _print(kind, rows)
    print(_summary(counts))
    print(_cost(_scored(next(pictures for _, pictures, _ in _films(used, 1, seed, only)))))


def _films(takes: Sequence[Take], films: int, seed: int, only: str) -> Iterator[tuple[str, Take, list[Join]]]:
    for kind, make in (WITH_JOINS | WITHOUT_JOINS).items():
        for film in range(films if only in kind else 0):
            random = np.random.default_rng((seed, zlib.crc32(kind.encode()), film))
            splice = make(takes, random)
            yield kind, _coded(grainy(splice.pictures, random, 8)) if "x264" in kind else splice.pictures, splice.joins


def _coded(pictures: Take) -> Take:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        write_film(path, pictures, quality=36, keyframe_every=100, b_frames=3, options={"preset": "veryfast"})
        return list(read_film(path))


def _scored(pictures: Take) -> Observations:
    scorer = Scorer()
    return as_scan([scorer.score(picture) for picture in bgr(pictures)])


def _print(kind: str, rows: dict[tuple[str, float], Count]) -> None:
    first = next(iter(rows.values()))
    print(f"\n{kind}: {first.films} films, {first.joins} cuts")
    for (detector, threshold), count in rows.items():
        mark = ("  <- the default" if detector == CHOSEN else "  (usual)") if _usual(detector, threshold) else ""
        if count.joins:
            line = f"precision {count.precision:.3f}  recall {count.recall:.3f}  F1 {count.f1:.3f}"
        else:
            line = f"false cuts a film {count.false / count.films:.2f}"
        print(f"  {detector:10}{threshold:7g}  {line}{mark}")


def _usual(detector: str, threshold: float) -> bool:
    usual = {str(name): value for name, value in DEFAULT_THRESHOLDS.items()} | {transnet.NAME: transnet.THRESHOLD}
    return threshold == usual[detector]


def _summary(counts: Counts) -> str:
    """Every detector at its usual threshold: F1 where there are cuts, false cuts a film where there are none."""
    usual = {
        kind: {name: count for (name, threshold), count in rows.items() if _usual(name, threshold)}
        for kind, rows in counts.items()
    }
    lines: dict[bool, list[list[str]]] = {True: [], False: []}
    head: list[str] = []
    for kind, rows in usual.items():
        head = [*rows]
        cuts = any(count.joins for count in rows.values())
        cells = [f"{c.f1:.2f}" if cuts else f"{c.false / c.films:.1f}" for c in rows.values()]
        lines[cuts].append([kind, *cells])
    f1, false = table(["F1", *head], lines[True]), table(["false cuts a film", *head], lines[False])
    return f"\n{f1}\n\n{false}"


def _cost(scan_data: Observations) -> str:
    """What the combined detector's decision costs on a film of 130,000 frames, an hour and a half."""
    scores = Scores.concatenate([scan_data.scores] * -(-130_000 // scan_data.frames))
    started_at = time.perf_counter()
    detect.find_cuts(scores, DEFAULT_THRESHOLDS["combined"], ShotSettings().min_scene_frames)
    return f"\ncombined: {len(scores):,} frames decided in {time.perf_counter() - started_at:.2f} s"


if __name__ == "__main__":
    typer.run(main)
