"""What the page *Queue* says of a machine."""

from __future__ import annotations

import pytest

from emotion_core.jobs.queue import Machine
from emotion_core.storage import clock
from pages.parts.queue.machine_list import words


@pytest.mark.parametrize(
    ("doing", "ago", "note", "expected"),
    [
        ((), None, "its worker starts when there is work", "**cut-3** · idle · its worker starts when there is work"),
        ((), 95, "", "**cut-3** · idle for 1 min"),
        (("take *1*.mp4",), 95, "", r"**cut-3** · works at take \*1\*.mp4 · for 1 min"),
        (("a.mp4", "b.mp4"), None, "", "**cut-3** · works at a.mp4, b.mp4"),
    ],
)
def test_a_machine_says_what_it_does(doing: tuple[str, ...], ago: float | None, note: str, expected: str) -> None:
    """What it works at and for how long, in words that read as a length; without work it is idle."""
    since = None if ago is None else clock.now().timestamp() - ago
    assert words(Machine("cut-3", doing, since, note)).replace("\u00a0", " ") == expected
