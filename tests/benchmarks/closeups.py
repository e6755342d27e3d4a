"""`python -m tests.benchmarks.closeups STILLS`: how near to the picture's edge eyes, nose and mouth may lie.

STILLS is a ZIP of face crops, `label/name.jpg`, each a box found by the detector and a little around it. Each face is
cut at one of the four edges at eleven depths, looked for and read again by the embedded checkpoint, and compared with
the whole face. Told are, by how far inside the landmarks then lie (in shares of the box's longer side): the mean
absolute difference of the probabilities, the share of faces with the same first label, and the shares whose first
label is the still's, cut and whole. The same is printed for other crops of the whole faces: that is how much two crops
differ that nothing cuts. usable_faces.LANDMARK_MARGIN rests on it.
"""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from emotion_core.analysis.usable_faces import BOX_MARGIN
from emotion_core.expression.checkpoints import EMBEDDED, load, locate
from emotion_core.expression.engines.torch_engine import TorchEngine
from emotion_core.faces import DetectedFace, FaceDetector, crop, open_detector
from emotion_core.settings import ReportSettings, ScanSettings
from tests.support.films import Picture

SIDE = 336
"""Pixels of a still as it is looked at."""
DEPTHS = (-0.3, -0.15, -0.05, 0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.45)
"""How far beyond the outermost landmark the edge cuts, in shares of the whole face's longer side."""
EDGES = ("left", "top", "right", "bottom")
SCALES = (1.0, 1.05, 1.25, 1.3)
"""Of other crops of the whole face; it is read at ScanSettings.crop_scale."""
MARGINS = (0.0, 0.05, 0.1, 0.15, 0.2)
NEAR = 0.015


@dataclass(frozen=True, slots=True)
class Reading:
    """A crop of a still's face."""

    still: int
    what: str
    """“whole”, “cut”, or another crop of the whole face."""
    inside: float
    """How far the landmarks lie inside the picture, in shares of the box's longer side."""


class Detectors:
    """One detector a size of picture: each is compiled for one."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, int], FaceDetector] = {}

    def largest(self, picture: Picture) -> DetectedFace | None:
        """The largest face that is sure enough."""
        size = (-(-picture.shape[0] // 32), -(-picture.shape[1] // 32))
        if size not in self._made:
            self._made[size] = open_detector(ScanSettings().detection_width, ScanSettings().min_face_px)
        faces = [f for f in self._made[size].find(picture) if f.score >= ReportSettings().min_face_score]
        return max(faces, key=lambda f: f.box[2] * f.box[3], default=None)


def marks(face: DetectedFace) -> NDArray[np.float64]:
    """The five landmarks, (5, 2)."""
    return np.array(face.landmarks).reshape(5, 2)


def cut(picture: Picture, face: DetectedFace, edge: str, depth: float) -> Picture | None:
    """`picture` with its edge so far beyond the face's landmarks; None where it ends before that."""
    points, beyond = marks(face), depth * max(face.box[2:])
    height, width = picture.shape[:2]
    left, top = (round(v) for v in points.min(axis=0) - beyond)
    right, bottom = (round(v) for v in points.max(axis=0) + beyond)
    box = {"left": (left, 0, width, height), "top": (0, top, width, height), "right": (0, 0, right, height),
           "bottom": (0, 0, width, bottom)}[edge]  # fmt: skip
    if box[0] < 0 or box[1] < 0 or box[2] > width or box[3] > height or box == (0, 0, width, height):
        return None
    return np.ascontiguousarray(picture[box[1] : box[3], box[0] : box[2]])


def inside(picture: Picture, face: DetectedFace) -> float:
    """How far the landmarks lie inside the picture, in shares of the box's longer side."""
    points, (height, width) = marks(face), picture.shape[:2]
    return float(min(points.min(), (np.array([width, height]) - points).min()) / max(face.box[2:]))


def box_is_cut(picture: Picture, face: DetectedFace) -> bool:
    """Whether the box comes as near to the edge as usable_faces.BOX_MARGIN says."""
    left, top, width, height = face.box
    sides = (left / width, top / height, (picture.shape[1] - left) / width - 1, (picture.shape[0] - top) / height - 1)
    return bool(min(sides) < BOX_MARGIN)


def main(
    stills: Annotated[Path, typer.Argument(help="A ZIP of face crops, label/name.jpg.")],
    per_label: Annotated[int, typer.Option(min=1, help="At most so many stills a label.")] = 60,
) -> None:
    """Measure it, and print a table."""
    checkpoint, detectors, scale = load(locate(EMBEDDED)), Detectors(), ScanSettings().crop_scale
    engine = TorchEngine(checkpoint, batch=16, threads=1, reason="benchmark")
    readings: list[Reading] = []
    logits: list[NDArray[np.float32]] = []
    truth: list[int] = []
    for label, picture in faces(stills, per_label):
        face = detectors.largest(picture)
        if face is None:
            continue
        still = len(truth)
        truth.append(checkpoint.identity.labels.index(label))
        readings.append(Reading(still, "whole", inside(picture, face)))
        crops = [crop(picture, face.box, scale)]
        for other in SCALES:
            readings.append(Reading(still, f"crop at {other}", inside(picture, face)))
            crops.append(crop(picture, face.box, other))
        for edge, depth in product(EDGES, DEPTHS):
            part = cut(picture, face, edge, depth)
            partial = None if part is None else detectors.largest(part)
            if part is not None and partial is not None and box_is_cut(part, partial):
                readings.append(Reading(still, "cut", inside(part, partial)))
                crops.append(crop(part, partial.box, scale))
        logits.append(engine.logits(crops))
    rows = np.concatenate(logits).astype(np.float64)
    chances = np.exp(rows - rows.max(axis=1, keepdims=True))
    show(readings, chances / chances.sum(axis=1, keepdims=True), np.array(truth))


def faces(stills: Path, per_label: int) -> list[tuple[str, Picture]]:
    """Stills and their labels, drawn with a seed."""
    names: dict[str, list[str]] = defaultdict(list)
    with zipfile.ZipFile(stills) as archive:
        for name in sorted(n for n in archive.namelist() if n.endswith(".jpg")):
            names[name.split("/")[-2]].append(name)
        random = np.random.default_rng(3)
        drawn = [(label, n) for label in sorted(names) for n in random.permutation(names[label])[:per_label].tolist()]
        return [(label, enlarged(Image.open(io.BytesIO(archive.read(name))))) for label, name in drawn]


def enlarged(image: Image.Image) -> Picture:
    """A still as it is looked at."""
    rgb = np.asarray(image.convert("RGB"))
    return np.asarray(cv2.resize(rgb, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def show(readings: list[Reading], chances: NDArray[np.float64], truth: NDArray[np.int64]) -> None:
    """Print how each kind of crop compares with the whole face."""
    whole = {reading.still: i for i, reading in enumerate(readings) if reading.what == "whole"}
    margin = np.array([reading.inside for reading in readings])
    kind = np.array([reading.what for reading in readings])
    still = np.array([reading.still for reading in readings])
    rows = {f"crop at {scale}": kind == f"crop at {scale}" for scale in SCALES}
    for at in MARGINS:
        rows[f"cut, {at:.2f} ± {NEAR}"] = (kind == "cut") & (np.abs(margin - at) < NEAR)
        rows[f"cut, {at:.2f} and more"] = (kind == "cut") & (margin >= at)
    print(f"{len(truth)} whole faces\n\n| | faces | difference | first label | right | right, whole |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, chosen in rows.items():
        reading, other = np.flatnonzero(chosen), np.array([whole[s] for s in still[chosen]], dtype=np.intp)
        if not len(reading):
            continue
        tops = [chances[ix].argmax(axis=1) for ix in (reading, other)]
        figures = (
            np.abs(chances[reading] - chances[other]).mean(),
            (tops[0] == tops[1]).mean(),
            *((top == truth[still[chosen]]).mean() for top in tops),
        )
        print(f"| {name} | {len(reading):,} | {' | '.join(f'{figure:.3f}' for figure in figures)} |")


if __name__ == "__main__":
    typer.run(main)
