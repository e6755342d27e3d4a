"""`python -m tests.benchmarks.cuts`: every detector on spliced films whose cuts are known. About two minutes.

Films are spliced from the clips of tests/clips.py, or from other uncut takes (a file each) named on the command line. A
hard cut counts only at its very frame; a dissolve or fade counts once, anywhere within its span. Scenes are at least 15
frames, the default. Where there is no cut to find, what was found is told as false cuts a film.
"""

from __future__ import annotations

import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from emotion_core import transitions
from emotion_core.observations import Observations, Scores
from emotion_core.scorer import Scorer, packed
from emotion_core.settings import DEFAULT_THRESHOLDS, Detector, ShotSettings
from emotion_core.shots import shots_of
from tests.films import read_film, write_film
from tests.scans import observations
from tests.splices import WITH_JOINS, Join, Take, bgr, footage, grainy, judged
from tests.uncut import WITHOUT_JOINS

SWEEP: dict[Detector, tuple[float, ...]] = {
    "combined": (0.8, 0.9, 1.0, 1.1, 1.25),
    "adaptive": (2.0, 3.0, 4.0),
    "content": (20.0, 27.0, 34.0),
    "hash": (0.3, 0.35, 0.4),
    "histogram": (0.1, 0.2, 0.4),
    "threshold": (8.0, 12.0, 20.0),
}
CHOSEN: Detector = ShotSettings().detector


@dataclass(slots=True)
class Count:
    """What a detector found on the films of one kind."""

    right: int = 0
    missed: int = 0
    false: int = 0
    films: int = 0

    def add(self, found: Sequence[int], joins: Sequence[Join]) -> None:
        verdict = judged(found, joins)
        self.right, self.missed = self.right + verdict.right, self.missed + verdict.missed
        self.false, self.films = self.false + verdict.false, self.films + 1

    @property
    def joins(self) -> int:
        return self.right + self.missed

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.joins)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.missed + self.false)


def main(
    takes: Annotated[list[Path] | None, typer.Argument(help="Uncut takes; without any, the tests' own clips.")] = None,
    films: Annotated[int, typer.Option(min=1, help="Films of each kind.")] = 3,
    seed: Annotated[int, typer.Option(help="Another seed, other films.")] = 0,
) -> None:
    """Print precision, recall and F1 of each detector and threshold on each kind of film, and what deciding costs."""
    counts: dict[str, dict[tuple[Detector, float], Count]] = {}
    used = [list(read_film(path)) for path in takes] if takes else footage()
    for kind, seen, joins in _films(used, films, seed):
        for detector, thresholds in SWEEP.items():
            for threshold in thresholds:
                shots = shots_of(seen, ShotSettings(detector=detector, threshold=threshold))
                count = counts.setdefault(kind, {}).setdefault((detector, threshold), Count())
                count.add([shot.frame_in for shot in shots[1:]], joins)
    for kind, rows in counts.items():
        _print(kind, rows)
    print(_cost(next(seen for _, seen, _ in _films(used, 1, seed))))


def _films(takes: Sequence[Take], films: int, seed: int) -> Iterator[tuple[str, Observations, list[Join]]]:
    for kind, make in (WITH_JOINS | WITHOUT_JOINS).items():
        for film in range(films):
            random = np.random.default_rng((seed, zlib.crc32(kind.encode()), film))
            splice = make(takes, random)
            pictures = _coded(grainy(splice.pictures, random, 8)) if "x264" in kind else splice.pictures
            yield kind, _scored(pictures), splice.joins


def _coded(pictures: Take) -> Take:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        write_film(path, pictures, quality=36, keyframe_every=100, b_frames=3, options={"preset": "veryfast"})
        return list(read_film(path))


def _scored(pictures: Take) -> Observations:
    scorer = Scorer()
    scores = packed(range(len(pictures)), [scorer.score(picture) for picture in bgr(pictures)])
    plain = observations({}, frames=len(scores))
    return replace(plain, scores=replace(scores, pts=plain.scores.pts))


def _print(kind: str, rows: dict[tuple[Detector, float], Count]) -> None:
    joins, films = next((count.joins, count.films) for count in rows.values())
    print(f"\n{kind}: {films} films, {joins} cuts")
    for (detector, threshold), count in rows.items():
        usual = threshold == DEFAULT_THRESHOLDS[detector]
        mark = "  <- the default" if usual and detector == CHOSEN else "  (usual)" if usual else ""
        if count.joins:
            said = f"precision {count.precision:.3f}  recall {count.recall:.3f}  F1 {count.f1:.3f}"
        else:
            said = f"false cuts a film {count.false / count.films:.2f}"
        print(f"  {detector:10}{threshold:7g}  {said}{mark}")


def _cost(seen: Observations) -> str:
    """What the combined detector's decision costs on a film of 130,000 frames, an hour and a half."""
    scores = Scores.joined([seen.scores] * -(-130_000 // seen.frames))
    begun = time.perf_counter()
    transitions.cuts(scores, DEFAULT_THRESHOLDS["combined"], ShotSettings().min_scene_frames)
    return f"\ncombined: {len(scores):,} frames decided in {time.perf_counter() - begun:.2f} s"


if __name__ == "__main__":
    typer.run(main)
