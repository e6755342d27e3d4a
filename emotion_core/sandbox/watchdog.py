"""A watchdog that ends this process when its work stalls."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

_STEP = 5.0


STALLED = 600.0
"""Seconds without a frame, after which a decoder hangs."""


class Watchdog:
    """Ends a process that says nothing for too long: a decoder that hangs hears no exception."""

    def __init__(self, says: Callable[[], object], *, seconds: float = STALLED) -> None:
        """`says` tells why, and is called by a thread of its own just before the process ends."""
        self._says, self._seconds = says, seconds
        self._silent = 0.0
        self._over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def seen(self) -> None:
        """It goes on."""
        self._silent = 0.0

    def leave(self) -> None:
        """All is done that it watched over."""
        self._over.set()

    def _watch(self) -> None:
        # Counted in steps, not by the clock: while the process stands still, or the laptop sleeps, nothing hangs.
        step = min(_STEP, self._seconds / 4)
        while self._silent < self._seconds:
            if self._over.wait(step):
                return
            self._silent += step
        self._says()
        os._exit(1)
