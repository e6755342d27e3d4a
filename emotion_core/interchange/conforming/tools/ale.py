"""Avid log exchange (.ale) of the first cut for the second: Start, End and what follows from them; other cells stay.

A clip whose footage was cut apart becomes several rows. Marks within a clip move with their frame; without a place they
are emptied.
"""

from __future__ import annotations

from fractions import Fraction

from ....errors import CutListError, SettingsError
from ...readers import positions
from ...readers.content import Content
from ...readers.edit_list import Timecode
from ...readers.lists import ale
from .. import moves
from ..clock import ListClock, clock_of
from ..cuts import TwoCuts
from ..moves import Move, MovedList
from ..stretches import Stretch

SUFFIX = ".ale"
_MARKS = ("mark in", "mark out")
_LENGTHS = ("duration", "in-out")


def sniff(content: Content) -> bool:
    return content.text is not None and ale.sniff(content)


def move(content: Content, cuts: TwoCuts, *, every: bool = False) -> MovedList:
    """The log for the second cut. Raises CutListError for one that does not fit the first."""
    read = ale.read(content)
    clock = clock_of(read, cuts)
    _, columns, rows = ale.sections(content)
    plain = [column.casefold() for column in columns]
    lines = content.whole_lines
    first = min(number for number, _ in rows) - 1
    done: list[Move] = []
    written: list[tuple[Fraction, str]] = []
    for number, _ in rows:
        cells = lines[number - 1].split("\t")
        row = dict(zip(plain, (cell.strip() for cell in cells), strict=False))
        start, end = (_seconds(clock, row.get(side, ""), number) for side in ("start", "end"))
        name = row.get("name") or row.get("comments", "")
        parts = cuts.footage.parts(start, end)
        done.append(moves.span(cuts, "row", name, start, end, [part.after for part in parts]))
        written += [(part.after[0], "\t".join(_cells(clock, plain, cells, part))) for part in parts]
    written.sort(key=lambda each: each[0])
    end_of_line = "\r\n" if "\r\n" in (content.text or "") else "\n"
    head = list(lines[:first])
    text = end_of_line.join([*head, *(line for _, line in written)]) + end_of_line
    return MovedList(text.encode() if written else b"", SUFFIX, tuple(done), clock.notes)


def _seconds(clock: ListClock, cell: str, line: int) -> Fraction:
    timecode = positions.parse_timecode(cell)
    try:
        if timecode is not None:
            return clock.seconds(timecode)
    except SettingsError as error:
        raise CutListError(f"Line {line} of the ALE: {error.problem}", error.advice) from error
    raise CutListError(f"Line {line} of the ALE has no timecode under Start or End.", "Write HH:MM:SS:FF.")


def _cells(clock: ListClock, columns: list[str], cells: list[str], part: Stretch) -> list[str]:
    """The cells of a row for a part of its clip."""
    values = list(cells)
    marks: dict[str, Fraction] = {}
    for at, column in enumerate(columns[: len(values)]):
        cell = values[at].strip()
        if column in ("start", "end"):
            values[at] = clock.timecode(part.after[column == "end"], cell)
        elif column in _MARKS and isinstance(mark := positions.parse_timecode(cell), Timecode):
            where = clock.seconds(mark)
            is_kept = part.before[0] <= where <= part.before[1]
            if is_kept:
                marks[column] = part.at(where)
            values[at] = clock.timecode(marks[column], cell) if is_kept else ""
    for at, column in enumerate(columns[: len(values)]):
        cell = values[at].strip()
        if column not in _LENGTHS or not cell:
            continue
        if column == "duration":
            values[at] = clock.length(part.after[1] - part.after[0], cell)
        else:
            both = [marks.get(mark) for mark in _MARKS]
            values[at] = "" if both[0] is None or both[1] is None else clock.length(both[1] - both[0], cell)
    return values
