"""Tables of scenes as CSV: PySceneDetect's list of scenes, Resolve's edit index, and others with a column of begins.

A column is known by its heading. PySceneDetect counts frames from 1, the end included; its times begin with the film.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from fractions import Fraction

from ...errors import CutListError
from . import positions, tracks
from .content import Content
from .edit_list import EditList, Event, FrameNumber, Position, Seconds, Timecode
from .tracks import Track

FORMAT = "CSV table of scenes"
PYSCENEDETECT = "PySceneDetect CSV"

_STARTS = ("record in", "start frame", "frame number (start)", "start timecode", "timecode (start)",
           "start time (seconds)", "start", "start time", "in", "begin", "start tc", "timecode in")  # fmt: skip
"""Headings of where a scene begins, the most exact first; each has its end at the same place in _ENDS."""
_ENDS = ("record out", "end frame", "frame number (end)", "end timecode", "timecode (end)",
         "end time (seconds)", "end", "end time", "out", "end", "end tc", "timecode out")  # fmt: skip
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
        raise CutListError("The table has no column that says where scenes begin.", f"Name it “{_STARTS[1]}”.")
    at, delimiter = found
    heading = _cells(content.whole_lines[at], delimiter)
    plain = [one.casefold() for one in heading]
    which = next(number for number, name in enumerate(_STARTS) if name in plain)
    start, end = plain.index(_STARTS[which]), plain.index(_ENDS[which]) if _ENDS[which] in plain else None
    rows, notes = _of_one_track(plain, _rows(content.whole_lines, at + 1, delimiter), content.track)
    named = next((plain.index(name) for name in _NAMES if name in plain), None)
    counted = "frame" in _STARTS[which]
    one = counted and _counts_from_one(rows, start)
    scenes = "scene number" in plain  # PySceneDetect's
    if one and not scenes:
        notes.append("The table counts frames from 1.")
    events = []
    for number, cells in rows:
        begins = _place(cells, start, number, heading, seconds=not counted)
        ends = _place(cells, end, number, heading, seconds=not counted) if end is not None else None
        name = cells[named] if named is not None and named < len(cells) else ""
        if begins is None:
            raise CutListError(f"Line {number} of the table has nothing under “{heading[start]}”.", "Fill it in.")
        if one and isinstance(begins, FrameNumber):
            begins = FrameNumber(begins.number - 1)
        events.append(Event(begins, ends, name, line=number))
    if not events:
        raise CutListError("The table has a heading, but no row.", "Write one row a scene.")
    return EditList(
        PYSCENEDETECT if scenes else FORMAT,
        tuple(events),
        frames_are_the_films=not any(isinstance(event.start, Timecode) for event in events),
        gaps_are_scenes=end is not None,
        notes=tuple(notes),
    )


def _heading(content: Content) -> tuple[int, str] | None:
    """Line (from 0) and delimiter of the heading."""
    for at, line in enumerate(content.whole_lines[:_HEADING_WITHIN]):
        for delimiter in _DELIMITERS:
            plain = [one.casefold() for one in _cells(line, delimiter)]
            starts = [number for number, name in enumerate(_STARTS) if name in plain]
            if len(plain) > 1 and any(_ENDS[n] in plain for n in starts):
                return at, delimiter
            if starts and any(name in plain for name in (*_NAMES, "scene number", "scene", "#")):
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


def _counts_from_one(rows: list[tuple[int, list[str]]], column: int) -> bool:
    """Whether no scene begins at frame 0: a table's first frame is 1 then, as PySceneDetect's is."""
    return all(column >= len(cells) or cells[column] not in ("0", "00") for _, cells in rows)


def _place(cells: list[str], column: int, line: int, heading: list[str], *, seconds: bool) -> Position | None:
    """The position in a cell; a bare number is a frame, or seconds in a column of times."""
    text = cells[column] if column < len(cells) else ""
    if not text:
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
