"""Child processes that are waited for."""

from __future__ import annotations

import sys
import time

import pytest

from emotion_core.system import TimeoutExpired, spawn, wait_for


def test_the_end_of_a_child_is_noticed() -> None:
    """Its exit code, also a second time; a child that lives on is reported after so many seconds."""
    child = spawn([sys.executable, "-S", "-c", "import time; time.sleep(0.3); raise SystemExit(3)"])
    began = time.monotonic()
    with pytest.raises(TimeoutExpired):
        wait_for(child, 0.01)
    assert time.monotonic() - began < 0.3
    assert wait_for(child, 60) == 3
    assert wait_for(child, 0) == 3
