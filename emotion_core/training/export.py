"""From a run's averaged weights to the embedded checkpoint: weights, image processor, calibration and model card.

Checkpoints are evaluated through the product's own image processor and fp32 engine.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from ..errors import CheckpointError
from ..expression.checkpoints import Calibration, Location, calibration, weights
from ..expression.checkpoints.checkpoint import BOTH_WAYS, Checkpoint, load, write_facts
from ..expression.engines import sample_faces, shipped_network
from ..expression.engines.torch_engine import TorchEngine
from ..expression.selection import PROBE_FACES
from ..labels import canonical
from ..storage import file_hash
from . import data, history, network
from .judging import calibrate, card, conditions

FILM = "film stills held out"


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


def checkpoint_logits(checkpoint: Checkpoint, faces: data.Faces) -> NDArray[np.float64]:
    """Logits of `faces`, (n, len(data.LABELS)), in the order of data.LABELS. Raises CheckpointError as label_order."""
    order = label_order(checkpoint)
    engine = TorchEngine(checkpoint, batch=64, threads=torch.get_num_threads(), reason="judging")
    crops = [np.asarray(Image.fromarray(image).convert("RGB")) for image in faces.images]
    return engine.logits(crops).astype(np.float64)[:, order]


def confusion_matrix(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Counts (true label, label with the highest logit): (k, k)."""
    k = logits.shape[1]
    return np.bincount(labels * k + logits.argmax(axis=1), minlength=k * k).reshape(k, k)


def accuracy(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Share of the faces whose label has the highest logit, 0 to 1."""
    return float((logits.argmax(axis=1) == labels).mean())


def calibration_of(
    checkpoint: Checkpoint, file: Path, logits: NDArray[np.float64], labels: NDArray[np.int64]
) -> Calibration:
    """The calibration from the checkpoint's logits for the labelled set in `file`. Raises CheckpointError."""
    return calibrate.calibration(logits, labels, checkpoint.identity, faces=file.stem, faces_hash=file_hash(file))


def export(data_folder: Path, run_folder: Path, out: Path, *, both_ways: bool = True) -> None:
    """Write the checkpoint of a run to `out` in half precision, and evaluate it. Raises EmotionError.

    With `both_ways` the checkpoint reads each face and its mirror image and averages the two.
    """
    runs = history.runs(run_folder)
    out.mkdir(parents=True, exist_ok=True)
    colour = network.for_colour(history.trained(run_folder)).half()
    setattr(colour.config, BOTH_WAYS, both_ways)
    colour.save_pretrained(out)
    network.image_processor().save_pretrained(out)
    (out / history.FILE).write_text(history.to_json(runs))
    weights.write_manifest(out)  # hashes that are checked on loading
    evaluate(data_folder, out)


def evaluate(data_folder: Path, folder: Path) -> None:
    """Measure the checkpoint that was exported to `folder`, and write its calibration and model card there.

    Raises EmotionError.
    """
    file = data.validation_file(data_folder)
    checkpoint = load(Location(folder.name, "folder", folder, ""))
    validation = data.load_fer(file, side=48)
    film = data.load_stills(data.stills_file(data_folder), held_out=True, side=112)
    without_mirror = replace(checkpoint, facts=replace(checkpoint.facts, both_ways=False))
    one_way = {
        name: accuracy(checkpoint_logits(without_mirror, faces), faces.labels)
        for name, faces in ((data.VALIDATION, validation), (FILM, film))
    }
    validation_logits = checkpoint_logits(checkpoint, validation)
    film_logits = checkpoint_logits(checkpoint, film)
    tables = {
        data.VALIDATION: confusion_matrix(validation_logits, validation.labels),
        FILM: confusion_matrix(film_logits, film.labels),
    }
    fitted = calibration_of(checkpoint, file, validation_logits, validation.labels)
    calibration.keep_in(folder, fitted)
    write_facts(folder, checkpoint)
    faces = sample_faces.trial_crops(PROBE_FACES)
    shipped_network.write(checkpoint, faces, TorchEngine(checkpoint, batch=16, threads=1, reason="truth").logits(faces))
    on_film = calibrate.fit_result(fitted.temperature, fitted.fit.fitted, film_logits, film.labels)
    (folder / "README.md").write_text(
        card.card_text(checkpoint, history.runs(folder), tables, one_way, fitted, on_film)
        + card.folds_section(folder)
        + conditions.section(folder, checkpoint.identity.hash)
    )
    for file_of_checkpoint in folder.iterdir():
        file_of_checkpoint.chmod(0o644)  # the weights were written with access for their owner only
    for name, table in tables.items():
        print(f"{name}: {np.trace(table) / table.sum():.4f} of {table.sum()}")
    print(card.calibration_summary(fitted))
