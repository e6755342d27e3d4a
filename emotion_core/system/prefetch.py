"""Prefetch: produce the items of a generator in another thread, passed on through a bounded queue."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from dataclasses import dataclass
from queue import Empty, Full, Queue
from typing import TypeVar

T = TypeVar("T")

_POLL_SECONDS = 0.2
"""Seconds between two checks, by a thread that waits for room in the queue, whether the consumer has stopped."""
_SLOW_SECONDS = 0.1
"""Seconds after which an item is handed over though others could still join it."""


@dataclass(frozen=True, slots=True)
class _End:
    """Marks the end of the queue."""

    error: BaseException | None
    """The exception that ended the items."""


def prefetch_items(items: Generator[T, None, None], depth: int, *, together: int = 1) -> Generator[T, None, None]:
    """Yield `items` in order, produced in another thread, up to `depth` ahead of the consumer.

    So many are handed over `together`, but slow ones one by one: each thread then runs for a while, where it would be
    woken, and its caches filled, for a single item. An exception of `items` is raised here, after the items before it.
    Closing this generator ends the thread, in which `items` is then closed.
    """
    queue: Queue[list[T] | _End] = Queue(max(1, depth // together))
    is_closed = threading.Event()

    def hand_over(group: list[T] | _End) -> bool:
        while not is_closed.is_set():
            try:
                queue.put(group, timeout=_POLL_SECONDS)
                return True
            except Full:
                continue
        return False

    def work() -> None:
        group: list[T] = []
        handed_over_at = time.monotonic()
        try:
            for item in items:
                group.append(item)
                if len(group) == together or time.monotonic() - handed_over_at > _SLOW_SECONDS:
                    if not hand_over(group):
                        break
                    group, handed_over_at = [], time.monotonic()
            hand_over(group)
            hand_over(_End(None))
        except BaseException as error:  # raised in the consumer's thread
            hand_over(group)
            hand_over(_End(error))
        finally:
            items.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while not isinstance(group := queue.get(), _End):
            group.reverse()
            while group:
                yield group.pop()
        if group.error is not None:
            raise group.error
    finally:
        is_closed.set()
        while True:  # frees the pictures in the queue, and a thread that waits to put one more
            try:
                queue.get_nowait()
            except Empty:
                break
        thread.join()
