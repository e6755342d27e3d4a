"""How a step of the second cut shows its step of the first."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Match(IntEnum):
    """What tells that a step of the second cut is a step of the first."""

    NONE = 0
    """No step of the first cut is known."""
    PICTURE = 1
    """The same picture, whatever its tones."""
    MIRRORED = 2
    """Its mirror image, left for right."""
    REFRAMED = 3
    """A part of the picture, or more than the picture: cropped, zoomed or panned by up to a fifth."""
    RETIMED = 4
    """The same picture, at another speed: `source` rises by other than one a step."""
    SOUND = 5
    """Only the sound is the same: another picture, black or one held."""


Matches = NDArray[np.uint8]
"""(n,): a Match for each step of the second cut."""
