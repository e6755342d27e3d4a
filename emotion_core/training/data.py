"""Training data: labelled grey faces of one size, split by person if the person is known.

Two sources, both optional parts of one folder:

- ``fer2013_train.npz`` / ``fer2013_validation.npz``: ``images`` uint8 (n, 48, 48), ``labels`` uint8.
- ``faces_film_train.zip``: RGB face crops as ``label/Person_Name_0001.jpg``.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..errors import SettingsError

LABELS = ("sad", "disgust", "angry", "neutral", "fear", "surprise", "happy")
"""The embedded checkpoint's labels, in the order of the reference model's config."""

FER_LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
"""The label order inside the npz files."""

VALIDATION = "fer2013_validation"

SIDE = 96
"""Side of the network's input, pixels."""


@dataclass(frozen=True, slots=True)
class Faces:
    """Grey faces and their labels: images uint8 (n, side, side), labels int64 (n,), indices into LABELS."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        if len(self.images) != len(self.labels):
            raise ValueError(f"{len(self.images)} images but {len(self.labels)} labels")

    def __len__(self) -> int:
        return len(self.labels)


def load_fer(path: Path, side: int = SIDE) -> Faces:
    """Faces of an npz file, resized to `side` as the image processor does (bilinear)."""
    with np.load(path) as archive:
        raw, raw_labels = archive["images"], archive["labels"]
    to_index = np.array([LABELS.index(name) for name in FER_LABELS], dtype=np.int64)
    images = np.stack([_resized(Image.fromarray(image), side) for image in raw])
    return Faces(images, to_index[raw_labels])


def fer_file(folder: Path) -> Path:
    """FER2013's faces to train on. Raises SettingsError if they are not in `folder`."""
    return _there(folder / "fer2013_train.npz")


def validation_file(folder: Path) -> Path:
    """The labelled set that calibrations are fitted on. Raises SettingsError if it is not in `folder`."""
    return _there(folder / f"{VALIDATION}.npz")


def stills_file(folder: Path) -> Path:
    """The stills. Raises SettingsError if they are not in `folder`."""
    return _there(folder / "faces_film_train.zip")


def _there(file: Path) -> Path:
    if not file.is_file():
        raise SettingsError(f"There is no {file.name} in {file.parent}.", "Name the folder that holds it with --data.")
    return file


def load_stills(path: Path, *, held_out: bool, side: int = SIDE) -> Faces:
    """Film and press stills of the persons held out or of all others."""
    return load_stills_of(path, lambda person: is_held_out(person) == held_out, side=side)[0]


def is_held_out(person: str) -> bool:
    """Whether no still of a person is fitted to, by a hash of the name: one in ten."""
    return hashlib.sha256(person.encode()).digest()[0] % 10 == 0


def load_stills_of(path: Path, wanted: Callable[[str], bool], *, side: int = SIDE) -> tuple[Faces, tuple[str, ...]]:
    """Stills of the persons that `wanted` accepts, and the person on each."""
    names: dict[str, list[str]] = defaultdict(list)
    with zipfile.ZipFile(path) as archive:
        for name in sorted(n for n in archive.namelist() if n.endswith(".jpg")):
            if wanted(_person(name)):
                names[name.split("/")[-2]].append(name)
        images, labels, people = [], [], []
        for label, files in sorted(names.items()):
            for name in files:
                images.append(_resized(Image.open(io.BytesIO(archive.read(name))).convert("L"), side))
                labels.append(LABELS.index(label))
                people.append(_person(name))
    pictures = np.array(images, dtype=np.uint8).reshape(-1, side, side)
    return Faces(pictures, np.array(labels, dtype=np.int64)), tuple(people)


def _person(name: str) -> str:
    """The person on a still, by its file name."""
    return re.sub(r"_\d+\.jpg$", "", name.rsplit("/", maxsplit=1)[-1])


def _resized(image: Image.Image, side: int) -> NDArray[np.uint8]:
    return np.asarray(image.resize((side, side), Image.Resampling.BILINEAR), dtype=np.uint8)
