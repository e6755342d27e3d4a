"""The progress of many films in a terminal: a bar for each that is under way, and one over all."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from ...console import terminal
from ...formatting import count
from ..progress import columns, note_of

if TYPE_CHECKING:
    from rich.progress import TaskID

    from ...jobs import Status


class Bars(AbstractContextManager["Bars", None]):
    """The bars of one call; outside a terminal they show nothing, and each film that ends is a line."""

    def __init__(self, films: int) -> None:
        from rich.console import Console
        from rich.progress import Progress

        console = Console(file=terminal.error_output())
        self._progress = Progress(
            *columns(),
            console=console,
            disable=not console.is_terminal,
            redirect_stdout=sys.stdout.isatty(),
            redirect_stderr=False,
        )
        self._films = films
        self._tasks: dict[str, TaskID] = {}
        self._all = self._progress.add_task("All films", total=films, note="starting")

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, scan_id: str, name: str, status: Status) -> None:
        """Show how a film goes that is under way."""
        if scan_id not in self._tasks:
            self._tasks[scan_id] = self._progress.add_task(name, total=None, note="starting")
        progress = status.progress
        self._progress.update(self._tasks[scan_id], completed=progress.done, total=progress.total, note=note_of(status))

    def remove(self, scan_id: str) -> None:
        """Take a film's bar away."""
        if (task := self._tasks.pop(scan_id, None)) is not None:
            self._progress.remove_task(task)

    def keep(self, scan_ids: set[str]) -> None:
        """Take the bars of all others away: a film that gave way is no longer under way."""
        for scan_id in self._tasks.keys() - scan_ids:
            self.remove(scan_id)

    def show_all(self, ended: int, under_way: float, adding: str) -> None:
        """Show how all go: films that ended, the shares of those under way, and the film that is looked at."""
        note = f"{ended:,} of {count(self._films, 'film')}" + (f", reading {adding} once" if adding else "")
        self._progress.update(self._all, completed=min(self._films, ended + under_way), note=note)
