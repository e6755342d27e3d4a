"""Python's search for garbage: objects that hold each other and that nothing else holds."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_pauses: list[bool] = []
"""One item a pause under way: whether the search was on before it."""


@contextmanager
def search_paused() -> Iterator[None]:
    """Do not search while many records are made that do not hold each other.

    Else Python goes through all of them after each 700 new ones: half the time of reading a film's scan. Nested pauses,
    and those of several threads, end with the last of them.
    """
    with _lock:
        _pauses.append(gc.isenabled() if not _pauses else _pauses[0])
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            was_on = _pauses.pop()
            if not _pauses and was_on:
                gc.enable()
