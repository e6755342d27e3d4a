"""How far a scan or a download is, shown in a terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ..console import terminal
from ..errors import EmotionError, ScanCancelled, ScanError, named

if TYPE_CHECKING:  # the help is shown without it
    from ..library.library import Library


def follow(library: Library, scan_id: str, name: str) -> None:
    """Show a scan's progress until it is over; ends it on Ctrl-C. Raises ScanError, or the error that ended it."""
    from .. import formatting
    from ..jobs import scans, supervisor

    looked = time.monotonic()
    try:
        with progress() as bar:
            task = bar.add_task(name, total=None, note="starting")
            while (status := scans.status(library, scan_id)).active:
                if time.monotonic() - looked > supervisor.EVERY:  # the worker may have been killed
                    looked = time.monotonic()
                    supervisor.wake(library.home)
                rate = (
                    f"{status.frames_per_second:.0f} frames/s, {formatting.count(status.scenes, 'scene')}"
                    if status.frames
                    else status.step
                )
                bar.update(task, completed=status.frames, total=status.frames_total, note=rate)
                time.sleep(0.2)
    except KeyboardInterrupt as stopped:
        scans.cancel(library, scan_id)
        raise ScanCancelled(
            f"The analysis of {name} was cancelled.", "Run the same command again to go on from there."
        ) from stopped
    if status.state == "failed":
        raise _failure(library, scan_id, status.message)
    if status.state == "cancelled":
        raise ScanCancelled(f"The analysis of {name} was cancelled.")


def _failure(library: Library, scan_id: str, message: str) -> EmotionError:
    """Why a scan failed, of the kind that its process told, on which the exit code depends."""
    from ..jobs import events as job_events

    events = job_events.last(library.home, scan_id)
    if events and events[-1]["event"] == "error" and job_events.error(events) == message:
        return named(*(str(events[-1].get(field, "")) for field in ("kind", "problem", "advice")))
    return ScanError(message)


def progress() -> Progress:
    """A bar on a terminal, nothing elsewhere."""
    console = Console(file=terminal.stream())
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %  {task.fields[note]}"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
