"""Pauses of Python's search for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from emotion_core.system.garbage import search_paused


@pytest.fixture(autouse=True)
def searching() -> Iterator[None]:
    assert gc.isenabled()
    yield
    gc.enable()


def test_nested_pauses_end_with_the_outer_one() -> None:
    """The inner one's end does not turn the search on."""
    with search_paused():
        with search_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_ends_the_pause() -> None:
    """A scan may be damaged."""
    with pytest.raises(ValueError, match="damaged"), search_paused():
        raise ValueError("damaged")
    assert gc.isenabled()


def test_a_search_that_was_off_stays_off() -> None:
    """It is someone else's decision."""
    gc.disable()
    with search_paused():
        pass
    assert not gc.isenabled()
