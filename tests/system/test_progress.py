"""Progress reports of a pass over a film."""

from __future__ import annotations

from typing import Any

import pytest

from emotion_core.system.progress import EVERY, WINDOW, ProgressReporter


class Recorder:
    """A reporter with a manual clock, and its events."""

    def __init__(self, total: int, done: int = 0) -> None:
        self.now = 100.0
        self.events: list[dict[str, Any]] = []
        self.progress = ProgressReporter(
            total, lambda _, fields: self.events.append(fields), done=done, clock=lambda: self.now
        )

    def after(self, seconds: float, frames: int) -> None:
        self.now += seconds
        self.progress.at(frames, 1, 0, 0)


def test_events_are_not_too_many() -> None:
    """Frequent updates are reported at most once in EVERY seconds, except with `at_once`."""
    recorder = Recorder(1000)
    for frame in range(100):
        recorder.after(EVERY / 10, frame)
    assert 8 <= len(recorder.events) <= 10
    recorder.progress.at(100, 1, 0, 0, at_once=True)
    assert recorder.events[-1]["frames"] == 100


def test_the_rate_is_that_of_the_last_seconds() -> None:
    """The rate and the time left follow from the frames of the last seconds, so they adapt to a slower film."""
    recorder = Recorder(10_000)
    for second in range(1, 61):
        recorder.after(1, 100 * second)
    assert recorder.events[-1]["frames_per_second"] == pytest.approx(100)
    assert recorder.events[-1]["seconds_left"] == pytest.approx(40)
    for second in range(1, round(2 * WINDOW)):
        recorder.after(1, 6000 + 10 * second)
    assert recorder.events[-1]["frames_per_second"] == pytest.approx(10)


def test_frames_read_by_an_earlier_run_count_for_no_speed() -> None:
    """A pass resumed at frame 5,000 counts only its own frames for the rate."""
    recorder = Recorder(10_000, done=5000)
    recorder.after(2, 5100)
    assert recorder.events[-1]["frames_per_second"] == pytest.approx(50)
    assert recorder.events[-1]["seconds_left"] == pytest.approx(98)


def test_more_frames_than_the_header_promised_are_no_more_than_all() -> None:
    """If the header declares too few frames, the total follows the frames read."""
    recorder = Recorder(100)
    recorder.after(1, 130)
    assert (recorder.events[-1]["frames_total"], recorder.events[-1]["seconds_left"]) == (130, 0)


def test_a_pause_does_not_slow_the_rate() -> None:
    """Time in which the pass waits for something else counts neither for the rate nor for the time left."""
    recorder = Recorder(1000)
    for second in range(1, 11):
        recorder.after(1, second * 50)
    with recorder.progress.paused():
        recorder.now += 10 * WINDOW
    recorder.after(1, 550)
    assert recorder.events[-1]["frames_per_second"] == 50
    assert recorder.events[-1]["seconds_left"] == 9


def test_frames_that_are_read_anew_give_no_negative_rate() -> None:
    """A part of a film that its reader gave back is read again: then fewer frames are done than before."""
    recorder = Recorder(1000)
    recorder.after(EVERY, 100)
    recorder.after(EVERY, 40)
    assert recorder.events[-1]["frames_per_second"] >= 0
    recorder.after(WINDOW, 40)
    assert (recorder.events[-1]["frames_per_second"], recorder.events[-1]["seconds_left"]) == (0, None)
