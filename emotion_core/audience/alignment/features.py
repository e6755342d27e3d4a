"""What of a sound's band energies stays the same when a small microphone records it in a room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...decoding import ROWS_A_SECOND

Rows = NDArray[np.float32]

_DEPTH = 50
"""Decibels below a band's loud passages (95th percentile) that are kept: a room is not more silent than that."""
_MEAN = ROWS_A_SECOND
"""Rows over which the running mean is taken: what is slower is the device's gain."""
_LEAST_CHANGE = 1.0
"""Decibels of deviation below which a band does not change."""
_PART = 65_536
"""Rows computed at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """A sound, ready to be sought or searched."""

    rows: Rows
    """(n, bands): decibels above the running mean, in deviations of the band; 0 where there is no sound."""

    @property
    def power(self) -> Rows:
        """(n,) sum of the squares."""
        return np.asarray(np.einsum("nb,nb->n", self.rows, self.rows))


def sound_features(levels: NDArray[np.uint8]) -> Features:
    """The features of levels as in decoding.BandEnergies."""
    known = levels[:, 0] > 0
    rows = np.zeros(levels.shape, dtype=np.float32)
    if not known.any():
        return Features(rows)
    heard = levels[known]
    floor = np.percentile(heard[:: max(1, len(heard) // 100_000)], 95, axis=0) / 2 - _DEPTH
    for band in range(levels.shape[1]):
        decibels = np.maximum(levels[:, band].astype(np.float32) / 2, np.float32(floor[band]))
        decibels[~known] = 0
        share = running_mean(known.astype(np.float32), _MEAN)
        changes = decibels - running_mean(decibels, _MEAN) / np.maximum(share, 1e-3)
        deviation = float(np.sqrt((changes[known] ** 2).mean()))
        if deviation >= _LEAST_CHANGE:
            rows[known, band] = changes[known] / deviation
    return Features(rows)


def running_mean(values: Rows, width: int) -> Rows:
    """The mean of `width` + 1 values around each; values outside count as 0."""
    half = width // 2
    sums = np.cumsum(np.pad(values, (half + 1, half)), dtype=np.float64)
    return ((sums[2 * half + 1 :] - sums[: -2 * half - 1]) / (2 * half + 1)).astype(np.float32)
