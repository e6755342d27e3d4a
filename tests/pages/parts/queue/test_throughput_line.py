"""What the page *Queue* says of the last day."""

from __future__ import annotations

import pytest

from emotion_core.library.queue import Throughput
from pages.parts.queue.throughput_line import words


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (Throughput(0, 0.0, 0.0), "No film was analysed in the last day."),
        (Throughput(1, 20.0, 7.0), "In the last day **1 film**, 20 s in all: not enough yet to tell a speed."),
        (
            Throughput(1, 720.0, 360.0),
            "In the last day **1 film**, 12 min in all. An hour of work does **2 h of film**, "
            "or **10.0 films** like these.",
        ),
        (
            Throughput(200, 200 * 2700.0, 60 * 3600.0),
            "In the last day **200 films**, 150 h in all. An hour of work does **2 h 30 min of film**, "
            "or **3.3 films** like these.",
        ),
    ],
)
def test_a_speed_is_told_once_there_is_a_basis(done: Throughput, expected: str) -> None:
    """One clip of some seconds tells no films an hour; a speed is told as time of film, too."""
    assert words(done).replace("\u00a0", " ") == expected
