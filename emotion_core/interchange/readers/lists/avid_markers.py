"""Avid's markers as its Markers window exports them: one line each between tabs. Each marker is a cut."""

from __future__ import annotations

import re

from ....errors import CutListError
from ...writers import avid
from .. import positions
from ..content import Content
from ..edit_list import EditList, Event

NAME = "Avid's markers as text"
SUFFIXES: tuple[str, ...] = (".txt",)
FORMAT = "Avid markers"
_TRACK = re.compile(r"(?:TC|V|A|D|DC|DT|ST|H)\d{0,3}", re.I)


def sniff(content: Content) -> bool:
    """Whether the first line is user, timecode, track, colour and comment."""
    cells = next((line.split("\t") for line in content.whole_lines if line.strip()), [])
    if len(cells) < 4 or positions.parse_timecode(cells[1]) is None:
        return False
    return _TRACK.fullmatch(cells[2].strip()) is not None


def read(content: Content) -> EditList:
    """Read the markers, named by their comments. Raises CutListError, naming the line, for one without timecode.

    A line without tabs continues the comment of the line before.
    """
    events: list[Event] = []
    for number, line in enumerate(content.whole_lines, start=1):
        cells = line.split("\t")
        if not line.strip() or (events and len(cells) == 1 and positions.parse_timecode(line.strip()) is None):
            continue
        timecode = positions.parse_timecode(cells[1]) if len(cells) > 1 else None
        if timecode is None:
            raise CutListError(f"Line {number} of the markers has no timecode.", "Export the markers anew.")
        name = cells[4] if len(cells) > 4 else ""
        if cells[0] == avid.USER:  # written by this project: the comment is a name and a note
            name = name.partition("; ")[0]
        events.append(Event(timecode, None, name, line=number))
    return EditList(FORMAT, tuple(events), gaps_are_scenes=False)
