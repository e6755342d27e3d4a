"""Fetching a checkpoint from the model hub: only when a user asks, and the only thing that ever uses a network.

`fetch` does it in this process. `start`, `state` and `cancel` do it in another one, which a page can look at: it is
`python -m emotion_core.expression.download HUB_ID` and speaks JSON lines.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psutil

from ..errors import CheckpointError, EmotionError
from ..storage import from_os_error
from .location import FILES, Location, in_cache

Show = Callable[[int, int], None]
"""Takes bytes done and bytes in all."""


def fetch(hub_id: str, show: Show) -> Location:
    """Download a checkpoint's config, processor and safetensors weights into the hub cache; nothing else is fetched.

    Files that were whole before a stop are not fetched again; the hub's client checks their sizes. Raises
    CheckpointError.
    """
    from huggingface_hub import HfApi, hf_hub_download
    from huggingface_hub.errors import HFValidationError
    from tqdm import tqdm

    done_before, total = 0, 0

    class Bar(tqdm):  # type: ignore[type-arg]  # the stub is generic, the class is not at run time
        """The hub client's bar, shown by us."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            kwargs.pop("name", None)
            super().__init__(*args, **{**kwargs, "disable": True})
            self.bytes = int(kwargs.get("initial") or 0)

        def update(self, n: float | None = 1) -> bool | None:
            self.bytes += int(n or 0)
            show(min(done_before + self.bytes, total), total)
            return None

    try:
        info = HfApi().model_info(hub_id, files_metadata=True)
        sizes = {file.rfilename: file.size or 0 for file in info.siblings or [] if file.rfilename in FILES}
        missing = [name for name in FILES if name not in sizes]
        if missing:
            raise CheckpointError(
                f"“{hub_id}” has no {', '.join(missing)}.", "Only image classifiers with safetensors weights are used."
            )
        total = sum(sizes.values())
        for name in FILES:
            show(done_before, total)
            # By branch, not by commit: only then does the cache know which commit its main branch is, and finds it.
            hf_hub_download(hub_id, name, tqdm_class=Bar)
            done_before += sizes[name]
        show(total, total)
    except HFValidationError as error:
        raise CheckpointError(f"“{hub_id}” is no hub id.", "It has the form owner/name.") from error
    except CheckpointError:
        raise
    except Exception as error:  # the hub's client raises errors of its HTTP library, of the system and of its own
        raise CheckpointError(
            f"“{hub_id}” could not be fetched ({type(error).__name__}).",
            "Is the hub reachable and the name right? What is on this disk goes on working without it.",
        ) from error
    location = in_cache(hub_id)
    if location is None:
        raise CheckpointError(f"“{hub_id}” was fetched but is not whole.", "Try again: it may just have been renewed.")
    return location


@dataclass(frozen=True, slots=True)
class Download:
    """How a download in another process goes."""

    state: Literal["running", "done", "failed"]
    bytes: int = 0
    total: int = 0
    message: str = ""


def start(home: Path, hub_id: str) -> None:
    """Begin to fetch `hub_id` in another process, unless one is at it. Raises LibraryError."""
    told = state(home)
    if told is not None and told.state == "running":
        return
    events, pid = (home / "jobs" / f"download.{suffix}" for suffix in ("events", "pid"))
    process = None
    try:
        with events.open("wb") as file:
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
    last = next((event for event in map(_event, reversed(lines)) if event), {})
    if "error" in last:
        return Download("failed", message=last["error"])
    if last.get("done"):
        return Download("done")
    if not _runs(pid):
        return Download("failed", message="The download was stopped. Start it again.")
    return Download("running", last.get("bytes", 0), last.get("total", 0))


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

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the hub's client clears away its half file
    try:
        fetch(hub_id, show)
    except EmotionError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 1
    print(json.dumps({"done": True}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
