"""Background processes that are no jobs: one module each, of which one process runs at a time.

Such a process is a module of this package run as `python -m MODULE ARGUMENTS`, which writes events to its standard
output (system.events).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from ..errors import LibraryError
from ..storage import Home, descriptors, from_os_error, locked, write_whole
from . import events
from .events import DONE, ERROR, Event
from .processes import DEVNULL, end_family, python_module, spawn


@dataclass(frozen=True, slots=True)
class BackgroundProcess:
    """A kind of work, whose event log and process number lie in the `home`'s folder of jobs."""

    home: Path
    name: str
    module: str

    def start(self, arguments: Sequence[str] = (), *, first: Mapping[str, Any] | None = None) -> None:
        """Start a process unless one runs; `first` is written to its log as if it were its first event.

        Raises LibraryError.
        """
        with locked(self._number.with_suffix(".lock")):  # two windows may start one at once
            if not self.running:
                self._spawn(arguments, first)

    def _spawn(self, arguments: Sequence[str], first: Mapping[str, Any] | None) -> None:
        process = None
        try:
            with self._log.open("wb") as log:
                if first is not None:
                    log.write(json.dumps(first).encode() + b"\n")
                    log.flush()
                command = python_module(self.module, *arguments)
                process = spawn(command, home=self.home, stdout=log, stderr=DEVNULL)
            write_whole(self._number, str(process.pid).encode())
        except (OSError, LibraryError) as error:
            if process is not None:  # without its number it could be neither seen nor ended
                process.kill()
                process.wait()
            for file in (self._log, self._number):
                file.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise from_os_error(error, self._log) from error
            raise

    @property
    def events(self) -> list[Event] | None:
        """All events of the newest process, oldest first; None if none was ever started."""
        return events.read_all(self._log)

    @property
    def last(self) -> Event | None:
        """The newest event; None if there is none."""
        return next(reversed(self.events or []), None)

    @property
    def running(self) -> bool:
        """Whether the work is under way; after its last event it is over, though the process may take time to end."""
        if self._process() is None:
            return False
        last = self.last
        return last is None or last["event"] not in (DONE, ERROR)

    def cancel(self) -> None:
        """End the process and all that it started."""
        if (process := self._process()) is not None:
            end_family(process)

    def _process(self) -> psutil.Process | None:
        """The process that runs, if its number is not another's by now."""
        try:
            process = psutil.Process(int(self._number.read_text()))
            command = process.cmdline()  # empty for a moment while a process begins or ends
            own = (not command or self.module in command) and process.status() != psutil.STATUS_ZOMBIE
        except (OSError, ValueError, psutil.Error) as error:
            descriptors.raise_if_ran_out(error)
            return None
        return process if own else None

    @property
    def _log(self) -> Path:
        return Home(self.home).events(self.name)

    @property
    def _number(self) -> Path:
        return Home(self.home).process_number(self.name)
