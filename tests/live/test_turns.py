"""The turns of a reader: in the order in which they were asked for."""

from __future__ import annotations

import threading
import time

from emotion_core.live.turns import Turns


def test_who_waits_longest_is_next() -> None:
    """Also before the thread that gave the turn away and asks again at once."""
    turns, order = Turns(), []

    def wait(number: int) -> None:
        with turns:
            order.append(number)

    turns.acquire()
    threads = [threading.Thread(target=wait, args=(number,)) for number in range(8)]
    for number, thread in enumerate(threads):
        thread.start()
        while len(turns._waiting) <= number:
            time.sleep(0.001)
    assert not turns.acquire(blocking=False)
    turns.release()
    with turns:
        order.append(8)
    for thread in threads:
        thread.join()
    assert order == list(range(9))
    assert turns.acquire(blocking=False)
    turns.release()
