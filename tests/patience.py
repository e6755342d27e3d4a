"""Waiting for what other processes do, however busy the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 120
"""Seconds after which what takes moments has hung."""

_Found = TypeVar("_Found")


def until(holds: Callable[[], _Found]) -> _Found:
    """What `holds` returns once it is something; fails after PATIENCE."""
    end = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < end, f"nothing after {PATIENCE} s"
        time.sleep(0.02)
    return found
