"""A table (CSV) of the first cut for the second: rows of scenes, markers or targets with frames, timecode or times.

Every column of a begin, an end or a length is written anew, in its own way; all other cells stay. Tables of Premiere
Pro's and Avid's markers are such tables too. A row whose footage was broken up becomes several.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ...errors import CutListError, SettingsError
from ...formatting import hms
from ...timecode import frame_at
from ..readers.content import Content
from ..readers.edit_list import FrameNumber, Seconds, Timecode
from ..readers.lists import avid_markers, premiere_markers
from . import moves
from .clock import ListClock, clock_of_timecodes
from .cuts import TwoCuts
from .moves import Move, MovedList
from .table_columns import Column, find_columns, most_exact, timecode_of

_DELIMITERS = "\t,;|"
_HEADING_WITHIN = 8
_NAMES = ("name", "marker name", "scene name", "clip name", "title", "label", "text", "note", "description", "comment")


@dataclass(frozen=True, slots=True)
class _Table:
    delimiter: str
    lead: list[list[str]]
    """Rows before the first one that is moved: the heading."""
    rows: list[tuple[int, list[str]]]
    """Each with the line on which it ends, from 1."""
    columns: list[Column]
    name: int | None
    base: int = 0
    """Number of the first frame: 1 in PySceneDetect's tables."""


def sniff(content: Content) -> bool:
    """Whether a text is a table with a heading, and a column that says where its rows are."""
    return content.text is not None and _table(content) is not None


def move(content: Content, cuts: TwoCuts, *, every: bool = False) -> MovedList:
    """The table for the second cut. Raises CutListError, naming the line, for a row that is not of the first."""
    table = _table(content)
    if table is None:
        raise CutListError("The table has no column that says where its rows are.", "Name it tc_in or frame_in.")
    begin, end = (most_exact(table.columns, role) for role in ("begin", "end"))
    length = most_exact(table.columns, "length")
    assert begin is not None
    clock = _clock(table, begin, cuts)
    done: list[Move] = []
    placed: list[tuple[Fraction, list[str]]] = []
    for line, cells in table.rows:
        start = _seconds(table, begin, cells, line, cuts, clock)
        if start is None:
            raise CutListError(f"Line {line} of the table does not say where it is.", "Fill the cell in.")
        stop = None if end is None else _seconds(table, end, cells, line, cuts, clock, is_end=True)
        if stop is None and length is not None and (lasts := _length(table, length, cells, cuts, clock)) is not None:
            stop = start + lasts
        if start > cuts.before.end + 1:
            raise CutListError(
                f"Line {line} of the table is {hms(start - cuts.before.end)} beyond the first film's end: it lasts "
                f"{hms(cuts.before.end)}.",
                "Is it the list of another cut?",
            )
        name = cells[table.name] if table.name is not None and table.name < len(cells) else f"line {line}"
        if stop is None or stop <= start:
            move = moves.moment(cuts, "row", name, start, every=every)
        else:
            move = moves.span(cuts, "row", name, start, stop, cuts.footage.labels(start, stop, every=every))
        done.append(move)
        placed += [(at, _written(table, cells, at, last, cuts, clock)) for at, last in move.places]
    starts = [move.start for move in done]
    if starts == sorted(starts):
        placed.sort(key=lambda row: row[0])
    text = io.StringIO()
    end_of_line = "\r\n" if "\r\n" in (content.text or "") else "\n"
    writer = csv.writer(text, delimiter=table.delimiter, lineterminator=end_of_line)
    writer.writerows([*table.lead, *(cells for _, cells in placed)])
    encoding = "utf-16" if content.raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    mark = b"\xef\xbb\xbf" if content.raw.startswith(b"\xef\xbb\xbf") else b""
    notes = () if clock is None else clock.notes
    suffix = ".txt" if table.delimiter == "\t" else ".csv"
    return MovedList(mark + text.getvalue().encode(encoding), suffix, tuple(done), (*content.notes, *notes))


def _table(content: Content) -> _Table | None:
    """The parts of a table; None where a text is none."""
    lines = [f"{line}\n" for line in content.whole_lines]
    if avid_markers.sniff(content):
        rows = _rows(lines, "\t")
        return _Table("\t", [], _with_continued(rows), [Column(1, "begin", "timecode")], 4)
    if premiere_markers.sniff(content):
        delimiter = next((each for each in "\t;," if lines[0].count(each) >= 4), "\t")
        rows = _rows(lines, delimiter)
        columns = [Column(2, "begin", "timecode"), Column(3, "end", "timecode"), Column(4, "length", "timecode")]
        return _Table(delimiter, [rows[0][1]], _with_continued(rows[1:]), columns, 0)
    for delimiter in _DELIMITERS:
        if not any(delimiter in line for line in lines[:_HEADING_WITHIN]):
            continue
        rows = _rows(lines, delimiter)
        for at, (_, heading) in enumerate(rows[:_HEADING_WITHIN]):
            body = rows[at + 1 :]
            columns = find_columns(heading, [cells for _, cells in body])
            if most_exact(columns, "begin") is not None:
                plain = [name.casefold().replace("_", " ").strip() for name in heading]
                name = next((plain.index(each) for each in _NAMES if each in plain), None)
                base = 1 if "scene number" in plain else 0
                return _Table(delimiter, [cells for _, cells in rows[: at + 1]], body, columns, name, base)
    return None


def _rows(lines: Sequence[str], delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise CutListError(
            f"Line {reader.line_num} of the table cannot be read: {error}.", "Export it anew."
        ) from error


def _with_continued(rows: Sequence[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Rows of markers; a line of one cell continues the text of the one before."""
    joined: list[tuple[int, list[str]]] = []
    for line, cells in rows:
        if len(cells) == 1 and joined:
            joined[-1][1][-1] += f" {cells[0].strip()}"
        else:
            joined.append((line, list(cells)))
    return joined


def _clock(table: _Table, begin: Column, cuts: TwoCuts) -> ListClock | None:
    """The counting of the table's timecodes; None where it has none."""
    columns = [column for column in table.columns if column.unit == "timecode" and column.role != "length"]
    column = begin if begin in columns else next(iter(columns), None)
    if column is None:
        return None
    texts = [
        (text, line)
        for line, cells in table.rows
        if column.at < len(cells) and (text := timecode_of(column, cells[column.at])) is not None
    ]
    return clock_of_timecodes("table", texts, cuts) if texts else None


def _seconds(
    table: _Table, column: Column, cells: Sequence[str], line: int, cuts: TwoCuts, clock: ListClock | None,
    *, is_end: bool = False,
) -> Fraction | None:  # fmt: skip
    """Where a cell is on the first film; None for an empty one."""
    text = cells[column.at] if column.at < len(cells) else ""
    position = column.read(text)
    try:
        match position:
            case FrameNumber(number):
                # A last frame counted from 1 is the number of the frame after it counted from 0.
                return cuts.before.seconds(number if is_end else max(0, number - table.base))
            case Seconds(value):
                return value
            case Timecode() if clock is not None:
                return clock.seconds(position)
    except SettingsError as error:
        raise CutListError(f"Line {line} of the table: {error.problem}", error.advice) from error
    return None


def _length(
    table: _Table, column: Column, cells: Sequence[str], cuts: TwoCuts, clock: ListClock | None
) -> Fraction | None:
    text = cells[column.at] if column.at < len(cells) else ""
    position = column.read(text)
    match position:
        case FrameNumber(number):
            return number / cuts.before.media.rate
        case Seconds(value):
            return value
        case Timecode() if clock is not None:
            counting = clock.reading.counting
            return counting.count(counting.label(position.text), "non-drop") * counting.scale / cuts.before.media.rate
    return None


def _written(
    table: _Table, cells: Sequence[str], start: Fraction, end: Fraction | None, cuts: TwoCuts, clock: ListClock | None
) -> list[str]:
    """A row with other positions."""
    changed = list(cells)
    last = start if end is None else end
    for column in table.columns:
        if column.at >= len(cells) or not cells[column.at].strip():
            continue
        moment = {"begin": start, "end": last, "length": last - start}[column.role]
        base = table.base if column.role == "begin" else 0
        changed[column.at] = _cell(column, cells[column.at].strip(), moment, base, cuts, clock)
    return changed


def _cell(column: Column, text: str, moment: Fraction, base: int, cuts: TwoCuts, clock: ListClock | None) -> str:
    after = cuts.after
    if column.unit == "frames":
        frame = frame_at(moment, after.media.rate) if column.role == "length" else after.frame(moment)
        return str(frame + base)
    if column.unit == "timecode":
        if clock is None:
            return text
        return clock.length(moment, text) if column.role == "length" else clock.timecode(moment, text)
    if column.unit == "clock":
        thousandths = frame_at(moment, Fraction(1000))
        whole, rest = divmod(thousandths, 1000)
        sign = "," if "," in text else "."
        return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{sign}{rest:03}"
    if column.unit == "milliseconds":
        return str(frame_at(moment, Fraction(1000)))
    decimals = max(3, len(text.replace(",", ".").partition(".")[2]))
    number = f"{float(moment):.{decimals}f}"
    return number.replace(".", ",") if "," in text else number
