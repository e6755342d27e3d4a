"""A download of a checkpoint: started in a process of its own, looked at, cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ...system.background import Errand


@dataclass(frozen=True, slots=True)
class Download:
    """How a download in another process goes."""

    state: Literal["running", "done", "failed", "stopped"]
    hub_id: str = ""
    """What is or was fetched."""
    bytes: int = 0
    """Equal to `total` while it still runs: all is here and is being verified."""
    total: int = 0
    message: str = ""


def start(home: Path, hub_id: str) -> None:
    """Begin to fetch `hub_id` in another process, unless a download of it or of another checkpoint runs.

    Raises LibraryError.
    """
    _errand(home).start([hub_id], first={"hub_id": hub_id})


def state(home: Path) -> Download | None:
    """How the newest download goes, or None if there was none."""
    errand = _errand(home)
    running = errand.running  # asked first: all that it said before it ended is there afterwards
    events = errand.said
    if events is None:
        return None
    hub_id = next((str(event["hub_id"]) for event in events if "hub_id" in event), "")
    last = events[-1] if events else {}
    if "error" in last:
        return Download("failed", hub_id, message=last["error"])
    if last.get("done"):
        return Download("done", hub_id)
    if not running:
        return Download("stopped", hub_id, message=f"The download of {hub_id} was stopped. Start it again.")
    return Download("running", hub_id, last.get("bytes", 0), last.get("total", 0))


def cancel(home: Path) -> None:
    """End the download; the file it was at is dropped, those before it are kept."""
    _errand(home).cancel()


def _errand(home: Path) -> Errand:
    return Errand(home, "download", "emotion_core.processes.checkpoint_download")
