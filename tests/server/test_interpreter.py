"""Python's settings for the app's server."""

from __future__ import annotations

import subprocess
import sys

from tests.support.repository import ROOT


def test_the_app_sets_them() -> None:
    """Threads give way ten times sooner than Python has it, and few collections interrupt a page."""
    program = "import app, gc, sys; print(sys.getswitchinterval() <= 0.001, gc.get_threshold()[0] >= 10_000)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["True", "True"]
