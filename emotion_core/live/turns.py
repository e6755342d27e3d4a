"""A lock that threads get in the order in which they asked: of many that ask again and again, none waits for all."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType


class Turns:
    """Held by one thread at a time; used with `with`. It is not reentrant."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()
        """One held lock for each thread that waits; its release is that thread's turn."""

    def acquire(self, *, blocking: bool = True) -> bool:
        """Wait for the turn and take it. Without `blocking` it is taken only where it is free; False if it is not."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            if not blocking:
                return False
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()
        return True

    def release(self) -> None:
        """Give the turn to the thread that waits longest, or leave it free."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
