"""Waiting for a download in the background."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from emotion_core.expression.checkpoints import download
from tests.support import waiting


def wait_for_download(home: Path, holds: Callable[[download.Download], bool]) -> download.Download:
    """Wait for and return the first state of the download for which `holds` is true."""

    def reached() -> download.Download | None:
        now = download.state(home)
        return now if now is not None and holds(now) else None

    state = waiting.until(reached)
    assert state is not None
    return state
