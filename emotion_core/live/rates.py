"""How well the machine follows a camera: readings a second, their delay, and pictures that were dropped."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

WINDOW = 10.0
"""Seconds of the readings that "now" means."""
KEPT = 20_000
"""Delays that are kept: those of about half an hour."""
SLOW = 2.0
"""Readings a second below which the machine does not follow the viewer."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Figures of a session, or of its last seconds."""

    a_second: float | None
    """Readings a second; None before there are some."""
    delay_median: float | None
    """Milliseconds from a picture to its numbers on the page."""
    delay_99: float | None
    """The same, of which 99 % are no longer."""
    dropped: int
    """Pictures of the camera that were never read, as newer ones came first."""


class Rates:
    """Counts the readings of a session."""

    def __init__(self) -> None:
        self.readings = 0
        self.dropped = 0
        self._times: deque[float] = deque()
        self._delays: deque[float] = deque(maxlen=KEPT)
        self._spent = 0.0
        self._last: float | None = None

    def count(self, clock: float, *, dropped: int, delay: float | None) -> None:
        """Note a reading at the time `clock`, seconds; `delay` of the one before it, milliseconds."""
        self.readings += 1
        self.dropped += dropped
        if delay is not None:
            self._delays.append(delay)
        if self._last is not None and clock - self._last < WINDOW:  # longer is a break, such as a pause
            self._spent += clock - self._last
        self._last = clock
        self._times.append(clock)
        while self._times[0] < clock - WINDOW:
            self._times.popleft()

    def all(self) -> Rate:
        """Figures of the whole session, without its breaks."""
        if self._spent <= 0:
            return Rate(None, None, None, self.dropped)
        return self._rate((self.readings - 1) / self._spent)

    def now(self) -> float | None:
        """Readings a second in the last WINDOW seconds; None before there are some."""
        span = self._times[-1] - self._times[0] if self._times else 0.0
        return (len(self._times) - 1) / span if span > 0 else None

    def _rate(self, a_second: float) -> Rate:
        if not self._delays:
            return Rate(a_second, None, None, self.dropped)
        median, late = np.percentile(np.array(self._delays), [50, 99]).tolist()
        return Rate(a_second, median, late, self.dropped)
