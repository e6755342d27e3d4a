"""Progress bars of scans and downloads in a terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ..console import terminal
from ..errors import EmotionError, ScanCancelled, ScanError

if TYPE_CHECKING:  # the help is shown without it
    from pathlib import Path

    from rich.progress import Progress, ProgressColumn

    from ..jobs import Status
    from ..library import Film, Library

_LOOK = 0.1
"""Seconds between two looks at the scan."""


def add_film(library: Library, path: Path) -> Film:
    """Add a film that will be analysed, as ingest.refer_to; hashing a long one takes minutes, and the bar says so."""
    from ..ingest import refer_to

    with progress(transient=True) as bar:
        bar.add_task(path.name, total=None, note="reading all of the file once")
        return refer_to(library, path)


def follow(library: Library, scan_id: str, name: str) -> None:
    """Show a scan's progress until it ends; cancel it on Ctrl-C. Raises ScanError, or the error that ended the scan."""
    from ..jobs import runner, scans, supervisor

    last_look = time.monotonic()
    try:
        with progress() as bar:
            task = bar.add_task(name, total=None, note="starting")
            while (status := scans.status(library, scan_id)).active:
                if time.monotonic() - last_look > supervisor.EVERY:  # the worker may have been killed
                    last_look = time.monotonic()
                    runner.create(library.home).submit(scan_id)
                bar.update(task, completed=status.progress.done, total=status.progress.total, note=note_of(status))
                time.sleep(_LOOK)
    except KeyboardInterrupt as stopped:
        scans.cancel(library, scan_id)
        raise ScanCancelled(
            f"The analysis of {name} was cancelled.", "Run the same command again to go on from there."
        ) from stopped
    if status.state == "failed":
        raise failure(library, scan_id, status.message)
    if status.state == "cancelled":
        raise ScanCancelled(f"The analysis of {name} was cancelled.")


def note_of(status: Status) -> str:
    """What goes on, in words; while the film is read, how fast, and what it will have to wait for."""
    from ..formatting import count
    from ..jobs import scan_status

    progress = status.progress
    if not progress.done:
        return status.step
    words = [count(status.scenes, "scene")]
    if not progress.total or progress.done < progress.total:
        words.insert(0, f"{progress.per_second or 0:.0f} frames/s")
    return ", ".join([*words, status.step] if status.step != scan_status.READING else words)


def failure(library: Library, scan_id: str, message: str) -> EmotionError:
    """The error of a failed scan, of the class that its process reported: the exit code depends on it."""
    from ..jobs import runner
    from ..system import ERROR, error_message, error_of

    events = runner.create(library.home).events(scan_id)
    if events and events[-1]["event"] == ERROR and error_message(events) == message:
        return error_of(events[-1])
    return ScanError(message)


def progress(*, transient: bool = False) -> Progress:
    """A progress bar, which is wiped at its end if `transient`; it shows nothing outside a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(file=terminal.error_output())
    return Progress(*columns(), console=console, disable=not console.is_terminal, transient=transient)


def columns() -> tuple[ProgressColumn, ...]:
    """What a bar consists of; its task has a field "note"."""
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

    return (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %  {task.fields[note]}"),
        TimeRemainingColumn(),
    )
