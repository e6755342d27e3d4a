"""Avid log exchange (.ale): a bin's clips as a table between tabs, under a heading that states the rate.

It has no record side. Start and End are the source's timecode, so it is a cut list where it lists stretches of one
film: logged shots or subclips that do not overlap. The log of a day's camera files is refused.
"""

from __future__ import annotations

import re
from fractions import Fraction

from ....errors import CutListError
from ....timecode import rate_from_header
from .. import positions
from ..content import Content
from ..edit_list import EditList, Event, Timecode

NAME = "ALE"
SUFFIXES: tuple[str, ...] = (".ale",)
FORMAT = "Avid log exchange (ALE)"
_RATE = re.compile(r"\d{1,3}(?:\.\d{1,6})?")
_SECTIONS = ("heading", "column", "data")
_SOURCES = ("source file", "tape", "tape id", "source file name", "unc path", "labroll", "camroll")
"""Columns that name a clip's source, the most reliable first."""


def sniff(content: Content) -> bool:
    """Whether a text begins with the line “Heading”."""
    first = next((line for line in content.lines if line), "")
    return first.casefold() == _SECTIONS[0]


def read(content: Content) -> EditList:
    """Read the clips with picture by Start and End, ordered by timecode.

    Raises CutListError for a table without those columns, a cell that is no timecode, and clips that overlap.
    """
    heading, columns, rows = sections(content)
    plain = [column.casefold() for column in columns]
    if "start" not in plain or "end" not in plain:
        raise CutListError("The ALE has no columns Start and End.", "Export the bin with them.")
    events, sources = [], set()
    for line, cells in rows:
        row = dict(zip(plain, cells, strict=False))
        tracks = row.get("tracks", "").upper()
        if tracks and "V" not in tracks:
            continue  # sound only
        start, end = (_timecode(row.get(side, ""), line, side) for side in ("start", "end"))
        events.append(Event(start, end, row.get("name") or row.get("comments", ""), line=line))
        sources.add(next((row[column] for column in _SOURCES if row.get(column)), ""))
    if not events:
        raise CutListError("The ALE has no clip with picture.", "Export the bin that has the film's shots.")
    events.sort(key=lambda event: _digits(event.start))
    _check_one_source(events)
    notes = ["An ALE has no record side: its clips' Start and End were taken for timecode of the film."]
    if len(sources) > 1:
        notes.append(f"Its clips are of {len(sources)} sources; they were taken for one film.")
    return EditList(FORMAT, tuple(events), rate=_rate(heading.get("fps", "")), notes=tuple(notes))


def sections(content: Content) -> tuple[dict[str, str], list[str], list[tuple[int, list[str]]]]:
    """The heading's entries, the columns' names, and the rows with their lines."""
    heading: dict[str, str] = {}
    columns: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    section = ""
    for number, line in enumerate(content.whole_lines, start=1):
        if line.strip().casefold() in _SECTIONS:
            section = line.strip().casefold()
        elif not line.strip():
            continue
        elif section == "heading":
            key, _, value = line.strip().partition("\t")
            heading[key.strip().casefold()] = value.strip()
        elif section == "column" and not columns:
            columns = [cell.strip() for cell in line.split("\t")]
        elif section == "data":
            rows.append((number, [cell.strip() for cell in line.split("\t")]))
    return heading, columns, rows


def _timecode(cell: str, line: int, side: str) -> Timecode:
    timecode = positions.parse_timecode(cell)
    if timecode is None:
        raise CutListError(
            f"Line {line} of the ALE: “{cell[: positions.MAX_LENGTH]}” under {side.title()} is no timecode.",
            "Write HH:MM:SS:FF, or HH:MM:SS;FF for drop-frame.",
        )
    return timecode


def _digits(position: object) -> tuple[int, ...]:
    """A timecode's parts, for comparison within one list."""
    text = position.text if isinstance(position, Timecode) else ""
    return tuple(int(part) for part in text.replace(";", ":").replace(",", ":").replace(".", ":").split(":"))


def _check_one_source(events: list[Event]) -> None:
    last: Event | None = None
    for event in events:
        if last is not None and _digits(last.end) > _digits(event.start):
            raise CutListError(
                f"The ALE's clips on lines {last.line} and {event.line} overlap: it is the log of several sources, not "
                "the cuts of one film.", "Export an EDL or AAF of the sequence.",
            )  # fmt: skip
        last = event


def _rate(text: str) -> Fraction | None:
    """“23.976”, “25”, “29.97” as an exact rate; None if `text` is none."""
    if not _RATE.fullmatch(text):
        return None
    rate = Fraction(text)
    return rate_from_header(rate) if rate >= 1 else None
