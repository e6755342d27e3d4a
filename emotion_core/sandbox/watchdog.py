"""A watchdog that ends this process when its work stalls."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Self

_STEP = 5.0
"""Seconds between two checks."""
STALLED = 600.0
"""Seconds without a frame after which a decoder counts as hung."""


class Watchdog:
    """Ends this process when its work stalls: no exception can stop a decoder that hangs in C.

    As a context manager it is stopped at the end of the block, however that ends.
    """

    def __init__(self, report: Callable[[], object], *, seconds: float = STALLED) -> None:
        """`report` is called on another thread just before the process ends, after `seconds` without `reset`."""
        self._report, self._seconds = report, seconds
        self._silent = 0.0
        self._over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def reset(self) -> None:
        """Start the count again: work goes on."""
        self._silent = 0.0

    def stop(self) -> None:
        """End the watch: the work is done."""
        self._over.set()

    def _watch(self) -> None:
        # Counted in steps, not by the clock: a suspended process or a sleeping laptop is no hang.
        step = min(_STEP, self._seconds / 4)
        while self._silent < self._seconds:
            if self._over.wait(step):
                return
            self._silent += step
        self._report()
        os._exit(1)
