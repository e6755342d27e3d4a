"""Sudden sounds, which a user may choose as marks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...decoding import ROWS_A_SECOND, BandEnergies
from .features import running_mean


@dataclass(frozen=True, slots=True)
class Clap:
    """A sudden sound."""

    second: float
    """When it begins, to about 10 ms."""
    strength: float
    """Decibels by which it is louder than the second before it, mean of the bands."""


def claps(energies: BandEnergies, most: int = 12, apart: float = 0.5) -> tuple[Clap, ...]:
    """The `most` strongest onsets of a sound that lie `apart` seconds, the strongest first, for a user to choose from.

    An onset is a rise in most bands within 20 ms, as of a clap, a slate or a shot.
    """
    decibels = energies.levels.astype(np.float32) / 2
    known = energies.known
    before = 2
    if len(decibels) < ROWS_A_SECOND:
        return ()
    usual = running_mean(decibels.mean(axis=1), ROWS_A_SECOND)
    rises = np.zeros(len(decibels), dtype=np.float32)
    rises[before:] = np.median(decibels[before:] - decibels[:-before], axis=1)
    rises[before:][~(known[before:] & known[:-before])] = 0
    found: list[Clap] = []
    while len(found) < most and (best := int(rises.argmax())) >= 0 and rises[best] > 6:
        peak = best + int(decibels[best : best + 4].mean(axis=1).argmax())
        strength = float(decibels[peak].mean() - usual[max(0, best - ROWS_A_SECOND // 2)])
        found.append(Clap(best / ROWS_A_SECOND, round(strength, 1)))
        rises[max(0, best - round(apart * ROWS_A_SECOND)) : best + round(apart * ROWS_A_SECOND) + 1] = 0
    return tuple(sorted(found, key=lambda clap: -clap.strength))
