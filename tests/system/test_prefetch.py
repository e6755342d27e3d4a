"""Prefetch in another thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator

import pytest

from emotion_core.system.prefetch import prefetch_items


def counted(produced: list[int], closed: list[bool], *, until: int, fails: bool = False) -> Generator[int, None, None]:
    """Yield 0, 1, 2 … `until`, appending each to `produced`; then raise if it `fails`."""
    try:
        for number in range(until):
            produced.append(number)
            yield number
        if fails:
            raise ValueError("no more")
    finally:
        closed.append(True)


@pytest.mark.parametrize("together", [1, 2, 3, 7])
def test_items_come_in_their_order(together: int) -> None:
    """All items arrive once, in the order of the generator, however many are handed over together."""
    assert list(prefetch_items(counted([], [], until=1000), 3, together=together)) == list(range(1000))


def test_no_more_are_made_than_may_wait() -> None:
    """A slow consumer holds the producer up: besides the queue, each of them has at most one item."""
    produced: list[int] = []
    items = prefetch_items(counted(produced, [], until=1000), 4)
    assert next(items) == 0
    time.sleep(0.5)
    assert 4 <= len(produced) <= 6
    items.close()


def test_slow_items_wait_for_no_others() -> None:
    """Items that take long to produce arrive one by one, also where many are to be handed over together."""
    arrived = [threading.Event() for _ in range(3)]
    in_time: list[bool] = []

    def slow() -> Generator[int, None, None]:
        for number, event in enumerate(arrived):
            time.sleep(0.15)
            yield number
            in_time.append(event.wait(20))

    for number in prefetch_items(slow(), 100, together=100):
        arrived[number].set()
    assert in_time == [True] * 3


def test_they_are_made_in_another_thread() -> None:
    """The producer runs in another thread than the consumer."""

    def where() -> Generator[int, None, None]:
        yield threading.get_ident()

    assert list(prefetch_items(where(), 1)) != [threading.get_ident()]


@pytest.mark.parametrize("together", [1, 2, 5, 9])
def test_an_error_comes_after_the_items_before_it(together: int) -> None:
    """An exception of the producer is raised in the consumer, after all items before it."""
    received: list[int] = []
    with pytest.raises(ValueError, match="no more"):
        received.extend(prefetch_items(counted([], [], until=5, fails=True), 2, together=together))
    assert received == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("takes", [0, 1, 3])
def test_who_leaves_ends_the_maker(takes: int) -> None:
    """When the consumer stops early, the producer is closed and its thread ends, even if the queue is full."""
    closed: list[bool] = []
    before = threading.active_count()
    items = prefetch_items(prefetch_items(counted([], closed, until=10**9), 2), 2)
    for _ in range(takes):
        next(items)
    items.close()
    assert closed == ([True] if takes else [])
    assert threading.active_count() == before
