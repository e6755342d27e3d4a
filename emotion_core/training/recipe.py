"""Training recipes, and those of the embedded checkpoint."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace


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
    warmup_epochs: float = 2.0
    weight_decay: float = 5e-4
    smoothing: float = 0.1
    average: float = 0.998
    """Decay of the running average of the weights, per step."""
    finish: float = 0.9
    """Share of the epochs after which views are gentle and faces are not mixed."""
    stills_per_label: int = 1200
    teaching: float = 0.0
    """Weight of a teacher's predictions in each target, since FER2013's labels are noisy; 0 without a teacher."""
    balancing: float = 0.0
    """How faces are drawn: 0 each as often as any other, 1 each label as often as any other; between them, a label by
    its number of faces to the power of 1 - balancing."""
    adjustment: float = 0.0
    """Times the logarithm of a label's share of the faces drawn that is added to its logit in the loss alone, so that
    the logits do not learn how frequent labels are (Menon et al., arXiv:2007.07314, equation 10)."""
    strong: Strength = field(default=STRONG)
    gentle: Strength = field(default=FINISH)

    def side_at(self, epoch: int) -> int:
        return next(side for share, side in self.sides if epoch < share * self.epochs or share == 1.0)

    def rate_at(self, epoch: float) -> float:
        if epoch < self.warmup_epochs:
            return self.learning_rate * (epoch + 0.01) / self.warmup_epochs
        progress = (epoch - self.warmup_epochs) / (self.epochs - self.warmup_epochs)
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * progress))


REFINING = Recipe(
    name="refining",
    seed=20261123,
    epochs=10,
    sides=((1.0, 96),),
    learning_rate=0.03,
    warmup_epochs=0.5,
    smoothing=0.05,
    finish=0.6,
    teaching=0.4,
    strong=replace(STRONG, mixup=0.0),
)
"""Continues from the weights of a run at full size, with that run's predictions mixed into the targets."""

SETTLING = Recipe(
    name="settling",
    seed=20261124,
    epochs=18,
    sides=((1.0, 96),),
    learning_rate=0.02,
    warmup_epochs=0.5,
    smoothing=0.0,
    finish=0.5,
    teaching=0.3,
    strong=replace(STRONG, mixup=0.0),
)
"""Continues from weights that underfit: small steps at full size, gentle views for half of it, no smoothing."""

FILM = Recipe(
    name="film",
    seed=20261130,
    balancing=0.5,
    adjustment=1.0,
    strong=replace(STRONG, dark=0.25, grain=0.25),
    gentle=replace(FINISH, dark=0.15, grain=0.15),
)
"""From random weights, for faces of films: rare labels drawn more often, and views as dark and grainy as footage.

Not yet run at full length; judge it by `folds --recipe film` before its weights are embedded."""

RECIPES = {recipe.name: recipe for recipe in (Recipe(), REFINING, SETTLING, FILM)}
