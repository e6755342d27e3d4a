"""The readings of a session: growing columns while it runs, arrays at its end."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..expression.selection import LiveSize
from ..observations import CheckpointIdentity, EngineIdentity

MOST = 1_000_000
"""Readings of a session: 18 hours at 15 a second, in 80 MB."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LiveReadings:
    """What a viewer's face showed while a film played: one row a reading, in the order in which they were taken."""

    labels: tuple[str, ...]
    seconds: Floats
    """(n,) the film's seconds, as the player gave them with each picture of the film; after a jump back they repeat."""
    probabilities: Floats
    """(n, labels), rows sum to 1; NaN where no face was usable."""
    taken_at: Floats
    """(n,) when the camera took the picture: seconds since 1970 by the clock of the viewer's machine, ascending."""
    replayed: float
    """Seconds of film that were seen again; only the first time counts."""
    events: tuple[tuple[float, str, float], ...]
    """Time as in `taken_at`, what happened (session.EVENTS), the film's second."""
    checkpoint: CheckpointIdentity
    engine: EngineIdentity
    temperature: float
    size: LiveSize | None = None
    """At how many pixels the model read, where that was measured."""


class Columns:
    """Readings as they come."""

    def __init__(self, labels: int) -> None:
        self._labels = labels
        self._seconds, self._taken_at, self._probabilities = array("d"), array("d"), array("d")

    def __len__(self) -> int:
        return len(self._seconds)

    def add(self, seconds: float, taken_at: float, probabilities: Sequence[float] | None) -> None:
        """Append a reading; `probabilities` None where no face was usable. Beyond MOST nothing is added."""
        if len(self) >= MOST:
            return
        self._seconds.append(seconds)
        self._taken_at.append(max(taken_at, self._taken_at[-1]) if self._taken_at else taken_at)  # a clock may be set
        self._probabilities.extend([np.nan] * self._labels if probabilities is None else probabilities)

    def arrays(self) -> tuple[Floats, Floats, Floats]:
        """Seconds (n,), probabilities (n, labels) and times (n,)."""
        table = np.array(self._probabilities, dtype=np.float64).reshape(len(self), self._labels)
        return np.array(self._seconds, dtype=np.float64), table, np.array(self._taken_at, dtype=np.float64)
