"""Node.js, as Playwright brings it along."""

from __future__ import annotations

import subprocess

from playwright._impl._driver import compute_driver_executable


def node(*arguments: str, text: str = "") -> str:
    """Standard output of Node.js; fails with all that it printed where it does not exit with 0."""
    command = [compute_driver_executable()[0], *arguments]
    run = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout
