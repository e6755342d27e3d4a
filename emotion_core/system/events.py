"""The events of a process that works in the background: one JSON object a line, its name under "event".

All child processes that report use this format: jobs, background processes, trials of engines, readers of films. The
names below have the same meaning everywhere; a process may add others.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from ..errors import EmotionError, error_fields, error_from_fields
from ..sandbox import Watchdog
from ..storage import descriptors, locked

DONE, ERROR, PROGRESS = "done", "error", "progress"
"""Names of events. DONE or ERROR, with the fields of errors.error_fields, is the last one; fields of PROGRESS are those
of system.progress.Progress.
"""
ALIVE = "alive"
"""An event without fields: work goes on."""

Event = dict[str, Any]
"""The name under "event", JSON types."""
Report = Callable[[str, dict[str, Any]], None]
"""Takes an event's name and its fields, JSON types."""

_TAIL = 8192
"""Bytes of a log that hold its last line."""


class EventWriter:
    """Writes the events of this process: a Report. Threads may share it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._watchdog: Watchdog | None = None

    def __call__(self, event: str, fields: dict[str, Any]) -> None:
        """Write an event at once."""
        self.note_progress()
        with self._lock:
            self._stream.write(encode(event, fields) + "\n")
            self._stream.flush()

    def note_progress(self) -> None:
        """Tell the watchdog that work goes on."""
        if self._watchdog is not None:
            self._watchdog.reset()

    def error(self, error: EmotionError) -> None:
        """Write the event of an error that ends the work."""
        self(ERROR, error_fields(error))

    @contextlib.contextmanager
    def turn(self, lock: Path) -> Iterator[None]:
        """Hold `lock`; write a "waiting" event if another process has it. Raises LibraryError."""
        with locked(lock, lambda: self("waiting", {})):
            yield

    def watch(self, stalled: EmotionError) -> None:
        """Write `stalled` and end the process once no event came for watchdog.STALLED seconds."""
        self._watchdog = Watchdog(lambda: self.error(stalled))

    def stop_watch(self) -> None:
        """End the watch: the work is over."""
        if self._watchdog is not None:
            self._watchdog.stop()


def own_channel() -> TextIO:
    """A stream to this process' standard output for its events; what libraries print goes to the standard error."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return channel


def encode(event: str, fields: dict[str, Any]) -> str:
    """The line of an event, without its end."""
    return json.dumps({"event": event, **fields})


def parse(line: str | bytes) -> Event | None:
    """The event of a line; None if it is none, as where a process was killed halfway."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "event" in event else None


def read_all(log: Path) -> list[Event] | None:
    """All events of a log, oldest first; None if there is no log."""
    try:
        return _events(log.read_bytes().split(b"\n")[:-1])
    except OSError as error:
        descriptors.raise_if_ran_out(error)
        return None


def read_last(log: Path) -> list[Event]:
    """The last events of a log, oldest first: at least one if it has any of less than _TAIL bytes."""
    try:
        with log.open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - _TAIL))
            lines = stream.read().split(b"\n")
    except OSError as error:
        descriptors.raise_if_ran_out(error)
        return []
    return _events(lines[:-1])  # the first one may be cut, and is no JSON then


def _events(lines: Iterable[bytes]) -> list[Event]:
    return [event for event in map(parse, lines) if event is not None]


def error_of(event: Event) -> EmotionError:
    """The error that an ERROR event describes."""
    return error_from_fields(*(str(event.get(field, "")) for field in ("kind", "problem", "advice")))


def error_message(events: list[Event]) -> str:
    """The message of the ERROR event that ends `events`; empty if they end otherwise."""
    if events and events[-1]["event"] == ERROR:
        message = f"{events[-1].get('problem', '')} {events[-1].get('advice', '')}".strip()
        return message or "The work ended with an error."
    return ""


def newest_progress(events: list[Event]) -> Event | None:
    """The newest PROGRESS event."""
    return next((event for event in reversed(events) if event["event"] == PROGRESS), None)
