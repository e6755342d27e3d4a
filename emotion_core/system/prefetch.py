"""Work done ahead in a thread of its own, handed over through a bounded queue."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import dataclass
from queue import Empty, Full, Queue
from typing import TypeVar

T = TypeVar("T")

_LOOKS_UP_EVERY = 0.2
"""Seconds after which a thread that cannot hand over asks whether anyone still listens."""


@dataclass(frozen=True, slots=True)
class _End:
    """What comes after the last item."""

    error: BaseException | None


def ahead(items: Generator[T, None, None], depth: int) -> Generator[T, None, None]:
    """The same items in the same order, made in another thread up to `depth` ahead of who takes them.

    What `items` raises is raised here, after the items before it. Who stops taking closes this generator, as a `for`
    over it does when it is left by an error; then the thread ends and `items` is closed in it.
    """
    queue: Queue[T | _End] = Queue(depth)
    left = threading.Event()

    def hand_over(item: T | _End) -> bool:
        while not left.is_set():
            try:
                queue.put(item, timeout=_LOOKS_UP_EVERY)
                return True
            except Full:
                continue
        return False

    def work() -> None:
        try:
            for item in items:
                if not hand_over(item):
                    break
            hand_over(_End(None))
        except BaseException as error:  # every kind is the taker's to judge
            hand_over(_End(error))
        finally:
            items.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while not isinstance(item := queue.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        left.set()
        while True:  # what lies in the queue may hold pictures; a thread that waits to put one more is let go
            try:
                queue.get_nowait()
            except Empty:
                break
        thread.join()
