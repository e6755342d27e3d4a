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
from tests.support import event_loop
from tests.support.waiting import until


def blocked_by_sleep() -> None:
    """Block the thread, as a slow disk does."""
    time.sleep(2.0)


def blocked_by_a_number() -> None:
    """Block all threads: a long computation in C holds the interpreter's lock. Then block the loop's thread for a
    moment, or the loop could continue before the watchdog does.
    """
    until = time.monotonic() + 1.4
    exponent = 200_000
    while time.monotonic() < until:
        Fraction(f"1e{exponent}")
        exponent *= 2
    time.sleep(0.6)


def running(*blocks: Callable[[], None], apart: float = 0.4) -> Callable[[], Awaitable[None]]:
    """An event loop with the watchdog that executes `blocks`, `apart` seconds between them."""

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
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Messages that the watchdog has logged."""
    caplog.set_level(logging.WARNING)
    return lambda: [record.getMessage() for record in caplog.records if record.name == loop_watch.__name__]


@pytest.mark.parametrize("block", [blocked_by_sleep, blocked_by_a_number])
def test_a_loop_that_stands_still_is_logged(logged: Callable[[], list[str]], block: Callable[[], None]) -> None:
    """A blockage gives one line with its duration, function and file."""
    event_loop.run(running(block))
    (line,) = logged()
    seconds = float(line.removeprefix("The event loop stood still for ").partition(" ")[0])
    assert seconds > 1.9
    assert f"{block.__name__} (test_loop_watch.py)" in line
    assert "\n" not in line


def test_a_loop_that_goes_on_is_not_logged(logged: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Short blockages are not logged."""
    monkeypatch.setattr(loop_watch, "BLOCKED_AFTER", 20.0)  # a busy machine makes a loop wait too
    event_loop.run(running(*[lambda: time.sleep(0.2)] * 3, apart=0.1))
    assert logged() == []


def test_many_standstills_are_few_lines(logged: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """At most one line is logged in LOG_INTERVAL seconds; the next one gives the number of those left out."""
    monkeypatch.setattr(loop_watch, "BLOCKED_AFTER", 0.3)
    monkeypatch.setattr(loop_watch, "LOG_INTERVAL", 100.0)

    def last_block() -> None:
        monkeypatch.setattr(loop_watch, "LOG_INTERVAL", 0.0)
        time.sleep(0.7)

    event_loop.run(running(*[lambda: time.sleep(0.7)] * 3, last_block))
    first, last = logged()
    assert "more times" not in first
    left_out = re.search(r"(\d+) more times were not logged\.$", last)
    assert left_out is not None
    assert int(left_out[1]) >= 2  # a busy machine makes a loop wait too


def test_a_loop_that_hangs_is_logged_while_it_does(
    logged: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loop that stays blocked is logged before it continues."""
    monkeypatch.setattr(loop_watch, "BLOCKED_AFTER", 0.2)
    monkeypatch.setattr(loop_watch, "HANGS_AFTER", 0.5)
    monkeypatch.setattr(loop_watch, "LOG_INTERVAL", 0.0)

    def block() -> None:
        until(lambda: any("has stood still" in line and ".py)" in line for line in logged()))

    event_loop.run(running(block))
