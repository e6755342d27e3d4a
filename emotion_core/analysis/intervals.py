"""Bootstrap intervals of a scene's shares."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from ..observations.observations import Observations
from ..scenes.scenes import Scene
from ..settings import ReportSettings

MIN_FRAMES_FOR_INTERVAL = 3
"""Fewer frames with usable faces say nothing about spread."""


def _bootstrap(
    sums: NDArray[np.float64], totals: NDArray[np.float64], settings: ReportSettings, seed: int
) -> tuple[tuple[float, float], ...]:
    """Percentile intervals of the weighted shares over resampled frames: sums (frames, k), totals (frames,)."""
    frames = len(totals)
    drawn = np.random.default_rng(seed).multinomial(frames, np.full(frames, 1 / frames), size=settings.resamples)
    shares = (drawn @ sums) / (drawn @ totals)[:, None]
    tail = (1 - settings.confidence) / 2
    low, high = np.quantile(shares, [tail, 1 - tail], axis=0)
    return tuple(zip(low.tolist(), high.tolist(), strict=True))


def _seed(observations: Observations, scene: Scene) -> int:
    text = f"{observations.media.content_id}:{scene.frame_in}:{scene.frame_out}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
