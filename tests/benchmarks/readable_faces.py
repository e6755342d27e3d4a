"""`python -m tests.benchmarks.readable_faces DATA`: how far the embedded checkpoint's readings fall, and with what.

DATA is the folder of `fer2013_validation.npz` and `faces_film_train.zip`. The stills, but for one person in ten, were
in the fit of the scaling for films: their accuracies are a little high, and only the fall from row to row is told.
Printed are

- the faces as they are, by yaw, misfit and pitch of faces.pose, by sharpness and light of faces.quality;
- a draw of both sets, as many of each label, made small, blurred, dark and grainy;
- the same draw turned in the picture's plane: how many faces are found, and read with and without levelling;
- the same draw with a part of the face covered: how many are found, and by what they can be told.

Each row tells the share of right labels, the mean recall over the labels with 8 faces or more, and how much higher the
highest probability is than the share of right labels. analysis.usable_faces and the model card rest on them.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, ClassVar

import cv2
import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from emotion_core.expression.checkpoints import EMBEDDED, calibration, load, locate
from emotion_core.expression.engines.openvino_engine import OpenVinoEngine
from emotion_core.faces import DetectedFace, Light, crop, level_crop, open_detector, poses_of, quality_of
from emotion_core.settings import ScanSettings
from emotion_core.storage import home
from emotion_core.training.judging import conditions
from tests.support.films import Picture

FACE, AROUND = 224, 48
"""Pixels of a still as it is looked at, and of its edge's repetition around it."""
FER_LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
BATCH = 32


@dataclass(frozen=True, slots=True)
class Still:
    """A labelled face."""

    source: str
    label: int
    picture: Picture
    face: DetectedFace


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Of n faces."""

    chances: NDArray[np.float64]
    """(n, labels)"""
    sharpness: NDArray[np.float64]
    light: NDArray[np.float64]
    """(n, 3): mean, dark, bright."""


class Reader:
    """The embedded checkpoint as reports read it."""

    def __init__(self) -> None:
        checkpoint = load(locate(EMBEDDED))
        self.labels, self.weights = checkpoint.identity.labels, checkpoint.identity.hash
        self._engine = OpenVinoEngine(checkpoint, batch=BATCH, threads=1, reason="benchmark")
        self._scaling = calibration.resolve_temperature(None, checkpoint.identity.hash, home()).scaling

    def read(self, crops: Iterable[Picture]) -> Readings:
        """What the checkpoint says of crops, and how well each can be seen."""
        logits: list[NDArray[np.float32]] = []
        qualities: list[tuple[float, Light]] = []
        waiting: list[Picture] = []
        for each in crops:
            qualities.append(quality_of(each))
            waiting.append(each)
            if len(waiting) == BATCH:
                logits.append(self._engine.logits(waiting))
                waiting = []
        logits += [self._engine.logits(waiting)] if waiting else []
        chances = self._scaling.probabilities(np.concatenate(logits))
        return Readings(chances, np.array([q for q, _ in qualities]), np.array([light for _, light in qualities]))


def stills_of(data: Path, labels: Sequence[str], per_label: int | None) -> list[Still]:
    """The faces of both sets that the detector finds; at most `per_label` a set and label, drawn with a seed."""
    pictures: dict[tuple[str, int], list[Callable[[], Picture]]] = defaultdict(list)
    fer = np.load(data / "fer2013_validation.npz")
    for grey, label in zip(fer["images"], fer["labels"].tolist(), strict=True):
        pictures["fer2013_validation", labels.index(FER_LABELS[label])].append(
            lambda grey=grey: np.repeat(grey[:, :, None], 3, axis=2)  # type: ignore[misc]
        )
    found, detector = [], open_detector(ScanSettings().detection_width, ScanSettings().min_face_px)
    with zipfile.ZipFile(data / "faces_film_train.zip") as archive:
        for name in sorted(n for n in archive.namelist() if n.endswith(".jpg")):
            pictures["film and press stills", labels.index(name.split("/")[-2])].append(
                lambda name=name: np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB"))  # type: ignore[misc]
            )
        random = np.random.default_rng(5)
        for (source, label), openers in sorted(pictures.items()):
            for index in random.permutation(len(openers))[:per_label].tolist():
                picture = _framed(openers[index]())
                face = max(detector.find(picture), key=lambda f: f.box[2] * f.box[3], default=None)
                if face is not None:
                    found.append(Still(source, label, picture, face))
    return found


def _framed(picture: Picture) -> Picture:
    large = cv2.resize(picture, (FACE, FACE), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.copyMakeBorder(large, AROUND, AROUND, AROUND, AROUND, cv2.BORDER_REPLICATE), dtype=np.uint8)


IN_CARD = ("Face, longer side in pixels", "Yaw, degrees", "Light, times as bright", "Grain, standard deviation of luma")
"""The tables that the card of the checkpoint shows."""
SAID = (
    "The share of right labels, how much higher the mean of the highest probability is, and of each label's faces the "
    "share read rightly and the label that most others were read as (fewer than 8 faces: empty). Yaw is of "
    "fer2013_validation and of all stills as they are; the rest of {faces} faces of both, as many of each label as "
    "there are, made small, dark and grainy. The scaling for films saw most of these stills: only the fall from row to "
    "row tells something, and faces are cropped as in a film, not as in the tables above. By apparent age or skin "
    "tone: not measured, no labelled set allows it."
)


class Table:
    """Rows of figures of one draw of faces."""

    rows: ClassVar[dict[str, list[dict[str, Any]]]] = {}
    """What is printed, by the table's title, for the card."""
    title = ""

    def __init__(self, stills: Sequence[Still], reader: Reader) -> None:
        self.sources = np.array([still.source for still in stills])
        self.truth = np.array([still.label for still in stills])
        self.labels = reader.labels

    def row(self, name: str, chances: NDArray[np.float64], chosen: NDArray[np.bool_], *more: str) -> None:
        """Print the figures of the faces `chosen`."""
        if chosen.sum() < 10:
            return
        truth, of = self.truth[chosen], chances[chosen]
        right = of.argmax(axis=1) == truth
        recalls = [right[truth == k].mean() if (truth == k).sum() >= 8 else np.nan for k in range(len(self.labels))]
        figures = [right.mean(), np.nanmean(recalls) if not np.isnan(recalls).all() else np.nan,
                   of.max(axis=1).mean() - right.mean()]  # fmt: skip
        counts = np.zeros((len(self.labels), len(self.labels)), dtype=np.int64)
        np.add.at(counts, (truth, of.argmax(axis=1)), 1)
        row = {"name": name, "table": counts.tolist(), "confidence": round(float(of.max(axis=1).mean()), 4)}
        self.rows.setdefault(self.title, []).append(row)
        told = [f"{figures[0]:.3f}", f"{figures[1]:.3f}", f"{figures[2]:+.3f}"]
        print(f"| {name} | {chosen.sum():,} | {' | '.join(told)} | {_recalls(recalls)} | {' | '.join(more)}")

    def head(self, title: str, *more: str) -> None:
        """Print a table's head."""
        self.title = title
        columns = ["faces", "right", "mean recall", "too sure by", " / ".join(self.labels), *more]
        print(f"\n### {title}\n\n| | {' | '.join(columns)} |\n|{' --- |' * (len(columns) + 1)}")

    def bins(
        self, title: str, values: NDArray[np.float64], edges: Sequence[float], chances: NDArray[np.float64]
    ) -> None:
        """Print a row a source and bin of `values`."""
        self.head(title)
        for source in sorted(set(self.sources)):
            for low, high in pairwise(edges):
                self.row(f"{source}, {low:g} to {high:g}", chances,
                         (self.sources == source) & (values >= low) & (values < high))  # fmt: skip


def _recalls(recalls: Sequence[float]) -> str:
    return " / ".join("-" if np.isnan(recall) else f"{recall:.2f}" for recall in recalls)


def as_they_are(stills: Sequence[Still], reader: Reader) -> None:
    """Tables of faces by what is measured of them."""
    table = Table(stills, reader)
    scale = ScanSettings().crop_scale
    read = reader.read(level_crop(still.picture, still.face, scale) for still in stills)
    poses = poses_of(np.array([still.face.landmarks for still in stills]))
    table.bins("Yaw, degrees", np.abs(poses.yaw), (0, 10, 20, 30, 40, 50, 60, 91), read.chances)
    table.bins("Pitch, degrees", poses.pitch, (-90, -10, -5, 0, 5, 10, 15, 90), read.chances)
    table.bins("Misfit", poses.misfit, (0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 1), read.chances)
    table.bins("Sharpness", read.sharpness, (0, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 9), read.chances)
    table.bins("Mean luma", read.light[:, 0], (0, 40, 60, 80, 110, 150, 190, 256), read.chances)
    table.bins("Black, percent", read.light[:, 1], (0, 1, 5, 10, 20, 30, 101), read.chances)
    table.bins("White, percent", read.light[:, 2], (0, 1, 5, 10, 20, 101), read.chances)


def made_worse(stills: Sequence[Still], reader: Reader) -> None:
    """Tables of faces made small, blurred, dark and grainy."""
    table, scale, every = Table(stills, reader), ScanSettings().crop_scale, np.ones(len(stills), dtype=bool)
    random = np.random.default_rng(11)
    crops = [crop(still.picture, still.face.box, scale) for still in stills]
    ways: dict[str, tuple[Sequence[float], Callable[[Picture, float], Picture]]] = {
        "Face, longer side in pixels": ((96, 64, 48, 40, 32, 24, 16, 12), _small),
        "Blur, standard deviation in percent of the face's side": ((0, 1, 2, 3, 4, 6, 8), _blurred),
        "Light, times as bright": ((1, 0.6, 0.4, 0.25, 0.15, 0.1, 0.06, 0.03), _dark),
        "Overexposed, times as bright": ((1, 1.5, 2, 3, 4), _dark),
        "Grain, standard deviation of luma": (
            (0, 5, 10, 20, 30, 45),
            lambda picture, sigma: _with_grain(picture, sigma, random),
        ),
    }
    for title, (strengths, change) in ways.items():
        table.head(title, "sharpness", "mean, black, white")
        for strength in strengths:
            read = reader.read(change(picture, strength) for picture in crops)
            light = ", ".join(f"{value:.0f}" for value in np.median(read.light, axis=0))
            sharpness = " to ".join(f"{value:.2f}" for value in np.percentile(read.sharpness, (10, 90)))
            table.row(f"{strength:g}", read.chances, every, sharpness, light, "")


def _small(picture: Picture, side: float) -> Picture:
    pixels = round(side * ScanSettings().crop_scale)
    return np.asarray(cv2.resize(picture, (pixels, pixels), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _blurred(picture: Picture, percent: float) -> Picture:
    sigma = percent / 100 * len(picture) / ScanSettings().crop_scale
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), dtype=np.uint8) if sigma else picture


def _dark(picture: Picture, times: float) -> Picture:
    return np.asarray(np.clip(picture * float(times), 0, 255), dtype=np.uint8)


def _with_grain(picture: Picture, sigma: float, random: np.random.Generator) -> Picture:
    """Grain of two pixels of the checkpoint's input."""
    fields = cv2.resize(random.normal(0, sigma, (48, 48)), (len(picture), len(picture)), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(picture + fields[:, :, None], 0, 255), dtype=np.uint8)


def turned(stills: Sequence[Still], reader: Reader) -> None:
    """A table of faces turned in the picture's plane: found, and read with and without levelling."""
    scale = ScanSettings().crop_scale
    detector = open_detector(ScanSettings().detection_width, ScanSettings().min_face_px)
    table = Table(stills, reader)
    table.head("Turned by degrees", "found")
    for degrees in (0, 10, 20, 30, 45, 60, 75, 90):
        found, plain, level = np.zeros(len(stills), dtype=bool), [], []
        for index, still in enumerate(stills):
            picture = _turned(still.picture, degrees if index % 2 else -degrees)
            face = max(detector.find(picture), key=lambda f: f.box[2] * f.box[3], default=None)
            if face is not None:
                found[index] = True
                plain.append(crop(picture, face.box, scale))
                level.append(level_crop(picture, face, scale))
        for name, crops in (("as it is", plain), ("levelled", level)):
            chances = np.zeros((len(stills), len(reader.labels)))
            chances[found] = reader.read(crops).chances
            table.row(f"{degrees}, {name}", chances, found, f"{found.mean():.3f}", "")


def _turned(picture: Picture, degrees: float) -> Picture:
    """A picture turned about its middle, on a larger canvas."""
    side = round(1.5 * len(picture))
    about = cv2.getRotationMatrix2D((len(picture) / 2, len(picture) / 2), degrees, 1)
    about[:, 2] += (side - len(picture)) / 2
    return np.asarray(cv2.warpAffine(picture, about, (side, side), borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)


def covered(stills: Sequence[Still]) -> None:
    """A table of faces with a part covered: found, and what of them the score and the misfit tell."""
    detector = open_detector(ScanSettings().detection_width, ScanSettings().min_face_px)
    print("\n### Covered\n\n| | found | score, median | below 0.7 | below 0.8 | below 0.85 | misfit above 0.12 |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for part in ("nothing", "mouth", "mouth, in the skin's colour", "eyes", "one half"):
        found = [max(detector.find(_covered(still, part)), key=lambda f: f.score, default=None) for still in stills]
        faces = [face for face in found if face is not None]
        scores = np.array([face.score for face in faces])
        misfit = poses_of(np.array([face.landmarks for face in faces])).misfit
        shares = [f"{(scores < least).mean():.2f}" for least in (0.7, 0.8, 0.85)]
        figures = [
            f"{len(faces) / len(stills):.2f}",
            f"{np.median(scores):.2f}",
            *shares,
            f"{(misfit > 0.12).mean():.2f}",
        ]
        print(f"| {part} | {' | '.join(figures)} |")


def _covered(still: Still, part: str) -> Picture:
    """A still with a dark box, or one in the skin's colour, before a part of the face."""
    picture, dark = still.picture.copy(), (25, 22, 20)
    left, top, width, height = (round(value) for value in still.face.box)
    points = np.array(still.face.landmarks).reshape(5, 2).round().astype(int)
    (nose_x, nose_y), eyes = points[2].tolist(), int(points[:2, 1].mean())
    if part == "mouth":
        cv2.rectangle(picture, (left - 5, nose_y + 4), (left + width + 5, top + height + 5), dark, -1)
    elif part == "mouth, in the skin's colour":
        skin = picture[nose_y - 8 : nose_y + 8, nose_x - 8 : nose_x + 8].mean(axis=(0, 1)).tolist()
        middle = points[3:].mean(axis=0).round().astype(int).tolist()
        cv2.ellipse(picture, middle, (round(0.45 * width), round(0.16 * height)), 0, 0, 360, skin, -1)
    elif part == "eyes":
        cv2.rectangle(picture, (left, eyes - 14), (left + width, eyes + 14), dark, -1)
    elif part == "one half":
        cv2.rectangle(picture, (left - 20, top - 20), (nose_x, top + height + 20), dark, -1)
    return picture


def main(
    data: Annotated[Path, typer.Argument(help="The folder of the two sets.")],
    per_label: Annotated[int, typer.Option(min=1, help="Faces a label and set that are changed.")] = 40,
    whole: Annotated[bool, typer.Option(help="Also read all faces as they are.")] = True,
    out: Annotated[Path | None, typer.Option(help="Write what the checkpoint's card shows into this folder.")] = None,
) -> None:
    """Measure it, and print the tables."""
    reader = Reader()
    if whole:
        as_they_are(stills_of(data, reader.labels, None), reader)
    drawn = stills_of(data, reader.labels, per_label)
    made_worse(drawn, reader)
    if out is not None:
        tables = {title: Table.rows[title] for title in IN_CARD if title in Table.rows}
        said = [SAID.format(faces=len(drawn))]
        written = {"weights": reader.weights, "labels": reader.labels, "said": said, "tables": tables}
        (out / conditions.FILE).write_text(json.dumps(written) + "\n")
    turned(drawn, reader)
    covered(drawn)


if __name__ == "__main__":
    typer.run(main)
