"""The watchdog of the app's event loop."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Awaitable, Callable
from fractions import Fraction

import anyio
import pytest

from emotion_core.server import loop_watch
from tests import loops
from tests.patience import until


def blocked_by_sleep() -> None:
    """Holds the thread up, as a slow disk would."""
    time.sleep(1.4)


def blocked_by_a_number() -> None:
    """Holds every thread up: a computation in C does not let go of the interpreter."""
    until = time.monotonic() + 1.4
    exponent = 200_000
    while time.monotonic() < until:
        Fraction(f"1e{exponent}")
        exponent *= 2


def running(*blocks: Callable[[], None], apart: float = 0.4) -> Callable[[], Awaitable[None]]:
    """A loop with the watchdog that goes through `blocks`, `apart` seconds between them."""

    async def loop() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(loop_watch.watch_loop)
            for block in blocks:
                await anyio.sleep(apart)
                block()
            await anyio.sleep(apart)
            tasks.cancel_scope.cancel()

    return loop


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What the watchdog has logged."""
    caplog.set_level(logging.WARNING)
    return lambda: [one.getMessage() for one in caplog.records if one.name == loop_watch.__name__]


@pytest.mark.parametrize("block", [blocked_by_sleep, blocked_by_a_number])
def test_a_loop_that_stands_still_is_logged(said: Callable[[], list[str]], block: Callable[[], None]) -> None:
    """One line says for how long and in which function of which file."""
    loops.run(running(block))
    (line,) = said()
    seconds = float(line.removeprefix("The event loop stood still for ").partition(" ")[0])
    assert seconds > 1.3
    assert f"{block.__name__} (test_loop_watch.py)" in line
    assert "\n" not in line


def test_a_loop_that_goes_on_is_not_logged(said: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorter waits are nobody's trouble."""
    monkeypatch.setattr(loop_watch, "STILL", 20.0)  # a busy machine makes a loop wait too
    loops.run(running(*[lambda: time.sleep(0.2)] * 3, apart=0.1))
    assert said() == []


def test_many_standstills_are_few_lines(said: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Within SAYS_AGAIN_AFTER seconds there is one line; the next one says how many were left out."""
    monkeypatch.setattr(loop_watch, "STILL", 0.3)
    monkeypatch.setattr(loop_watch, "SAYS_AGAIN_AFTER", 100.0)

    def last_block() -> None:
        monkeypatch.setattr(loop_watch, "SAYS_AGAIN_AFTER", 0.0)
        time.sleep(0.7)

    loops.run(running(*[lambda: time.sleep(0.7)] * 3, last_block))
    first, last = said()
    assert "more times" not in first
    left_out = re.search(r"(\d+) more times were not logged\.$", last)
    assert left_out is not None
    assert int(left_out[1]) >= 2  # a busy machine makes a loop wait too


def test_a_loop_that_hangs_is_logged_while_it_does(
    said: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loop that may never go on is told of before it does."""
    monkeypatch.setattr(loop_watch, "STILL", 0.2)
    monkeypatch.setattr(loop_watch, "HANGS", 0.5)
    monkeypatch.setattr(loop_watch, "SAYS_AGAIN_AFTER", 0.0)

    def block() -> None:
        until(lambda: any("has stood still" in line and ".py)" in line for line in said()))

    loops.run(running(block))
