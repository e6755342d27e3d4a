"""What a pass says of how far it is."""

from __future__ import annotations

from typing import Any

import pytest

from emotion_core.system.progress import EVERY, WINDOW, Progress


class Told:
    """A clock to turn by hand, and the events."""

    def __init__(self, total: int, done: int = 0) -> None:
        self.now = 100.0
        self.events: list[dict[str, Any]] = []
        self.progress = Progress(total, lambda _, fields: self.events.append(fields), done=done, clock=lambda: self.now)

    def after(self, seconds: float, frames: int) -> None:
        self.now += seconds
        self.progress.at(frames, 1, 0, 0)


def test_events_are_not_too_many() -> None:
    """However often it is asked, it speaks once in a while; asked to, at once."""
    told = Told(1000)
    for frame in range(100):
        told.after(EVERY / 10, frame)
    assert 8 <= len(told.events) <= 10
    told.progress.at(100, 1, 0, 0, at_once=True)
    assert told.events[-1]["frames"] == 100


def test_the_rate_is_that_of_the_last_seconds() -> None:
    """A film that gets slower says so: the time left follows from the frames of the last seconds, not from all."""
    told = Told(10_000)
    for second in range(1, 61):
        told.after(1, 100 * second)
    assert told.events[-1]["frames_per_second"] == pytest.approx(100)
    assert told.events[-1]["seconds_left"] == pytest.approx(40)
    for second in range(1, round(2 * WINDOW)):
        told.after(1, 6000 + 10 * second)
    assert told.events[-1]["frames_per_second"] == pytest.approx(10)


def test_frames_read_by_an_earlier_run_count_for_no_speed() -> None:
    """Gone on with at frame 5,000, a pass is as fast as the frames that it reads itself."""
    told = Told(10_000, done=5000)
    told.after(2, 5100)
    assert told.events[-1]["frames_per_second"] == pytest.approx(50)
    assert told.events[-1]["seconds_left"] == pytest.approx(98)


def test_more_frames_than_the_header_promised_are_no_more_than_all() -> None:
    """Where a header promised too few frames, the total follows what was read."""
    told = Told(100)
    told.after(1, 130)
    assert (told.events[-1]["frames_total"], told.events[-1]["seconds_left"]) == (130, 0)
