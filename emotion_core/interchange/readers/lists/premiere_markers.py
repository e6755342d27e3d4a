"""Premiere Pro's markers as its Markers panel exports them: a CSV between tabs. Each marker is a cut."""

from __future__ import annotations

from ....errors import CutListError
from .. import positions
from ..content import Content
from ..edit_list import EditList, Event

NAME = "Premiere Pro's markers as CSV"
SUFFIXES: tuple[str, ...] = (".csv", ".txt")
FORMAT = "Premiere Pro markers"
_HEADING = ["marker name", "description", "in"]
"""First columns of the English heading."""


def sniff(content: Content) -> bool:
    """Whether the first line is the heading of Premiere's markers; in other languages the rows decide."""
    lines = [line for line in content.whole_lines[:20] if line.strip()]
    if not lines:
        return False
    heading = [cell.strip().casefold() for cell in _cells(lines[0])]
    if heading[:3] == _HEADING:
        return True
    if len(heading) < 5 or len(lines) < 2 or any(map(positions.parse_timecode, heading)):
        return False
    rows = (_cells(line) for line in lines[1:])
    return all(len(row) >= 5 and all(map(positions.parse_timecode, row[2:5])) for row in rows)


def read(content: Content) -> EditList:
    """Read the markers, named by their names or else descriptions. Raises CutListError, naming the line."""
    rows = [(n, line) for n, line in enumerate(content.whole_lines, start=1) if line.strip()][1:]
    events: list[Event] = []
    for number, line in rows:
        cells = _cells(line)
        if events and len(cells) == 1 and positions.parse_timecode(line.strip()) is None:
            continue  # a description continues
        timecode = positions.parse_timecode(cells[2]) if len(cells) > 2 else None
        if timecode is None:
            raise CutListError(
                f"Line {number} of the markers has no timecode under In.", "Let Premiere display timecode, not frames."
            )
        events.append(Event(timecode, None, cells[0] or cells[1], line=number))
    if not events:
        raise CutListError("The file has the heading of markers, but no marker.", "Export the markers anew.")
    return EditList(FORMAT, tuple(events), gaps_are_scenes=False)


def _cells(line: str) -> list[str]:
    """Cells between tabs; between commas or semicolons where a spreadsheet saved the file."""
    delimiter = next((delimiter for delimiter in "\t;," if line.count(delimiter) >= 4), "\t")
    return [cell.strip().strip('"') for cell in line.split(delimiter)]
