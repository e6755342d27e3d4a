"""When the players of a page have their first pictures: what takes the machine for seconds waits for them.

The players of two cuts ask for their films' frames once their pictures are there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

_MOST = 50
_awaited: dict[str, threading.Event] = {}
"""By the ids of the latest _MOST films whose picture is expected: set once it is there."""
_lock = threading.Lock()


def expect_pictures(films: Iterable[str]) -> None:
    """Let `wait_for_pictures` wait for these films: their players are sent now."""
    with _lock:
        for film_id in films:
            _awaited.pop(film_id, None)
            _awaited[film_id] = threading.Event()
        for oldest in list(_awaited)[:-_MOST]:
            del _awaited[oldest]


def picture_is_there(film_id: str) -> None:
    """Note that a player has a film's first picture."""
    if there := _awaited.get(film_id):
        there.set()


def wait_for_pictures(films: Iterable[str], seconds: float) -> None:
    """Wait until all of these films have their first pictures, at most so many seconds in all. Returns at once for
    films that are not expected.
    """
    until = time.monotonic() + seconds
    for film_id in films:
        if there := _awaited.get(film_id):
            there.wait(max(0.0, until - time.monotonic()))
