"""What a checkpoint says of labelled faces, through the product's own image processor and fp32 engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...errors import CheckpointError
from ...expression.checkpoints.checkpoint import Checkpoint
from ...expression.engines.torch_engine import TorchEngine
from ...labels import canonical
from ...system import threads
from .. import data
from .calibrate import Labels, Logits


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Logits (n, labels) of faces and their labels (n,), indices into data.LABELS."""

    logits: Logits
    labels: Labels

    def of(self, chosen: NDArray[np.bool_]) -> Readings:
        """Those of the chosen faces, (n,)."""
        return Readings(self.logits[chosen], self.labels[chosen])

    @property
    def accuracy(self) -> float:
        """Share of the faces whose label has the highest logit, 0 to 1."""
        return float((self.logits.argmax(axis=1) == self.labels).mean())

    @property
    def confusion(self) -> NDArray[np.int64]:
        """Counts (true label, label with the highest logit): (labels, labels)."""
        k = self.logits.shape[1]
        return np.bincount(self.labels * k + self.logits.argmax(axis=1), minlength=k * k).reshape(k, k)


def readings(checkpoint: Checkpoint, faces: data.Faces) -> Readings:
    """Logits of `faces` in the order of data.LABELS. Raises CheckpointError as label_order."""
    order = label_order(checkpoint)
    engine = TorchEngine(checkpoint, batch=64, threads=threads.usable_cores(), reason="judging")
    crops = [np.asarray(Image.fromarray(image).convert("RGB")) for image in faces.images]
    return Readings(engine.logits(crops).astype(np.float64)[:, order], faces.labels)


def label_order(checkpoint: Checkpoint) -> list[int]:
    """For each of data.LABELS the index of the checkpoint's label that means it.

    Raises CheckpointError unless the checkpoint's labels mean these expressions and no other, each once.
    """
    labels = checkpoint.identity.labels
    meanings = [canonical(label) for label in labels]
    if sorted(map(str, meanings)) != sorted(data.LABELS):
        raise CheckpointError(
            f"The labels of the checkpoint “{checkpoint.identity.name}” are {', '.join(labels)}.",
            f"The labelled faces are {', '.join(data.LABELS)}: a checkpoint needs one label for each and no other.",
        )
    return [meanings.index(label) for label in data.LABELS]
