"""Sudden sounds, which a user may choose as marks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ...decoding import ROWS_A_SECOND, BandEnergies

_BEFORE = 2
"""Rows within which an onset rises."""
_RISE = 6.0
"""Decibels."""


@dataclass(frozen=True, slots=True)
class Clap:
    """A sudden sound."""

    second: float
    """When it begins, to about 10 ms."""
    strength: float
    """Decibels by which it is louder than half of the sound, mean of the bands."""


def claps(energies: BandEnergies, most: int = 12, apart: float = 0.5) -> tuple[Clap, ...]:
    """The `most` loudest onsets that lie `apart` seconds, the loudest first, for a user to choose a mark from.

    An onset is a rise of at least _RISE in half of the bands within 20 ms, as of a clap, a slate or a shot.
    """
    known = energies.known
    if known.sum() < ROWS_A_SECOND:
        return ()
    decibels = energies.levels.astype(np.float32) / 2
    loudness = decibels.mean(axis=1)
    usual = float(np.median(loudness[known]))
    rises = np.median(decibels[_BEFORE:] - decibels[:-_BEFORE], axis=1)
    sudden = (rises >= _RISE) & known[_BEFORE:] & known[:-_BEFORE]
    peaks = np.where(sudden, sliding_window_view(np.pad(loudness, (0, _BEFORE)), _BEFORE + 1).max(axis=1)[_BEFORE:], 0)
    found: list[Clap] = []
    reach = round(apart * ROWS_A_SECOND)
    while len(found) < most and peaks.max() > usual:
        best = int(peaks.argmax())
        steepest = max(0, best - _BEFORE)
        steepest += int(np.where(sudden, rises, 0)[steepest : best + _BEFORE + 1].argmax())
        found.append(Clap((steepest + _BEFORE) / ROWS_A_SECOND, round(float(peaks[best]) - usual, 1)))
        peaks[max(0, best - reach) : best + reach + 1] = 0
    return tuple(found)
