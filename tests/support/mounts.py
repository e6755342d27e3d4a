"""Disks of a given size, mounted where no other process sees them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.repository import ROOT

OWN_MOUNTS = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])] if os.name == "posix" else []
"""Command prefix that gives a process a private mount namespace."""


def on_a_disk_of(size: str, folder: Path, *words: str) -> dict[str, Any]:
    """Report of `tests.support.small_disk` for `words` on a private disk of `size`."""
    disk = folder / "disk"
    disk.mkdir()
    mounting = f'mount -t tmpfs -o size={size} tmpfs "$0" && exec "$@"'
    if (
        not shutil.which("unshare")
        or subprocess.run(
            [*OWN_MOUNTS, "sh", "-c", mounting, str(disk), "true"], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no disk can be mounted here")
    command = [sys.executable, "-m", "tests.support.small_disk", words[0], str(disk), *words[1:]]
    completed = subprocess.run(
        [*OWN_MOUNTS, "sh", "-c", mounting, str(disk), *command],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert completed.returncode == 0, completed.stderr
    report: dict[str, Any] = json.loads(completed.stdout)
    return report
