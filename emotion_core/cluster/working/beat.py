"""The heartbeat of a lease: tells the owner how far a range is, and learns whether it is still wanted."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any

from ...errors import ClusterUnreachable, LeaseLost
from .. import leases
from ..database import Database
from ..leases import Lease

EVERY = 2.0
"""Seconds between two beats."""


class LeaseBeat:
    """Call it often while a range is read."""

    def __init__(self, database: Database, lease: Lease, give_up: threading.Event) -> None:
        """Once `give_up` is set the range is given back."""
        self._database, self._lease, self._give_up = database, lease, give_up
        self._next = 0.0
        """Monotonic time."""
        self.at = time.monotonic()
        """Monotonic time of the newest call or step, see `step`."""
        self.numbers: dict[str, Any] | None = None
        """The newest progress of the process that reads."""

    def step(self) -> None:
        """Note that something was done for the range."""
        self.at = time.monotonic()

    def __call__(self) -> None:
        """Raise LeaseLost where the range is no longer wanted. A database that is away is no reason to stop."""
        self.step()
        token = self._lease.token
        if self._give_up.is_set():
            with contextlib.suppress(ClusterUnreachable):
                self._database.run(lambda connection: leases.give_back(connection, token, "the last one was ended"))
            raise LeaseLost("It was given back.")
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY
        with contextlib.suppress(ClusterUnreachable):
            if not self._database.run(lambda connection: leases.beat(connection, token, self.numbers)):
                raise LeaseLost("It is no longer wanted, or another worker has it.")
