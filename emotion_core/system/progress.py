"""Progress of work in the background: the record that pages and terminals show, and the reporter that feeds it."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .events import PROGRESS, Event, Report

EVERY = 0.4
"""Seconds between two events."""
WINDOW = 15.0
"""Seconds over which the rate is averaged: short enough to follow a film that gets slower and to forget a pause."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of work in the background, in a unit such as frames, bytes or steps."""

    done: int = 0
    """Completed units, of `total`."""
    total: int | None = None
    """None or 0 while it is not known."""
    per_second: float | None = None
    seconds_left: float | None = None
    step: str = ""
    """The current step, in words; empty if the kind of work says enough."""

    @property
    def share(self) -> float:
        """0 to 1; 0 while the total is not known."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    @classmethod
    def from_event(cls, event: Event | None, unit: str) -> Progress:
        """The record of a PROGRESS event, whose fields begin with the unit: "frames", "frames_total" and so on."""
        event = event or {}
        return cls(
            done=event.get(unit) or 0,
            total=event.get(f"{unit}_total"),
            per_second=event.get(f"{unit}_per_second"),
            seconds_left=event.get("seconds_left"),
            step=event.get("step", ""),
        )


NO_PROGRESS = Progress()
"""Progress before the first event."""


class ProgressReporter:
    """Reports the progress of a pass over a film, at most once in EVERY seconds."""

    def __init__(
        self, total: int, report: Report, *, done: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`total` frames are expected, `done` of them were read by an earlier run."""
        self._total, self._report, self._clock = total, report, clock
        self._last = clock()
        self._history = deque([(self._last, done)])
        """Times and frames of the events in the last WINDOW seconds."""

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the time of the block out of the rate: the pass waits for something else than the film."""
        begin = self._clock()
        try:
            yield
        finally:
            waited = self._clock() - begin
            self._history = deque((at + waited, frames) for at, frames in self._history)

    def at(self, frames: int, scenes: int, faces: int, segments: int, *, step: str = "", at_once: bool = False) -> None:
        """Report the frames, scenes and faces so far, and the segments written; `step` as in Progress."""
        now = self._clock()
        if now - self._last < EVERY and not at_once:
            return
        self._last = now
        self._history.append((now, frames))
        while len(self._history) > 2 and now - self._history[1][0] >= WINDOW:
            self._history.popleft()
        since, before = self._history[0]
        rate = max(0, frames - before) / max(now - since, 1e-6)  # a part of a film may be read anew
        remaining = max(0, self._total - frames)
        self._report(
            PROGRESS,
            {
                "frames": frames,
                "frames_total": max(self._total, frames),
                "frames_per_second": round(rate, 1),
                "seconds_left": round(remaining / rate, 1) if rate > 0 else None,
                "scenes": scenes,
                "faces": faces,
                "segments": segments,
                **({"step": step} if step else {}),
            },
        )
