"""Percentile bootstrap intervals (Efron 1979) of a scene's shares.

Faces of one frame are not independent observations of a scene, so that frames are resampled, not faces. Where each
track weighs as such, the faces of a track are not independent either: tracks are resampled first, and within each drawn
track its frames, both with replacement (Davison & Hinkley, Bootstrap Methods and their Application, 1997, section 3.8).
A track has at most one face a frame. With fewer than three tracks these stay as they are and only their frames are
resampled: the interval then says how sure the shares of these persons are, and nothing of others.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

from ..observations import Observations
from ..scenes import Scene
from ..settings import ReportSettings
from .face_weights import Floats, TrackWeights

MIN_FRAMES_FOR_INTERVAL = 3
"""With fewer frames with usable faces no interval is given."""
MIN_TRACKS_TO_RESAMPLE = 3

Intervals = tuple[tuple[float, float], ...]


def seed_of(observations: Observations, scene: Scene) -> int:
    """The seed of a scene's generator, from the film's content and the scene's frames alone."""
    text = f"{observations.media.content_id}:{scene.frame_in}:{scene.frame_out}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def over_frames(sums: Floats, totals: Floats, settings: ReportSettings, seed: int) -> Intervals:
    """Intervals of the weighted shares over resampled frames: sums (frames, k), totals (frames,)."""
    frames = len(totals)
    drawn = np.random.default_rng(seed).multinomial(frames, np.full(frames, 1 / frames), size=settings.resamples)
    return _percentiles((drawn @ sums) / (drawn @ totals)[:, None], settings)


def over_tracks(weighed: TrackWeights, chances: Floats, settings: ReportSettings, seed: int) -> Intervals:
    """Intervals of the shares over resampled tracks and, within them, frames; `chances` (n, k) of the usable faces."""
    generator, count = np.random.default_rng(seed), len(weighed.worth)
    if count >= MIN_TRACKS_TO_RESAMPLE:
        copies = generator.multinomial(count, np.full(count, 1 / count), size=settings.resamples)
    else:
        copies = np.ones((settings.resamples, count), dtype=np.int64)
    sums = np.zeros((settings.resamples, chances.shape[1]))
    for track in range(count):
        own = np.flatnonzero(weighed.tracks == track)
        weights, frames = weighed.faces[own], len(own)
        weighted = weights[:, None] * chances[own]
        for copy in range(int(copies[:, track].max())):
            rows = np.flatnonzero(copies[:, track] > copy)
            drawn = generator.multinomial(frames, np.full(frames, 1 / frames), size=len(rows))
            sums[rows] += weighed.worth[track] * (drawn @ weighted) / (drawn @ weights)[:, None]
    return _percentiles(sums / (copies @ weighed.worth)[:, None], settings)


def _percentiles(shares: Floats, settings: ReportSettings) -> Intervals:
    """(low, high) a label, of shares (resamples, k)."""
    tail = (1 - settings.confidence) / 2
    ordered = np.sort(np.ascontiguousarray(shares.T), axis=1)
    low, high = _quantile(ordered, tail), _quantile(ordered, 1 - tail)
    return tuple(zip(low.tolist(), high.tolist(), strict=True))


def _quantile(ordered: NDArray[np.float64], q: float) -> NDArray[np.float64]:
    """The quantile `q` of each row of ascending numbers, bit for bit as np.quantile, which takes five times as long."""
    place = (ordered.shape[1] - 1) * q
    before = math.floor(place)
    part = place - before
    below, above = ordered[:, before], ordered[:, min(before + 1, ordered.shape[1] - 1)]
    between: NDArray[np.float64] = (
        below + (above - below) * part if part < 0.5 else above - (above - below) * (1 - part)
    )
    return between
