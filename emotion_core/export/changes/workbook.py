"""The change list as an Excel workbook: “Summary”, “Changes”, “Expressions” of each change, “Method”.

Timecodes are text: a spreadsheet would take them for times of day. A missing number is an empty cell.
"""

from __future__ import annotations

import io
from json import dumps
from typing import TYPE_CHECKING, Any

from ...compare import check_comparable, have_same_readings
from ...compare.change_list import kind_words, reading_of, reading_text, size_text
from .. import sheets
from .audiences import audience_columns, audience_note, audience_texts
from .document import SIDES, film, scene_fields

if TYPE_CHECKING:
    from .compared_cuts import ComparedCuts

_PLACE = ("scene", "name", "tc_in", "tc_out", "frame_in", "frame_out", "seconds")
_SHARES = {"num_format": "0.0%"}
_POINTS = {"num_format": "+0.0%;-0.0%;0.0%"}
"""Cell format of differences of shares, which stay numbers from -1 to 1."""
_WIDE = 60
"""Characters of a column of sentences."""


def write(cuts: ComparedCuts) -> bytes:
    """The workbook."""
    content = io.BytesIO()
    with sheets.workbook(content) as book:
        head = book.add_format({"bold": True})
        share, points = book.add_format(_SHARES), book.add_format(_POINTS)
        _summary(book, cuts, head)
        columns, rows = _changes(cuts)
        sheets.add_sheet(book, "Changes", columns, rows, head, {})
        columns, rows = _expressions(cuts)
        ends = {end: points if end.startswith("change") else share for end in _ENDS}
        formats = ends | {f"audience_{end}": form for end, form in ends.items()}
        sheets.add_sheet(book, "Expressions", columns, rows, head, formats)
        sheets.add_sheet(book, "Method", ["film", "what", "value"], _method(cuts), head, {})
        book.set_properties(
            {"title": " → ".join(cuts.names), "comments": "Apparent facial expression, change by change."}
        )
    return content.getvalue()


_ENDS = ("before", "after", "change", "change_low", "change_high")
"""Columns with shares, of the films' faces and of the audiences'."""


def _summary(book: Any, cuts: ComparedCuts, head: Any) -> None:
    """The sheet with the sentence, both films, and each expression's time on screen."""
    sheet = book.add_worksheet("Summary")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    texts = [
        ("first film", cuts.names[0]),
        ("second film", cuts.names[1]),
        ("what changed", cuts.sentence),
        ("footage", cuts.footage),
        *(("warning", warning) for warning in check_comparable(*cuts.analyses)),
        *([("audiences", note)] if (note := audience_note(cuts)) else []),
    ]
    for row, (name, text) in enumerate(texts):
        sheet.write_string(row, 0, name, head)
        sheet.write_string(row, 1, text, wrapped)
    top = len(texts) + 1
    titles = ["expression", "seconds before", "seconds after", "change", "low", "high", "verdict"]
    sheet.write_row(top, 0, titles, head)
    seconds = book.add_format({"num_format": "0.0"})
    for row, time in enumerate(cuts.times, start=top + 1):
        sheet.write_string(row, 0, time.label)
        sheet.write_row(row, 1, [time.before, time.after, time.change, time.low, time.high], seconds)
        sheet.write_string(row, 6, "clear" if time.is_clear else "no clear change")
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, _WIDE)
    sheet.set_column(2, 6, 14)


def _changes(cuts: ComparedCuts) -> tuple[list[str], list[list[Any]]]:
    """A row a change in words and places."""
    listed, (before, after) = cuts.listed, cuts.analyses
    same, audiences = have_same_readings(before, after), audience_texts(cuts)
    columns = ["no.", "kind", "how much", *(f"{name}_{side}" for side in SIDES for name in _PLACE)]
    columns += ["shift_seconds", "shift_frames", "expressions", *(["audience"] if audiences else [])]
    rows: list[list[Any]] = []
    for number, change in enumerate(listed.changes, start=1):
        places = [
            scene_fields(before, change.before, change.place_before),
            scene_fields(after, change.after, change.place_after),
        ]
        shift = change.shift
        rows.append(
            [
                number,
                ", ".join(kind_words(change)),
                size_text(listed, change),
                *(None if place is None else place[name] for place in places for name in _PLACE),
                None if shift is None else round(float(shift), 6),
                None if shift is None or not listed.counts_frames else int(shift * listed.rate),
                reading_text(before.labels, change, same_readings=same),
                *([audiences[number - 1]] if audiences else []),
            ]
        )
    return columns, rows


def _expressions(cuts: ComparedCuts) -> tuple[list[str], list[list[Any]]]:
    """A row a change and expression: shares, the difference with its interval, and what they say."""
    before, after = cuts.analyses
    same, audience = have_same_readings(before, after), audience_columns(cuts)
    columns = ["no.", "kind", "scene_before", "scene_after", "expression", *_ENDS, "verdict"]
    columns += [f"audience_{end}" for end in _ENDS if audience]
    rows: list[list[Any]] = []
    for at, change in enumerate(cuts.listed.changes):
        scenes = [None if row is None else row.scene.number for row in (change.before, change.after)]
        for k, label in enumerate(before.labels):
            reading = reading_of(change, k, same_readings=same)
            low, high = reading.interval or (None, None)
            numbers = [reading.before, reading.after, reading.delta, low, high]
            seen = [audience[f"audience_{label}_{end}"][at] for end in _ENDS] if audience else []
            words = ", ".join(kind_words(change))
            rows.append([at + 1, words, *scenes, label, *numbers, reading.verdict, *seen])
    return columns, rows


def _method(cuts: ComparedCuts) -> list[list[Any]]:
    """What is behind the numbers of both films."""
    rows: list[list[Any]] = []
    for name, analysis in zip(cuts.names, cuts.analyses, strict=True):
        for group, value in film(name, analysis).items():
            cells = value.items() if isinstance(value, dict) else [("", value)]
            for key, cell in cells:
                is_plain = cell is None or isinstance(cell, (str, int, float))
                what = f"{group}: {key}" if key else group
                rows.append([name, what, cell if is_plain else dumps(cell, ensure_ascii=False)])
    return rows
