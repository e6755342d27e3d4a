"""Training recipes, and those of the embedded checkpoint."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Strength:
    """Ranges of the random changes of a view."""

    rotation_degrees: float
    scale: float
    """Relative: 0.2 means 0.8 to 1.2."""
    shift: float
    """Share of the side."""
    contrast: float
    erasing: float
    """Probability that a rectangle is set to 0."""
    blur: float
    """Probability that detail finer than 48 px is removed, as the faces of FER2013 lack it."""
    mixup: float
    """Alpha of the Beta distribution; 0 for no mixing."""
    dark: float = 0.0
    """Probability that a face loses up to nine tenths of its light."""
    grain: float = 0.0
    """Probability that noise of a deviation of up to 30 of 255 is added, as film in the dark has it."""


STRONG = Strength(rotation_degrees=20, scale=0.2, shift=0.13, contrast=0.4, erasing=0.35, blur=0.4, mixup=0.2)
FINISH = Strength(rotation_degrees=12, scale=0.12, shift=0.08, contrast=0.3, erasing=0.15, blur=0.4, mixup=0.0)


@dataclass(frozen=True, slots=True)
class Recipe:
    """All parameters of a training, stored beside the weights."""

    name: str = "first"
    seed: int = 20261122
    epochs: int = 60
    batch: int = 128
    embedding: int = 48
    widths: tuple[int, ...] = (48, 96, 192, 384)
    depths: tuple[int, ...] = (2, 2, 2, 2)
    sides: tuple[tuple[float, int], ...] = ((0.55, 64), (0.8, 80), (1.0, 96))
    """(share of the epochs, side in pixels): small views first, at a third of the cost."""
    learning_rate: float = 0.1
    label_rate: float = 1.0
    """Times the learning rate, for the layer that tells labels."""
    warmup_epochs: float = 2.0
    weight_decay: float = 5e-4
    smoothing: float = 0.1
    average: float = 0.998
    """Decay of the running average of the weights, per step."""
    finish: float = 0.9
    """Share of the epochs after which views are gentle and faces are not mixed."""
    teaching: float = 0.0
    """Weight of the teachers' predictions in the targets of FER2013's faces, whose labels are noisy."""
    start: Literal["random", "faces"] = "random"
    """Weights that a training without --from begins with: random ones, or dlib's (face_start.py)."""
    strong: Strength = field(default=STRONG)
    gentle: Strength = field(default=FINISH)

    def side_at(self, epoch: int) -> int:
        return next(side for share, side in self.sides if epoch < share * self.epochs or share == 1.0)

    def rate_at(self, epoch: float) -> float:
        if epoch < self.warmup_epochs:
            return self.learning_rate * (epoch + 0.01) / self.warmup_epochs
        progress = (epoch - self.warmup_epochs) / (self.epochs - self.warmup_epochs)
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * progress))


FACES = Recipe(
    name="faces",
    seed=3,
    epochs=13,
    embedding=32,
    widths=(32, 64, 128, 256),
    depths=(3, 4, 3, 3),
    start="faces",
    sides=((1.0, 96),),
    learning_rate=0.02,
    label_rate=3.0,
    warmup_epochs=1.0,
    smoothing=0.1,
    finish=0.8,
    strong=Strength(
        rotation_degrees=15, scale=0.15, shift=0.1, contrast=0.35, erasing=0.25, blur=0.4, mixup=0, dark=0.1, grain=0.1
    ),
    gentle=replace(FINISH, dark=0.07, grain=0.07),
)
"""From the weights of dlib's network that tells people apart, on FER2013 alone. At full size throughout: after two
epochs 0.58 of FER2013's validation faces were read rightly, at 64 pixels 0.52."""

SETTLING = replace(
    FACES, name="settling", seed=11, epochs=16, learning_rate=0.03, label_rate=1.0, warmup_epochs=0.5, smoothing=0.0,
    finish=0.6, teaching=0.5,
)  # fmt: skip
"""Continues on FER2013 alone, with teachers' predictions mixed into its labels."""

MIXING = replace(
    SETTLING, name="mixing", seed=21, epochs=38, learning_rate=0.05, finish=0.7, teaching=0.6,
    strong=replace(SETTLING.strong, erasing=0.3, mixup=0.2),
)  # fmt: skip
"""Continues where settling gains no more: pairs of faces mixed, more of a face covered, more weight for teachers."""

RECIPES = {recipe.name: recipe for recipe in (Recipe(), FACES, SETTLING, MIXING)}
