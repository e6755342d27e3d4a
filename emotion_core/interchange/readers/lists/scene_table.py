"""Tables of scenes as CSV: PySceneDetect's list of scenes, Resolve's edit index, and others with a column of begins.

Columns are recognised by their headings. PySceneDetect counts frames from 1, the end included; its times begin with the
film.
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

NAME = "CSV table of scenes (PySceneDetect, Resolve's edit index)"
SUFFIXES: tuple[str, ...] = (".csv", ".tsv")
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
"""Headings of a scene's begin and end, the most exact first."""
_WITHOUT_UNIT = ("start", "begin", "in")
"""Headings under which whole numbers are frames, and seconds if one is not whole."""
_NAMES = ("name", "scene name", "clip name", "title", "label", "description")
_TRACKS = ("v", "track", "video track")
_DELIMITERS = ",;\t|"
_HEADING_WITHIN = 8
"""Lines that may hold the heading: PySceneDetect lists its cuts before it, others a title."""
_NUMBER = re.compile(r"\d{1,12}(?:[.,]\d{1,12})?")


def sniff(content: Content) -> bool:
    """Whether one of the first lines is a heading with a column of begins, and one of ends, numbers or names."""
    return _find_heading(content) is not None


def read(content: Content) -> EditList:
    """Read the scenes of the table. Raises CutListError, naming the line, for a cell that is no position."""
    heading_at = _find_heading(content)
    if heading_at is None:
        raise CutListError("The table has no column that says where scenes begin.", "Name it “Start Frame”.")
    at, delimiter = heading_at
    heading = _cells(content.whole_lines[at], delimiter)
    plain = _plain(heading)
    first, last = next((start, end) for start, end in _COLUMNS if start in plain)
    start, end = plain.index(first), plain.index(last) if last in plain else None
    rows, notes = _of_one_track(plain, _rows(content.whole_lines, at + 1, delimiter), content.track)
    if not rows:
        raise CutListError("The table has a heading, but no row.", "Write one row a scene.")
    name = next((plain.index(column) for column in _NAMES if column in plain), None)
    in_frames = "frame" in first or (
        first in _WITHOUT_UNIT and all(_cell(cells, start).isdecimal() for _, cells in rows)
    )
    events = []
    for number, cells in rows:
        begins, ends = (_position(cells, column, number, heading, seconds=not in_frames) for column in (start, end))
        if begins is None:
            raise CutListError(f"Line {number} of the table has nothing under “{heading[start]}”.", "Fill it in.")
        events.append(Event(begins, ends, _cell(cells, name), line=number))
    is_pyscenedetect = "scene number" in plain
    if in_frames:
        events, counting_notes = _count_from_zero(events)
        notes += counting_notes if not is_pyscenedetect else []
    return EditList(
        PYSCENEDETECT if is_pyscenedetect else FORMAT,
        tuple(events),
        frames_are_the_films=not any(isinstance(event.start, Timecode) for event in events),
        gaps_are_scenes=end is not None,
        notes=tuple(notes),
    )


def _count_from_zero(events: list[Event]) -> tuple[list[Event], list[str]]:
    """Events with frames from 0 and exclusive ends, and notes on the assumptions.

    A table in which no scene begins at 0 counts from 1, as PySceneDetect's does. Its ends are the last frames or those
    after them, whichever joins every scene to the next.
    """
    spans = [
        (event.start.number, event.end.number if isinstance(event.end, FrameNumber) else None)
        for event in events
        if isinstance(event.start, FrameNumber)
    ]
    base = 0 if any(start == 0 for start, _ in spans) else 1
    steps = {after[0] - before[1] for before, after in pairwise(spans) if before[1] is not None}
    # A last frame counted from 1 is the number of the frame after it counted from 0.
    past = steps.pop() if len(steps) == 1 and steps <= {0, 1} else base
    shifted = [
        replace(
            event,
            start=FrameNumber(max(start - base, 0)),
            end=None if end is None else FrameNumber(max(end - base + past, 0)),
        )
        for event, (start, end) in zip(events, spans, strict=True)
    ]
    return shifted, ["No scene of the table begins at frame 0, so its frames were counted from 1."] if base else []


def _plain(heading: list[str]) -> list[str]:
    """Headings in lower case with spaces, so that “start_frame” equals “Start Frame”."""
    return [cell.casefold().replace("_", " ") for cell in heading]


def _cell(cells: list[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""


def _find_heading(content: Content) -> tuple[int, str] | None:
    """Line (from 0) and delimiter of the heading."""
    for at, line in enumerate(content.whole_lines[:_HEADING_WITHIN]):
        for delimiter in _DELIMITERS:
            plain = _plain(_cells(line, delimiter))
            columns = [(start, end) for start, end in _COLUMNS if start in plain]
            others = (*(end for _, end in columns), *_NAMES, "scene number", "scene", "#")
            if columns and any(name in plain for name in others):
                return at, delimiter
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:  # a cell longer than any position or name
        return []


def _rows(lines: Sequence[str], first: int, delimiter: str) -> list[tuple[int, list[str]]]:
    """Rows that are not blank, from line `first` (from 0) on, each with the line that it begins on (from 1)."""
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
    """The rows of one picture track, where the table has a column of tracks, and notes."""
    column = next((plain.index(name) for name in _TRACKS if name in plain), None)
    if column is None:
        return rows, []
    track_of = {number: cells[column].upper() if column < len(cells) else "" for number, cells in rows}
    names = {track for track in track_of.values() if re.fullmatch(r"V?\d{1,3}|V", track)}
    pictures = sorted(names, key=_track_number)
    if not pictures:
        return rows, []
    at, notes = tracks.choose_track([Track(_track_number(track)) for track in pictures], wanted)
    return [row for row in rows if track_of[row[0]] == pictures[at]], notes


def _track_number(track: str) -> int:
    return int(track.removeprefix("V") or 1)


def _position(cells: list[str], column: int | None, line: int, heading: list[str], *, seconds: bool) -> Position | None:
    """The position in a cell; a bare number is a frame, or seconds in a column of times."""
    text = _cell(cells, column)
    if column is None or not text:
        return None
    if seconds and _NUMBER.fullmatch(text):
        return Seconds(Fraction(text.replace(",", ".")))
    position = positions.parse_position(text)
    if position is None or (not seconds and not isinstance(position, FrameNumber)):
        raise CutListError(
            f"Line {line} of the table: “{text[: positions.MAX_LENGTH]}” under “{heading[column]}” is no position.",
            "Write frames, HH:MM:SS.mmm, seconds or timecode.",
        )
    return position
