"""Waits for other processes, with patience for a busy machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 120
"""Seconds after which a step that takes moments has hung."""

_Found = TypeVar("_Found")


def until(holds: Callable[[], _Found]) -> _Found:
    """Wait until `holds` returns something true and return it; fail after PATIENCE."""
    end = time.monotonic() + PATIENCE
    while not (value := holds()):
        assert time.monotonic() < end, f"nothing after {PATIENCE} s"
        time.sleep(0.02)
    return value
