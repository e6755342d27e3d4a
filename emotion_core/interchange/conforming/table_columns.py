"""The columns of a table (CSV) that say where something is: their role, and how their cells write a position."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ..readers.edit_list import FrameNumber, Position, Seconds, Timecode
from ..readers.positions import parse_clock_time, parse_timecode

Role = Literal["begin", "end", "length"]
Unit = Literal["frames", "timecode", "clock", "seconds", "milliseconds"]

_BEGIN, _END = {"start", "begin", "in", "from"}, {"end", "out", "to", "until"}
_LENGTH = {"duration", "length", "frames", "seconds"}
_POINTS = {"timecode", "tc", "time", "frame", "position", "at", "seconds", "second", "frames", "number", "s", "ms"}
_UNITS = {"frame", "frames", "tc", "timecode", "time", "seconds", "second", "sec", "s", "ms", "milliseconds", "number",
          "record", "rec", "duration", "length", "at", "point", "scene", "position"}  # fmt: skip
"""Words beside those of a role in the heading of such a column."""
_NUMBER = re.compile(r"\d{1,12}(?:[.,]\d{1,12})?")
_WORD = re.compile(r"[a-z]+")
_SAMPLE = 5_000
"""Rows looked at."""


@dataclass(frozen=True, slots=True)
class Column:
    at: int
    role: Role
    unit: Unit

    def read(self, cell: str) -> Position | None:
        """The position in a cell; None where it is empty or none."""
        text = cell.strip()
        if self.unit == "timecode":
            return parse_timecode(text)
        if self.unit == "clock":
            return parse_clock_time(text)
        if not _NUMBER.fullmatch(text):
            return None
        number = Fraction(text.replace(",", "."))
        if self.unit == "frames":
            return FrameNumber(int(number)) if number.denominator == 1 else None
        return Seconds(number / 1000 if self.unit == "milliseconds" else number)


def find_columns(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Column]:
    """The columns of begins, ends and lengths; those of a source's own timecode are none."""
    roles: dict[int, Role] = {}
    words = [_WORD.findall(name.casefold().replace("_", " ")) for name in heading]
    for at, each in enumerate(words):
        rest = set(each) - _UNITS
        if each and rest <= _BEGIN and rest:
            roles[at] = "begin"
        elif each and rest <= _END and rest:
            roles[at] = "end"
    if "begin" not in roles.values():
        point = next((at for at, each in enumerate(words) if each and set(each) <= _POINTS), None)
        if point is not None:
            roles[point] = "begin"
    for at, each in enumerate(words):
        if at not in roles and each and each[0] in _LENGTH and set(each) <= _UNITS:
            roles[at] = "length"
    found = []
    for at, role in roles.items():
        cells = [row[at].strip() for row in rows[:_SAMPLE] if at < len(row) and row[at].strip()]
        unit = _unit(words[at], cells)
        if unit is not None:
            found.append(Column(at, role, unit))
    return found


def _unit(words: Sequence[str], cells: Sequence[str]) -> Unit | None:
    """How the cells of a column write positions; None where one of them is none."""
    if not cells:
        return None
    if all(map(parse_clock_time, cells)):  # three digits behind the seconds are thousandths
        return "clock"
    if all(map(parse_timecode, cells)):
        return "timecode"
    if not all(map(_NUMBER.fullmatch, cells)):
        return None
    if {"ms", "milliseconds"} & {*words}:
        return "milliseconds"
    if {"seconds", "second", "sec", "s", "time"} & {*words} or not all(cell.isdecimal() for cell in cells):
        return "seconds"
    return "frames"


def most_exact(columns: Sequence[Column], role: Role) -> Column | None:
    """The column by which rows are placed: frames before timecode before times."""
    order: list[Unit] = ["frames", "timecode", "milliseconds", "seconds", "clock"]
    of_role = [column for column in columns if column.role == role]
    return min(of_role, key=lambda column: order.index(column.unit), default=None)


def timecode_of(column: Column, cell: str) -> Timecode | None:
    """The timecode in a cell of such a column."""
    position = column.read(cell)
    return position if isinstance(position, Timecode) else None
