"""A confined process of a worker or of a coordinator, which ends with it, and the events that it writes to a file."""

from __future__ import annotations

import contextlib
from pathlib import Path

import psutil

from ..jobs.spares import Forked, ForkServer
from ..storage import from_os_error
from ..system import (
    DEVNULL,
    PIPE,
    Child,
    Event,
    TimeoutExpired,
    end_family,
    ended_from_outside,
    parse,
    python_module,
    spawn,
)


class EventProcess:
    """A process `python -m MODULE [CHANNEL] REQUEST`, whose log and standard error lie beside its request."""

    def __init__(
        self,
        module: str,
        request: Path,
        home: Path,
        channel: int | None = None,
        *,
        takes_orders: bool = False,
        forks: ForkServer | None = None,
    ) -> None:
        """Start it, or have `forks` fork it, the fork server of `module`. `takes_orders`: it reads lines from its
        standard input. Raises LibraryError, DiskFull.
        """
        self._log, self._messages = request.with_suffix(".events"), request.with_suffix(".log")
        self._at = 0
        passed = () if channel is None else (channel,)
        try:
            with self._log.open("wb") as output, self._messages.open("wb") as errors:
                child: Child | Forked | None = None
                if forks is not None:
                    child = forks.fork(
                        request, output.fileno(), errors.fileno(), channel=channel, tied=True, takes_orders=takes_orders
                    )
                self._child = child or spawn(
                    python_module(module, *map(str, passed), str(request)), home=home, offline=True, stdout=output,
                    stderr=errors, descriptors=passed, tied=True, stdin=PIPE if takes_orders else DEVNULL,
                )  # fmt: skip
        except OSError as error:
            raise from_os_error(error, self._log) from error

    @property
    def lives(self) -> bool:
        return self._child.poll() is None

    def wait(self, seconds: float) -> int | None:
        """The exit code, None where it goes on after so long."""
        with contextlib.suppress(TimeoutExpired):
            return self._child.wait(seconds)
        return None

    def new_events(self) -> list[Event]:
        """Those since the last call."""
        with self._log.open("rb") as file:
            file.seek(self._at)
            whole, found, _ = file.read().rpartition(b"\n")
        self._at += len(whole) + len(found)
        return [event for event in map(parse, whole.split(b"\n")) if event is not None]

    def order(self, line: str) -> None:
        """Write a line to its standard input; where it has ended, its events say why."""
        assert self._child.stdin is not None
        with contextlib.suppress(OSError):
            self._child.stdin.write(line.encode())
            self._child.stdin.flush()

    def why(self, code: int) -> str:
        """How it ended, in words, with the last line of its standard error."""
        messages = self._messages.read_text("utf-8", "replace")[-2000:]
        how = "was ended from outside" if ended_from_outside(code, messages) else f"ended with code {code}"
        return f"The process {how}. {messages.strip().rpartition(chr(10))[2][:300]}".strip()

    def end(self, seconds: float = 0.2) -> int:
        """End it and what it started; one that takes orders has so many seconds to end by itself. Its exit code."""
        if self._child.stdin is not None:
            with contextlib.suppress(OSError):
                self._child.stdin.close()
            self.wait(seconds)
        if self.lives:
            with contextlib.suppress(psutil.NoSuchProcess):
                end_family(psutil.Process(self._child.pid))
        return self._child.wait()
