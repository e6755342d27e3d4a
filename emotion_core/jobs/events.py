"""What the process of a job said so far: JSON lines in `jobs/<id>.events`, read by whoever looks."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ..storage import descriptors

_TAIL = 8192
"""Bytes of the file that hold its last line."""

Event = dict[str, Any]
"""Its name under "event", JSON types."""


def file_of(home: Path, job: str) -> Path:
    return home / "jobs" / f"{job}.events"


def last(home: Path, job: str) -> list[Event]:
    """The last events of a job, whole lines only; none if it never began."""
    try:
        with file_of(home, job).open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - _TAIL))
            lines = stream.read().split(b"\n")
    except OSError as error:
        descriptors.refuse(error)
        return []
    return _whole(lines[:-1])  # the first of them may be a half one, and is none then


def every(home: Path, job: str) -> list[Event]:
    """All events of a job."""
    try:
        return _whole(file_of(home, job).read_bytes().split(b"\n")[:-1])
    except OSError as error:
        descriptors.refuse(error)
        return []


def error(events: list[Event]) -> str:
    """Why the process gave up, in a sentence or two; empty if it did not say that it does."""
    if events and events[-1]["event"] == "error":
        said = f"{events[-1].get('problem', '')} {events[-1].get('advice', '')}".strip()
        return said or "The work ended with an error."
    return ""


def progress(events: list[Event]) -> Event | None:
    """The newest numbers, without the event's name."""
    told = next((event for event in reversed(events) if event["event"] == "progress"), None)
    return None if told is None else {key: value for key, value in told.items() if key != "event"}


def _whole(lines: list[bytes]) -> list[Event]:
    events = []
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and "event" in event:
            events.append(event)
    return events
