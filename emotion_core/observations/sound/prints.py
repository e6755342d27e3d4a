"""The record of a film's sound fingerprints: a few bytes twenty times a second, from which no sound can be made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PRINTS_A_SECOND = 20
"""Fingerprints a second of film."""
BITS = 32
"""Bits of a fingerprint."""


@dataclass(frozen=True, slots=True, eq=False)
class SoundPrints:
    """The fingerprints of a film's first sound track. Row i is at second i / PRINTS_A_SECOND, the first picture at 0.

    What they are computed from is in decoding.sound_prints.
    """

    bits: NDArray[np.uint32]
    """(n,): the fingerprint; bit b says whether band b grew louder against band b + 1."""
    levels: NDArray[np.uint8]
    """(n,): 0 where the film has no sound at that time, else 255 + 2 x decibels, from 1 to 255: 0 dB is full scale."""
    changes: NDArray[np.uint8]
    """(n,): by how much the bands change against each other, tenths of a decibel; 255 is 25.5 dB or more. Where they
    hardly do, as in silence or a steady tone, the bits say nothing."""

    def __post_init__(self) -> None:
        if not (self.bits.dtype == np.uint32 and self.levels.dtype == self.changes.dtype == np.uint8):
            raise ValueError(f"Prints of {self.bits.dtype}, {self.levels.dtype} and {self.changes.dtype}.")
        if not self.bits.shape == self.levels.shape == self.changes.shape == (len(self.bits),):
            raise ValueError(f"Prints of shapes {self.bits.shape}, {self.levels.shape} and {self.changes.shape}.")

    def __len__(self) -> int:
        return len(self.bits)

    @property
    def known(self) -> NDArray[np.bool_]:
        """(n,) whether there is sound at that time, be it silence."""
        return np.asarray(self.levels > 0)

    def first(self, rows: int) -> SoundPrints:
        """The first so many rows, all of them where there are fewer."""
        return SoundPrints(self.bits[:rows], self.levels[:rows], self.changes[:rows])

    def to_bytes(self) -> bytes:
        """The rows of each array, one array after the other."""
        return self.bits.astype("<u4").tobytes() + self.levels.tobytes() + self.changes.tobytes()

    @staticmethod
    def from_bytes(content: bytes) -> SoundPrints:
        """The inverse of `to_bytes`."""
        n = len(content) // 6
        levels = np.frombuffer(content[4 * n :], dtype=np.uint8)
        return SoundPrints(np.frombuffer(content[: 4 * n], dtype="<u4").astype(np.uint32), levels[:n], levels[n:])

    @staticmethod
    def none() -> SoundPrints:
        """Those of a film without sound."""
        nothing = np.empty(0, dtype=np.uint8)
        return SoundPrints(np.empty(0, dtype=np.uint32), nothing, nothing)
