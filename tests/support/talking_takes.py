"""Takes of one who talks before a still background, as layouts: alike but for the motion of a few fields."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emotion_core.observations import Layouts

FACE = (35, 36, 51, 52, 67, 68)
"""Fields that move."""
SWING = 4.0
"""Levels by which each moves, root mean square."""


def talking_takes(count: int, frames: int, seed: int) -> list[Layouts]:
    """In the mean over the picture less than a level changes."""
    random = np.random.default_rng(seed)
    place = random.uniform(40, 210, 144)
    takes = []
    for _ in range(count):
        walk = np.cumsum(random.normal(0, 1, (frames + 8, len(FACE))), axis=0)
        smooth = np.stack([np.convolve(field, np.ones(9) / 9, "valid") for field in walk.T], axis=1)
        smooth -= smooth.mean(axis=0)
        pictures = np.tile(place, (frames, 1))
        pictures[:, FACE] += SWING * smooth / smooth.std(axis=0)
        takes.append(pictures.round().astype(np.uint8))
    return takes


def recoded(takes: Sequence[Layouts], seed: int) -> Layouts:
    """The takes one after the other, as after another coding."""
    pictures = np.concatenate(takes)
    noise = np.random.default_rng(seed).normal(0, 0.5, pictures.shape)
    coded: Layouts = np.clip(np.rint(pictures + noise), 0, 255).astype(np.uint8)
    return coded


def burnt_in(layouts: Layouts) -> Layouts:
    """Figures over six fields, one of which changes with each picture."""
    shown = layouts.copy()
    shown[:, 133:139] = 225
    shown[:, 138] = np.random.default_rng(3).integers(190, 240, len(layouts))
    return shown
