"""Work done ahead in another thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator

import pytest

from emotion_core.system.prefetch import ahead


def counted(made: list[int], closed: list[bool], *, until: int, fails: bool = False) -> Generator[int, None, None]:
    """0, 1, 2 … `until`, written down in `made` as they are made; then perhaps an error."""
    try:
        for number in range(until):
            made.append(number)
            yield number
        if fails:
            raise ValueError("no more")
    finally:
        closed.append(True)


def test_items_come_in_their_order() -> None:
    """All items come, each once, in the order in which they are made."""
    assert list(ahead(counted([], [], until=1000), 3)) == list(range(1000))


def test_no_more_are_made_than_may_wait() -> None:
    """Whoever takes slowly holds the maker up: beside what waits in the queue there is one in each hand."""
    made: list[int] = []
    items = ahead(counted(made, [], until=1000), 4)
    assert next(items) == 0
    time.sleep(0.5)
    assert 4 <= len(made) <= 6
    items.close()


def test_they_are_made_in_another_thread() -> None:
    """The maker runs beside the taker, not in it."""

    def where() -> Generator[int, None, None]:
        yield threading.get_ident()

    assert list(ahead(where(), 1)) != [threading.get_ident()]


def test_an_error_comes_after_the_items_before_it() -> None:
    """What the maker raises is raised to the taker, who has had every item before."""
    taken: list[int] = []
    with pytest.raises(ValueError, match="no more"):
        taken.extend(ahead(counted([], [], until=5, fails=True), 2))
    assert taken == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("takes", [0, 1, 3])
def test_who_leaves_ends_the_maker(takes: int) -> None:
    """Where the taker stops early, the maker is closed and its thread ends, however full the queue is."""
    closed: list[bool] = []
    before = threading.active_count()
    items = ahead(ahead(counted([], closed, until=10**9), 2), 2)
    for _ in range(takes):
        next(items)
    items.close()
    assert closed == ([True] if takes else [])
    assert threading.active_count() == before
