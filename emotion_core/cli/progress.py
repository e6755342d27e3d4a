"""Progress bars of scans and downloads in a terminal."""

from __future__ import annotations

import contextlib
import os
import time
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, cast

from ..console import terminal
from ..errors import EmotionError, ScanCancelled, ScanError

if TYPE_CHECKING:  # the help is shown without it
    from pathlib import Path

    from rich.progress import Progress, ProgressColumn

    from ..jobs import Status
    from ..library import Film, Library

_LOOK = 0.5
"""Longest time between two looks at the scan, seconds."""
_GLANCE, _LONGEST_GLANCE, _GLANCE_SHARE = 0.02, 0.2, 0.005
"""Seconds between two glances at the files that tell whether there is anything new: the least, the most, and between
them a share of the time that the scan has taken: a glance costs what it costs, and nobody notices so small a delay.
"""
_FORCED = {"FORCE_COLOR", "TTY_COMPATIBLE"}
"""Variables by which Rich takes any output for a terminal."""


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
    news = _News(library, scan_id)
    try:
        with progress() as bar:
            task = bar.add_task(name, total=None, note="starting")
            while (status := scans.status(library, scan_id)).active:
                if time.monotonic() - last_look > supervisor.EVERY:  # the worker may have been killed
                    last_look = time.monotonic()
                    runner.create(library.home).submit(scan_id)
                bar.update(task, completed=status.progress.done, total=status.progress.total, note=note_of(status))
                news.wait()
    except KeyboardInterrupt as stopped:
        scans.cancel(library, scan_id)
        raise ScanCancelled(
            f"The analysis of {name} was cancelled.", "Run the same command again to go on from there."
        ) from stopped
    if status.state == "failed":
        raise failure(library, scan_id, status.message)
    if status.state == "cancelled":
        raise ScanCancelled(f"The analysis of {name} was cancelled.")


class _News:
    """Tells when a scan's events or the library's jobs were written: to read them takes longer."""

    def __init__(self, library: Library, scan_id: str) -> None:
        from ..storage import Home

        home = Home(library.home)
        self._files = str(home.events(scan_id)), str(home.database)
        self._began = time.monotonic()
        self._seen = self._numbers()

    def wait(self) -> None:
        """Wait until one of them was written since the last call, at most for _LOOK seconds."""
        until = time.monotonic() + _LOOK
        while (now := self._numbers()) == self._seen and time.monotonic() < until:
            share = (time.monotonic() - self._began) * _GLANCE_SHARE
            time.sleep(min(_LONGEST_GLANCE, max(_GLANCE, share)))
        self._seen = now

    def _numbers(self) -> list[int]:
        """Other ones whenever a file was written."""
        numbers: list[int] = []
        for file in self._files:
            with contextlib.suppress(OSError):
                facts = os.stat(file)  # noqa: PTH116  # a path made anew takes ten times as long
                numbers += facts.st_mtime_ns, facts.st_size
        return numbers


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


class _NoBar:
    """Takes what a progress bar is told, and shows nothing."""

    def add_task(self, *_: object, **__: object) -> int:
        return 0

    def update(self, *_: object, **__: object) -> None:
        pass


def progress(*, transient: bool = False) -> AbstractContextManager[Progress]:
    """A progress bar, which is wiped at its end if `transient`; it shows nothing outside a terminal."""
    if not (terminal.error_output().isatty() or _FORCED & os.environ.keys()):
        return nullcontext(cast("Progress", _NoBar()))  # without Rich, which takes a while to load
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
