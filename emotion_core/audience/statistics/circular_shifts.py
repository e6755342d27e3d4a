"""Correlations of one viewer's curve with the mean of the others', as it is and under circular shifts in time.

The shifted curve is that of the viewer's usable seconds, one after the other: it is turned by d seconds and put back on
the same usable seconds. So a shift leaves the missing seconds where they are, and each correlation under a shift rests
on the same seconds as the one observed. Only the left-out viewer is shifted; the mean of the others stays.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .curves import Ints

Doubles = NDArray[np.float64]
_CONSTANT = 1e-6
"""Variance, of curves standardised over the film, below which a curve is constant in a window."""
_MAX_Z = 6.0
"""Limit of Fisher's z, of a correlation of 0.99999: two equal curves would have none."""


class Windows(NamedTuple):
    """Stretches of seconds [first, last); they may overlap."""

    first: Ints
    last: Ints


class _Sums:
    """Sums over windows of arrays that have values at some ascending positions only."""

    def __init__(self, windows: Windows, positions: Ints) -> None:
        edges = np.unique(np.concatenate(windows))
        places = np.searchsorted(positions, edges)
        self._stretches = len(edges)
        self._filled = np.flatnonzero(places[1:] > places[:-1])  # reduceat would give an empty stretch its first value
        self._begins, self._end = places[self._filled], places[-1]
        self._first, self._last = (np.searchsorted(edges, side) for side in windows)

    def __call__(self, values: Doubles) -> Doubles:
        """(..., windows) sums of values (..., positions)."""
        running = np.zeros((*values.shape[:-1], self._stretches))
        if len(self._filled):
            running[..., self._filled + 1] = np.add.reduceat(values[..., : self._end], self._begins, axis=-1)
        np.cumsum(running, axis=-1, out=running)
        return np.asarray(running[..., self._last] - running[..., self._first])


def seconds_within(windows: Windows, chosen: NDArray[np.bool_]) -> Ints:
    """(..., windows) how many of the chosen seconds (..., seconds) lie in each window."""
    sums = _Sums(windows, np.arange(chosen.shape[-1]))(chosen.astype(np.float64))
    return np.asarray(np.rint(sums), dtype=np.int64)


class Correlations(NamedTuple):
    """Of one viewer, as Fisher's z = artanh(r)."""

    observed: Doubles
    """(labels, windows); NaN where a curve is constant or has too few seconds."""
    shifted: NDArray[np.float32]
    """(shifts, labels, windows); NaN where the shifted curve is constant."""


def correlate(
    own: Doubles, others: Doubles, enough: NDArray[np.bool_], windows: Windows, shifts: Ints, least_seconds: int
) -> Correlations:
    """Correlate a viewer's curves (labels, seconds) with the mean of the others' (labels, seconds).

    `own` is NaN in missing seconds; `enough` (seconds,) is where the others are many enough. `shifts` are
    numbers of the viewer's usable seconds.
    """
    usable = np.flatnonzero(~np.isnan(own[0]))
    places = np.flatnonzero(enough[usable])
    sums = _Sums(windows, usable[places])
    count = sums(np.ones(len(places)))
    other = others[:, usable[places]]
    labels = len(own)
    with np.errstate(invalid="ignore", divide="ignore"):
        other_mean = sums(other) / count
        other_variance = sums(other**2) / count - other_mean**2
    possible = (other_variance > _CONSTANT) & (count >= least_seconds)
    twice = np.concatenate([own[:, usable], own[:, usable]], axis=1)
    buffer = np.empty((3 * labels, len(places)))
    moved, square, product = np.split(buffer, 3)

    def at(shift: int) -> Doubles:
        np.take(twice, places + shift, axis=1, out=moved, mode="clip")
        np.multiply(moved, moved, out=square)
        np.multiply(moved, other, out=product)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean, mean_square, mean_product = (sums(buffer) / count).reshape(3, labels, -1)
            variance = mean_square - mean**2
            r = (mean_product - mean * other_mean) / np.sqrt(variance * other_variance)
            z = np.clip(np.arctanh(np.clip(r, -1, 1)), -_MAX_Z, _MAX_Z)
        return np.where(possible & (variance > _CONSTANT), z, np.nan)

    if not possible.any():
        shape = (labels, len(count))
        return Correlations(np.full(shape, np.nan), np.full((len(shifts), *shape), np.nan, dtype=np.float32))
    shifted = np.empty((len(shifts), labels, len(count)), dtype=np.float32)
    for index, shift in enumerate(shifts):
        shifted[index] = at(int(shift))
    return Correlations(at(0), shifted)
