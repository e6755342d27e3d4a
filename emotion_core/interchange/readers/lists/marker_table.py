"""Markers as lines between tabs: Avid's Markers window and Premiere's Markers panel export them so. Each is a cut."""

from __future__ import annotations

import re

from ....errors import CutListError
from ...writers import avid
from .. import positions
from ..content import Content
from ..edit_list import EditList, Event

AVID = "Avid markers"
PREMIERE = "Premiere Pro markers"

_TRACK = re.compile(r"(?:TC|V|A|D|DC|DT|ST|H)\d{0,3}", re.I)
_HEADING = ("marker name", "description", "in", "out", "duration", "marker type")


def is_avid(content: Content) -> bool:
    """Whether the first line is user, timecode, track, colour and comment."""
    cells = next((_cells(line) for line in content.whole_lines if line.strip()), [])
    return (
        len(cells) >= 4 and positions.timecode(cells[1]) is not None and _TRACK.fullmatch(cells[2].strip()) is not None
    )


def read_avid(content: Content) -> EditList:
    """The markers with their comments for names. Raises CutListError, naming the line, for one without timecode.

    A line without tabs goes on with the comment of the line before it.
    """
    events: list[Event] = []
    for number, line in enumerate(content.whole_lines, start=1):
        cells = _cells(line)
        if not line.strip() or (events and len(cells) == 1 and positions.timecode(line.strip()) is None):
            continue
        place = positions.timecode(cells[1]) if len(cells) > 1 else None
        if place is None:
            raise CutListError(f"Line {number} of the markers has no timecode.", "Export the markers anew.")
        name = cells[4] if len(cells) > 4 else ""
        if cells[0] == avid.USER:  # our own, whose comment is a name and a note
            name = name.partition("; ")[0]
        events.append(Event(place, None, name, line=number))
    return EditList(AVID, tuple(events), gaps_are_scenes=False)


def is_premiere(content: Content) -> bool:
    """Whether the first line is the heading of Premiere's markers; in other languages its rows tell."""
    lines = [line for line in content.whole_lines[:20] if line.strip()]
    if not lines:
        return False
    heading = [cell.strip().casefold() for cell in _premiere_cells(lines[0])]
    if heading[:3] == list(_HEADING[:3]):
        return True
    if len(heading) < 5 or len(lines) < 2 or any(map(positions.timecode, heading)):
        return False
    return all(len(row := _premiere_cells(line)) >= 5 and all(map(positions.timecode, row[2:5])) for line in lines[1:])


def read_premiere(content: Content) -> EditList:
    """The markers with their names, or else descriptions. Raises CutListError, naming the line."""
    rows = [(n, line) for n, line in enumerate(content.whole_lines, start=1) if line.strip()][1:]
    events: list[Event] = []
    for number, line in rows:
        cells = _premiere_cells(line)
        if events and len(cells) == 1 and positions.timecode(line.strip()) is None:
            continue  # a description goes on
        place = positions.timecode(cells[2]) if len(cells) > 2 else None
        if place is None:
            raise CutListError(
                f"Line {number} of the markers has no timecode under In.", "Let Premiere display timecode, not frames."
            )
        events.append(Event(place, None, cells[0] or cells[1], line=number))
    if not events:
        raise CutListError("The file has the heading of markers, but no marker.", "Export the markers anew.")
    return EditList(PREMIERE, tuple(events), gaps_are_scenes=False)


def _cells(line: str) -> list[str]:
    return line.split("\t")


def _premiere_cells(line: str) -> list[str]:
    """Cells between tabs; of a file that a spreadsheet saved anew, between commas or semicolons."""
    sign = next((sign for sign in "\t;," if line.count(sign) >= 4), "\t")
    return [cell.strip().strip('"') for cell in line.split(sign)]
