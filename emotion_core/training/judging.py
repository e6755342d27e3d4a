"""What a checkpoint makes of labelled faces, through the product's own processor and fp32 engine."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from ..errors import CheckpointError, SettingsError
from ..expression.checkpoints.calibration import Calibration
from ..expression.checkpoints.checkpoint import Checkpoint
from ..expression.engines.torch_engine import TorchEngine
from ..labels import canonical
from . import calibrate, data

VALIDATION = "fer2013_validation"
FILM = "film stills held out"


def validation_file(folder: Path) -> Path:
    """The labelled set that calibrations are fitted on. Raises SettingsError if it is not in `folder`."""
    file = folder / f"{VALIDATION}.npz"
    if not file.is_file():
        raise SettingsError(f"There is no {file.name} in {folder}.", "Name the folder that holds it with --data.")
    return file


def order(checkpoint: Checkpoint) -> list[int]:
    """For each of data.LABELS, the place of the checkpoint's label that means it.

    Raises CheckpointError unless the checkpoint's labels mean these very expressions, each once.
    """
    labels = checkpoint.identity.labels
    meant = [canonical(label) for label in labels]
    if sorted(map(str, meant)) != sorted(data.LABELS):
        raise CheckpointError(
            f"The labels of the checkpoint “{checkpoint.identity.name}” are {', '.join(labels)}.",
            f"The labelled faces are {', '.join(data.LABELS)}: a checkpoint needs one label for each and no other.",
        )
    return [meant.index(label) for label in data.LABELS]


def logits(checkpoint: Checkpoint, faces: data.Faces) -> NDArray[np.float64]:
    """(n, len(data.LABELS)), in the order of data.LABELS. Raises CheckpointError as `order` does."""
    places = order(checkpoint)
    engine = TorchEngine(checkpoint, batch=64, threads=torch.get_num_threads(), reason="judging")
    crops = [np.asarray(Image.fromarray(image).convert("RGB")) for image in faces.images]
    return engine.logits(crops).astype(np.float64)[:, places]


def confusion(read: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Counts (true label, label with the highest logit): (k, k)."""
    k = read.shape[1]
    return np.bincount(labels * k + read.argmax(axis=1), minlength=k * k).reshape(k, k)


def accuracy(read: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Share of the faces whose label has the highest logit, 0 to 1."""
    return float((read.argmax(axis=1) == labels).mean())


def calibration_of(
    checkpoint: Checkpoint, file: Path, read: NDArray[np.float64], labels: NDArray[np.int64]
) -> Calibration:
    """The calibration from what the checkpoint `read` of the labelled set in `file`. Raises CheckpointError."""
    with file.open("rb") as opened:
        faces_hash = hashlib.file_digest(opened, "sha256").hexdigest()
    return calibrate.calibration(read, labels, checkpoint.identity, faces=file.stem, faces_hash=faces_hash)
