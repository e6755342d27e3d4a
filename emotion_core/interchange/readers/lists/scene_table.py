"""Tables of scenes as CSV: PySceneDetect's list of scenes, Resolve's edit index, and others with a column of begins.

A column is known by its heading. PySceneDetect counts frames from 1, the end included; its times begin with the film.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from ....errors import CutListError
from .. import positions, tracks
from ..content import Content
from ..edit_list import EditList, Event, FrameNumber, Position, Seconds, Timecode
from ..tracks import Track

FORMAT = "CSV table of scenes"
PYSCENEDETECT = "PySceneDetect CSV"

_COLUMNS = (
    ("record in", "record out"),
    ("start frame", "end frame"),
    ("frame number (start)", "frame number (end)"),
    ("start timecode", "end timecode"),
    ("timecode (start)", "timecode (end)"),
    ("start time (seconds)", "end time (seconds)"),
    ("start seconds", "end seconds"),
    ("start time", "end time"),
    ("start", "end"),
    ("begin", "end"),
    ("in", "out"),
)
"""Headings of where a scene begins and ends, the most exact first."""
_UNIT_UNSAID = ("start", "begin", "in")
"""Whole numbers under these are frames; else numbers are seconds."""
_NAMES = ("name", "scene name", "clip name", "title", "label", "description")
_TRACKS = ("v", "track", "video track")
_DELIMITERS = ",;\t|"
_HEADING_WITHIN = 8
"""Lines: PySceneDetect has its cuts before the heading, others a title."""
_NUMBER = re.compile(r"\d{1,12}(?:[.,]\d{1,12})?")


def is_table(content: Content) -> bool:
    """Whether one of the first lines is a heading with a column of begins, and one of ends, frames or names."""
    return _heading(content) is not None


def read(content: Content) -> EditList:
    """The scenes of the table. Raises CutListError, naming the line, for a cell that is no position."""
    found = _heading(content)
    if found is None:
        raise CutListError("The table has no column that says where scenes begin.", "Name it “Start Frame”.")
    at, delimiter = found
    heading = _cells(content.whole_lines[at], delimiter)
    plain = _plain(heading)
    first, last = next((start, end) for start, end in _COLUMNS if start in plain)
    start, end = plain.index(first), plain.index(last) if last in plain else None
    rows, notes = _of_one_track(plain, _rows(content.whole_lines, at + 1, delimiter), content.track)
    if not rows:
        raise CutListError("The table has a heading, but no row.", "Write one row a scene.")
    named = next((plain.index(name) for name in _NAMES if name in plain), None)
    counted = "frame" in first or (first in _UNIT_UNSAID and all(_cell(cells, start).isdecimal() for _, cells in rows))
    events = []
    for number, cells in rows:
        begins, ends = (_place(cells, one, number, heading, seconds=not counted) for one in (start, end))
        if begins is None:
            raise CutListError(f"Line {number} of the table has nothing under “{heading[start]}”.", "Fill it in.")
        events.append(Event(begins, ends, _cell(cells, named), line=number))
    scenes = "scene number" in plain  # PySceneDetect's
    if counted:
        events, said = _from_zero(events)
        notes += said if not scenes else []
    return EditList(
        PYSCENEDETECT if scenes else FORMAT,
        tuple(events),
        frames_are_the_films=not any(isinstance(event.start, Timecode) for event in events),
        gaps_are_scenes=end is not None,
        notes=tuple(notes),
    )


def _from_zero(events: list[Event]) -> tuple[list[Event], list[str]]:
    """Events whose frames count from 0 and whose ends are exclusive, and what was assumed of them.

    Where no scene begins at 0 the table counts from 1, as PySceneDetect's does. Its ends are the last frames or those
    after them, whichever joins every scene to the next.
    """
    spans = [(one.start.number, one.end.number if isinstance(one.end, FrameNumber) else None)
             for one in events if isinstance(one.start, FrameNumber)]  # fmt: skip
    base = 0 if any(start == 0 for start, _ in spans) else 1
    steps = {after[0] - before[1] for before, after in pairwise(spans) if before[1] is not None}
    # A last frame, counted from 1, is the number of the frame after it, counted from 0.
    past = steps.pop() if len(steps) == 1 and steps <= {0, 1} else base
    moved = [
        replace(
            event,
            start=FrameNumber(max(start - base, 0)),
            end=None if end is None else FrameNumber(max(end - base + past, 0)),
        )
        for event, (start, end) in zip(events, spans, strict=True)
    ]
    return moved, ["No scene of the table begins at frame 0, so its frames were counted from 1."] if base else []


def _plain(heading: list[str]) -> list[str]:
    """Headings as they are compared: “start_frame” is “Start Frame”."""
    return [one.casefold().replace("_", " ") for one in heading]


def _cell(cells: list[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""


def _heading(content: Content) -> tuple[int, str] | None:
    """Line (from 0) and delimiter of the heading."""
    for at, line in enumerate(content.whole_lines[:_HEADING_WITHIN]):
        for delimiter in _DELIMITERS:
            plain = _plain(_cells(line, delimiter))
            found = [one for one in _COLUMNS if one[0] in plain]
            beside = (*(end for _, end in found), *_NAMES, "scene number", "scene", "#")
            if found and any(name in plain for name in beside):
                return at, delimiter
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:  # a cell longer than any position or name
        return []


def _rows(lines: Sequence[str], first: int, delimiter: str) -> list[tuple[int, list[str]]]:
    """The rows from a line on (from 0) that have a cell filled, with the lines that they begin on (from 1)."""
    reader = csv.reader((f"{line}\n" for line in lines[first:]), delimiter=delimiter)  # a cell may have line breaks
    rows, begins = [], first + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((begins, [cell.strip() for cell in cells]))
            begins = first + reader.line_num + 1
    except csv.Error as error:
        raise CutListError(f"Line {begins} of the table cannot be read: {error}.", "Export it anew.") from error
    return rows


def _of_one_track(
    plain: Sequence[str], rows: list[tuple[int, list[str]]], wanted: str | None
) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """The rows of one picture track, where a column tells tracks apart."""
    column = next((plain.index(name) for name in _TRACKS if name in plain), None)
    if column is None:
        return rows, []
    of = {number: cells[column].upper() if column < len(cells) else "" for number, cells in rows}
    shown = sorted({track for track in of.values() if re.fullmatch(r"V?\d{1,3}|V", track)}, key=_track_number)
    if not shown:
        return rows, []
    at, notes = tracks.chosen([Track(_track_number(track)) for track in shown], wanted)
    return [row for row in rows if of[row[0]] == shown[at]], notes


def _track_number(track: str) -> int:
    return int(track.removeprefix("V") or 1)


def _place(cells: list[str], column: int | None, line: int, heading: list[str], *, seconds: bool) -> Position | None:
    """The position in a cell; a bare number is a frame, or seconds in a column of times."""
    text = _cell(cells, column)
    if column is None or not text:
        return None
    if seconds and _NUMBER.fullmatch(text):
        return Seconds(Fraction(text.replace(",", ".")))
    found = positions.position(text)
    if found is None or (not seconds and not isinstance(found, FrameNumber)):
        raise CutListError(
            f"Line {line} of the table: “{text[: positions.LONGEST]}” under “{heading[column]}” is no position.",
            "Write frames, HH:MM:SS.mmm, seconds or timecode.",
        )
    return found
