"""How far a pass is, told now and then."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

EVERY = 0.4
"""Seconds between two events."""
WINDOW = 15.0
"""Seconds over which the rate is taken: a film that gets slower says so, and a pause is soon forgotten."""

ALIVE = "alive"
"""An event without fields, for nobody to read: work goes on."""

Report = Callable[[str, dict[str, Any]], None]
"""Takes an event's name and its fields, JSON types."""


class Progress:
    """Says where the pass is, no more often than EVERY."""

    def __init__(
        self, total: int, report: Report, *, done: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`total` frames are expected, `done` of them were read by an earlier run."""
        self._total, self._report, self._clock = total, report, clock
        self._last = clock()
        self._seen = deque([(self._last, done)])

    def at(self, frames: int, scenes: int, faces: int, segments: int, *, at_once: bool = False) -> None:
        """So many frames, scenes and faces so far, and segments written down."""
        now = self._clock()
        if now - self._last < EVERY and not at_once:
            return
        self._last = now
        self._seen.append((now, frames))
        while len(self._seen) > 2 and now - self._seen[1][0] >= WINDOW:
            self._seen.popleft()
        since, before = self._seen[0]
        rate = (frames - before) / max(now - since, 1e-6)
        left = max(0, self._total - frames)
        self._report(
            "progress",
            {
                "frames": frames,
                "frames_total": max(self._total, frames),
                "frames_per_second": round(rate, 1),
                "seconds_left": round(left / rate, 1) if rate > 0 else None,
                "scenes": scenes,
                "faces": faces,
                "segments": segments,
            },
        )
