"""Layouts of footage that never was: fields that drift, each by itself."""

from __future__ import annotations

import numpy as np

from emotion_core.observations import Layouts


def footage(seed: int, frames: int) -> Layouts:
    """`frames` layouts, each unlike every other and unlike those of other seeds."""
    random = np.random.default_rng(seed)
    begin, drift = random.uniform(60, 190, 144), random.uniform(-0.8, 0.8, 144)
    return np.clip(begin + drift * np.arange(frames)[:, None], 0, 255).astype(np.uint8)
