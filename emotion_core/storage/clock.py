"""The wall clock, which may be set forward or back at any moment: it dates what people read, and orders nothing."""

from __future__ import annotations

import time
from datetime import UTC, datetime

_begun = time.time(), time.monotonic()


def now() -> datetime:
    """What the clock shows, UTC."""
    return datetime.fromtimestamp(time.time(), UTC)


def steady() -> float:
    """What the clock showed when this process began and the time that passed since, seconds since 1970.

    Within a process it only goes forward, at its even pace, however the clock is set.
    """
    return _begun[0] + time.monotonic() - _begun[1]


def surely() -> float:
    """The time that it is at least, seconds since 1970: what has expired by it has, however the clock was set.

    A clock that is set forward while this process runs adds nothing to it; one that is set back takes it along, since
    files are dated by it from then on.
    """
    return min(time.time(), steady())
