"""Fields of the picture on which nothing lies, such as burnt-in timecode.

A mirrored or reframed picture has its timecode where it always is: the fields under it are not those of the footage.
Views are compared without them, and without what they touch in the other picture.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...observations import LAYOUT

MIN_CLEAR = 80
"""Fewest of the 144 fields that must be clear; with less left, all are compared."""

Clear = NDArray[np.bool_]
"""(144,): the fields on which nothing lies."""
ALL_CLEAR: Clear = np.ones(LAYOUT[0] * LAYOUT[1], dtype=np.bool_)


def clear_fields(overlaid: NDArray[np.bool_]) -> Clear:
    """The fields that are neither `overlaid`, (144,), nor beside one that is, which it may touch."""
    padded = np.pad(overlaid.reshape(LAYOUT[::-1]), 1)
    across = padded[:, :-2] | padded[:, 1:-1] | padded[:, 2:]
    clear: Clear = ~(across[:-2] | across[1:-1] | across[2:]).ravel()
    return clear if np.count_nonzero(clear) >= MIN_CLEAR else ALL_CLEAR
