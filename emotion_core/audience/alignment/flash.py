"""Flashes of light, which a user may choose as marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..records import Floats

_RISE = 12.0
"""Levels, of 255, by which a flash is brighter than the frame before; a cut may be so, too."""
_LONGEST = 0.5
"""Seconds after which at least half of the rise is gone, as it is not after a cut or when a lamp is switched on."""


@dataclass(frozen=True, slots=True)
class Flash:
    """A flash of light."""

    second: float
    """When its first bright frame is shown."""
    strength: float
    """Levels, 0 to 255, by which the picture's mean is brighter than before."""


def flashes(seconds: Floats, brightness: NDArray[np.float64], most: int = 12, apart: float = 0.5) -> tuple[Flash, ...]:
    """The `most` strongest flashes that lie `apart` seconds, the strongest first, for a user to choose a mark from.

    `seconds` (n,) is when each frame is shown, ascending; `brightness` (n,) the mean of its pixels, 0 to 255.
    """
    begins = np.flatnonzero(np.diff(brightness) >= _RISE) + 1
    found: list[Flash] = []
    for begin in begins.tolist():
        before, last = float(brightness[begin - 1]), int(np.searchsorted(seconds, seconds[begin] + _LONGEST, "right"))
        peak, after = float(brightness[begin:last].max()), float(brightness[last - 1])
        if after <= before + (peak - before) / 2:
            found.append(Flash(float(seconds[begin]), round(peak - before, 1)))
    return _apart(sorted(found, key=lambda flash: -flash.strength), apart)[:most]


def _apart(found: Sequence[Flash], apart: float) -> tuple[Flash, ...]:
    kept: list[Flash] = []
    for flash in found:
        if all(abs(flash.second - other.second) >= apart for other in kept):
            kept.append(flash)
    return tuple(kept)
