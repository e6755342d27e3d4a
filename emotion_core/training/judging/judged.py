"""A checkpoint judged on the labelled sets: its readings of them, and the calibration that they give."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...expression import Scaling
from ...expression.checkpoints import Calibration
from ...expression.checkpoints.checkpoint import Checkpoint
from ...storage import file_hash
from .. import data
from . import calibrate, film_scaling
from .film_scaling import ScalingRecipe
from .folds import FoldPredictions, cross_validate
from .readings import Readings, label_order, readings

STILL_SIDE = 112
"""Pixels a side at which stills are handed to the checkpoint's own image processor."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What a checkpoint says of both sets."""

    fer: Readings
    """Of FER2013's validation part."""
    stills: Readings
    people: tuple[str, ...]
    """The person on each still."""
    held_out: NDArray[np.bool_]
    """Which stills the calibration has not seen, (n,)."""
    scaling: Scaling
    """For films, in the order of data.LABELS."""
    predictions: FoldPredictions
    """Of the stills, each by a scaling that was fitted without the person on it."""
    calibration: Calibration
    """With the scaling in the checkpoint's order, and the temperature without it."""

    @property
    def film(self) -> Readings:
        """The stills held out."""
        return self.stills.of(self.held_out)

    def scaled(self, own: Readings) -> Readings:
        """Readings with logits scaled for films, as the product reads faces."""
        return Readings(self.scaling.scaled(own.logits), own.labels)


def calibration(checkpoint: Checkpoint, data_folder: Path) -> tuple[Calibration, Readings]:
    """The temperature that fits FER2013's validation part, and what the checkpoint says of that.

    Raises CheckpointError or SettingsError.
    """
    file = data.validation_file(data_folder)
    label_order(checkpoint)  # fail before the model runs if the labels do not match
    read = readings(checkpoint, data.load_fer(file, side=48))
    identity = checkpoint.identity
    return calibrate.calibration(read.logits, read.labels, identity, faces=file.stem, faces_hash=file_hash(file)), read


def judge(checkpoint: Checkpoint, data_folder: Path, recipe: ScalingRecipe) -> Judged:
    """Read both sets, and fit the checkpoint's calibration, with a scaling for films. Raises as `calibration`."""
    file = data.stills_file(data_folder)
    fitted, fer = calibration(checkpoint, data_folder)
    faces, people = data.load_stills_of(file, lambda person: True, side=STILL_SIDE)
    stills = readings(checkpoint, faces)
    held_out = np.array([data.is_held_out(person) for person in people], dtype=np.bool_)
    seen = stills.of(~held_out)
    scaling = film_scaling.fit(fer, seen, recipe)
    predictions = cross_validate(fer, stills, people, recipe)
    film = film_scaling.film_fit(
        scaling,
        len(seen.labels),
        stills,
        predictions.probabilities,
        fitted.temperature,
        label_order(checkpoint),
        file_hash(file),
    )
    return Judged(fer, stills, people, held_out, scaling, predictions, replace(fitted, film=film))
