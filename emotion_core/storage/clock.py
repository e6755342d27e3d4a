"""The wall clock. It may be set forward or back at any moment, so it serves to show dates and never to order things."""

from __future__ import annotations

import time
from datetime import UTC, datetime

_start = time.time(), time.monotonic()


def now() -> datetime:
    """The time of the wall clock, UTC."""
    return datetime.fromtimestamp(time.time(), UTC)


def steady() -> float:
    """Wall-clock time at which this process began plus the time elapsed since, seconds since 1970.

    It never goes back within a process, also when the wall clock is set.
    """
    return _start[0] + time.monotonic() - _start[1]


def earliest() -> float:
    """Lower bound of the current time, seconds since 1970, for expiry: nothing expires because the clock was set.

    Setting the clock forward while this process runs does not advance the bound. Setting it back lowers the bound,
    because new files carry the earlier time.
    """
    return min(time.time(), steady())
