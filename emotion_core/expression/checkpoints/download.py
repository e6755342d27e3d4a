"""The download of a checkpoint in the background: started, followed, cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ...system import DONE, NO_PROGRESS, BackgroundProcess, Progress, error_message, newest_progress


@dataclass(frozen=True, slots=True)
class Download:
    """How a download goes or how it ended."""

    state: Literal["running", "done", "failed", "stopped"]
    hub_id: str = ""
    """The checkpoint that is or was downloaded."""
    progress: Progress = NO_PROGRESS
    """In bytes. All of them, while it still runs: they are being verified."""
    message: str = ""
    """Why it failed or stopped."""


def start(home: Path, hub_id: str) -> None:
    """Start to download `hub_id` in another process, unless a download of it or of another checkpoint runs.

    Raises LibraryError.
    """
    _process(home).start([hub_id], first={"event": "download", "hub_id": hub_id})


def state(home: Path) -> Download | None:
    """How the newest download goes; None if there was none."""
    process = _process(home)
    running = process.running  # asked first: all its events are there once it has ended
    events = process.events
    if not events:
        return None
    hub_id = next((str(event["hub_id"]) for event in events if "hub_id" in event), "")
    if message := error_message(events):
        return Download("failed", hub_id, message=message)
    if events[-1]["event"] == DONE:
        return Download("done", hub_id)
    if not running:
        return Download("stopped", hub_id, message=f"The download of {hub_id} was stopped. Start it again.")
    return Download("running", hub_id, Progress.from_event(newest_progress(events), "bytes"))


def cancel(home: Path) -> None:
    """End the download; the file under way is dropped, those before it stay."""
    _process(home).cancel()


def _process(home: Path) -> BackgroundProcess:
    return BackgroundProcess(home, "download", "emotion_core.processes.checkpoint_download")
