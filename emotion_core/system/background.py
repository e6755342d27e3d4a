"""Work in a process of its own that a page can look at: started, asked how it goes, ended.

An errand is a module of this package run as `python -m MODULE ARGUMENTS`. It speaks JSON lines on its standard output,
which go to a file; the last one has one of `OVER`. One errand of a name runs at a time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from ..errors import LibraryError
from ..package_root import ROOT
from ..storage import descriptors
from ..storage.files import from_os_error, locked, write_whole
from .processes import end

OVER = ("done", "error")
"""Keys of the last line: it is done, or why it is not."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One kind of work, whose traces lie in `home`/jobs."""

    home: Path
    name: str
    module: str

    def start(self, arguments: Sequence[str] = (), *, first: Mapping[str, Any] | None = None) -> None:
        """Begin, unless it is being done; `first` is written down as if it had said so. Raises LibraryError."""
        with locked(self._pid.with_suffix(".lock")):  # two windows may ask at once
            if not self.running:
                self._spawn(arguments, first)

    def _spawn(self, arguments: Sequence[str], first: Mapping[str, Any] | None) -> None:
        process = None
        try:
            with self._events.open("wb") as file:
                if first is not None:
                    file.write(json.dumps(first).encode() + b"\n")
                    file.flush()
                process = subprocess.Popen(
                    [sys.executable, "-m", self.module, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                    cwd=ROOT,
                    env={**os.environ, "EMOTION_HOME": str(self.home)},
                )
            write_whole(self._pid, str(process.pid).encode())
        except (OSError, LibraryError) as error:
            if process is not None:  # without its number nobody could see or end it
                process.kill()
                process.wait()
            for left in (self._events, self._pid):
                left.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise from_os_error(error, self._events) from error
            raise

    @property
    def said(self) -> list[dict[str, Any]] | None:
        """All that it said, in order; None if it was never begun."""
        try:
            lines = self._events.read_text().splitlines()
        except OSError as error:
            descriptors.refuse(error)
            return None
        return [said for said in map(_whole, lines) if said]

    @property
    def last(self) -> dict[str, Any]:
        """The newest thing it said, if it said anything."""
        said = self.said
        return said[-1] if said else {}

    @property
    def running(self) -> bool:
        """Whether it is being done; a process that has said how it went is over, though it may take its time to end."""
        return self._process() is not None and self.last.keys().isdisjoint(OVER)

    def cancel(self) -> None:
        """End it, and what it started."""
        if (process := self._process()) is not None:
            end(process)

    def _process(self) -> psutil.Process | None:
        try:
            process = psutil.Process(int(self._pid.read_text()))
            command = process.cmdline()  # empty for a moment while a process begins or ends
            own = (not command or self.module in command) and process.status() != psutil.STATUS_ZOMBIE
        except (OSError, ValueError, psutil.Error) as error:
            descriptors.refuse(error)
            return None
        return process if own else None

    @property
    def _events(self) -> Path:
        return self.home / "jobs" / f"{self.name}.events"

    @property
    def _pid(self) -> Path:
        return self.home / "jobs" / f"{self.name}.pid"


def _whole(line: str) -> dict[str, Any]:
    """A line of the events file, or nothing if it is not whole."""
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
