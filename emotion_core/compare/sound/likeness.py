"""How alike the fingerprints of two sounds are, row by row, and which rows say anything.

Haitsma and Kalker (2002) take two sounds for the same where at most 35 % of the bits of 3 s differ. Of the same sound,
coded again and a third of a row off, 5 to 15 % do; of others about half, and over 2 s hardly ever less than 40 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...observations import PRINTS_A_SECOND, SoundPrints

Rows = NDArray[np.int64]
Errors = NDArray[np.float32]

QUIET, SILENT = 45, 75
"""Decibels: rows by so many below a sound's loud ones (95th percentile), or below full scale, say nothing."""
LEAST_CHANGE = 5
"""SoundPrints.changes from which a row says something, tenths of a decibel."""
CLEAR_CHANGE, CLEAR_LEVEL = 10, 20
"""Tenths of a decibel, and decibels above QUIET, from which a row is clearly heard: not beside one that is silent."""
UNLIKE = 0.5
"""Error of a row that is clearly heard in one cut, while the other is silent or steady."""


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """A cut's fingerprints, and what may be said of each row."""

    bits: NDArray[np.uint32]
    heard: NDArray[np.bool_]
    """Rows that say something: audible, and changing."""
    clear: NDArray[np.bool_]
    """Of these, those that are so beyond doubt."""
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, prints: SoundPrints) -> Sound | None:
        """None where nothing in the whole film is heard: it is compared as one without sound."""
        known = prints.known
        if not known.any():
            return None
        loud = float(np.percentile(prints.levels[known], 95))
        least = max(loud - 2 * QUIET, 255 - 2 * SILENT)
        heard = (prints.levels >= least) & (prints.changes >= LEAST_CHANGE)
        clear = heard & (prints.levels >= least + 2 * CLEAR_LEVEL) & (prints.changes >= CLEAR_CHANGE)
        return cls(prints.bits, heard, clear, known) if heard.sum() >= PRINTS_A_SECOND else None

    def __len__(self) -> int:
        return len(self.bits)


def errors_at(first: Sound, second: Sound, rows: Rows, places: Rows, *, silence: bool = False) -> Errors:
    """Share of bits that differ between rows of `second` and their `places` in `first`; NaN where that says nothing.

    With `silence`, rows that are clearly heard in one and not in the other are UNLIKE.
    """
    inside = (places >= 0) & (places < len(first)) & (rows >= 0) & (rows < len(second))
    at, there = np.where(inside, rows, 0), np.where(inside, places, 0)
    differing = np.bitwise_count(first.bits[there] ^ second.bits[at]).astype(np.float32) / 32
    both = inside & first.heard[there] & second.heard[at]
    errors: Errors = np.where(both, differing, np.float32(np.nan))
    if silence:
        one = (first.clear[there] & ~second.heard[at]) | (second.clear[at] & ~first.heard[there])
        errors[inside & one & first.known[there] & second.known[at]] = UNLIKE
    return errors


def best_part(gains: NDArray[np.floating]) -> tuple[int, int, float]:
    """First row, one past the last, and sum of the part with the greatest sum; NaN counts as 0."""
    sums = np.concatenate([[0.0], np.cumsum(np.nan_to_num(gains))])
    lowest = np.minimum.accumulate(sums)
    end = int((sums - lowest).argmax())
    begin = int(sums[: end + 1].argmin())
    return begin, end, float(sums[end] - sums[begin])
