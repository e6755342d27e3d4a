"""Fetching a checkpoint in another process, which a page can look at and end.

It is `python -m emotion_core.expression.download HUB_ID` and speaks JSON lines.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psutil

from ..errors import EmotionError
from ..storage import from_os_error
from .fetch import fetch


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
    told = state(home)
    if told is not None and told.state == "running":
        return
    events, pid = (home / "jobs" / f"download.{suffix}" for suffix in ("events", "pid"))
    process = None
    try:
        with events.open("wb") as file:
            file.write(json.dumps({"hub_id": hub_id}).encode() + b"\n")
            file.flush()
            process = subprocess.Popen(
                [sys.executable, "-m", "emotion_core.expression.download", hub_id],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                cwd=Path(__file__).parent.parent.parent,
            )
        pid.write_text(str(process.pid))
    except OSError as error:
        if process is not None:  # without its number nobody could see or end it
            process.kill()
            process.wait()
        for file_left in (events, pid):
            file_left.unlink(missing_ok=True)
        raise from_os_error(error, events) from error


def state(home: Path) -> Download | None:
    """How the newest download goes, or None if there was none."""
    try:
        lines = (home / "jobs" / "download.events").read_text().splitlines()
        pid = int((home / "jobs" / "download.pid").read_text())
    except (OSError, ValueError):
        return None
    events = [event for event in map(_event, lines) if event]
    hub_id = next((str(event["hub_id"]) for event in events if "hub_id" in event), "")
    last = events[-1] if events else {}
    if "error" in last:
        return Download("failed", hub_id, message=last["error"])
    if last.get("done"):
        return Download("done", hub_id)
    if not _runs(pid):
        return Download("stopped", hub_id, message=f"The download of {hub_id} was stopped. Start it again.")
    return Download("running", hub_id, last.get("bytes", 0), last.get("total", 0))


def cancel(home: Path) -> None:
    """End the download; the file it was at is dropped, those before it are kept."""
    told = state(home)
    if told is not None and told.state == "running":
        psutil.Process(int((home / "jobs" / "download.pid").read_text())).terminate()


def _event(line: str) -> dict[str, Any]:
    """A line of the events file, or nothing if it is not whole."""
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _runs(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        return "emotion_core.expression.download" in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def main(hub_id: str) -> int:
    """The other process: JSON lines on standard output, the last one with "done" or "error"."""
    last = -1

    def show(done: int, total: int) -> None:
        nonlocal last
        if total and done * 200 // total != last:
            last = done * 200 // total
            print(json.dumps({"bytes": done, "total": total}), flush=True)

    # So that the hub's client clears away its half file.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        fetch(hub_id, show)
    except EmotionError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 1
    print(json.dumps({"done": True}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
