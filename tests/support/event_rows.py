"""Edit lists as short rows for the tables of tests."""

from __future__ import annotations

from emotion_core.interchange.readers.edit_list import EditList, FrameNumber, Position, Timecode

Row = tuple[str | int | float, str | int | float | None, str]


def place(position: Position) -> str | int | float:
    """Timecode as text, a frame as int, seconds as float."""
    if isinstance(position, Timecode):
        return position.text
    return position.number if isinstance(position, FrameNumber) else float(position.value)


def rows(read: EditList) -> list[Row]:
    """(start, end, name) of each event."""
    return [(place(event.start), None if event.end is None else place(event.end), event.name) for event in read.events]
