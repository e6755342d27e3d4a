"""Fetching a checkpoint in another process, which a page can look at and end.

It is `python -m emotion_core.expression.download HUB_ID` and speaks JSON lines.
"""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .. import faults
from ..errand import Errand
from ..errors import EmotionError
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
    return Errand(home, "download", "emotion_core.expression.download")


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
    except Exception as error:
        told = faults.fault(f"The download of {hub_id}", faults.keep(faults.described(error)), error)
        print(json.dumps({"error": str(told)}), flush=True)
        return 1
    print(json.dumps({"done": True}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
