"""Edit decision lists (CMX 3600 and its relatives), including Resolve's timeline markers and Avid's locators.

The record side and the names in the comments are read. In a list of Resolve's timeline markers each marker is a cut; so
is each of Avid's locators where the list has at most one event.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ....errors import CutListError
from .. import positions, tracks
from ..content import Content
from ..edit_list import EditList, Event
from ..tracks import Track
from . import edl_line
from .edl_line import EventLine

NAME = "EDL (CMX 3600, Resolve's markers, Avid's locators)"
SUFFIXES: tuple[str, ...] = (".edl",)
FORMAT = "CMX 3600 EDL"

_NAMED = re.compile(r"\*?\s*(FROM CLIP NAME|TO CLIP NAME|KEY CLIP NAME|CLIP NAME|SOURCE FILE|COMMENT)\s*:\s*(.*)", re.I)
_LOCATOR = re.compile(rf"\*?\s*LOC\s*:?\s*({positions.TIMECODE})\s*(\S*)\s*(.*)", re.I)
_MARKER = re.compile(r"\|M:([^|]*)")
_REMARK = re.compile(r"\*\s*((?!ASC_|AUDIO |BLEND|EFFECT|FROM |TO |[A-Z ]+ IS )\S.*)", re.I)
"""A comment for people, not a tool's entry."""
_PYSCENEDETECT = "* CREATED WITH PYSCENEDETECT"
_BLACK = ("BL", "BLACK")
"""Reels without picture."""
COMMON_REELS = ("AX", "AUX", "")
"""Reels that tools give to every file: then the clip's name tells sources apart."""
_SPEED = re.compile(r"M2\b", re.I)
_NO_EVENT = re.compile(r"\*|M\d|SPLIT:?\s*AUDIO\b|AUD\b|FCM\b|TITLE\b|>>>|\||FINAL CUT PRO\b|REEL\b|GPI\b", re.I)
"""Beginnings of lines that may have timecodes but are no events."""


@dataclass(slots=True)
class _Block:
    """Event lines that share comments, and those comments."""

    lines: list[EventLine] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    remark: str = ""
    marker: str | None = None
    has_comments: bool = False
    has_background: bool = False
    """Whether one of the lines is a key's background."""
    last_transition: int = 0
    """Line number of the last event that begins with a transition; 0 for none."""

    def add_event(self, event: EventLine) -> None:
        """Add an event line."""
        self.lines.append(event)
        self.has_background = self.has_background or event.kind == "KB"
        if event.is_transition:
            self.last_transition = event.line

    def add_comment(self, line: str) -> bool:
        """Add `line` if it is a comment; return whether it is."""
        if match := _MARKER.search(line):
            self.marker = match[1].strip()
        elif match := _NAMED.match(line):
            self.names.setdefault(match[1].upper(), match[2].strip())
        elif match := _REMARK.match(line):
            self.remark = self.remark or match[1].strip()
        elif not line.startswith("*"):
            return False
        self.has_comments = True
        return True


@dataclass(slots=True)
class _List:
    """The parts of a list, in the order of the file; lists of numbers are line numbers."""

    blocks: list[_Block] = field(default_factory=list)
    locators: list[Event] = field(default_factory=list)
    drop_frame: bool | None = None
    is_by_pyscenedetect: bool = False
    speeds: list[int] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    unknown_kinds: list[int] = field(default_factory=list)
    mixed_counting: list[int] = field(default_factory=list)

    def set_counting(self, number: int, *, drops: bool) -> None:
        """Take an FCM line; only the first counts."""
        if self.drop_frame is None:
            self.drop_frame = drops
        elif self.drop_frame != drops:
            self.mixed_counting.append(number)


def sniff(content: Content) -> bool:
    """Whether a text has an event or a locator, or a header line."""
    for number, line in enumerate(content.lines, start=1):
        if line.upper().startswith(("TITLE:", "FCM:")) or _LOCATOR.match(line) or edl_line.parse_event(line, number):
            return True
    return False


def read(content: Content) -> EditList:
    """Read the events of one picture track.

    Raises CutListError for a line that begins like an event but has not four timecodes, and for a list without picture.
    """
    parts = _parse(content.lines)
    pictures = [(line, block) for block in parts.blocks for line in block.lines if line.track is not None]
    notes = list(_notes(parts))
    events: list[Event] = []
    if pictures:
        choices = [Track(number) for number in sorted({line.track or 1 for line, _ in pictures})]
        at, note = tracks.choose_track(choices, content.track)
        notes += note
        events = _events([(line, block) for line, block in pictures if line.track == choices[at].number])
    if parts.locators and len(events) <= 1:
        events += parts.locators
    elif parts.locators:
        notes.append("The list's locators (LOC) were not taken for cuts: its events are the cuts.")
    if not events:
        raise CutListError("The EDL has no event of picture.", "Export the list of the film's video track.")
    return EditList(
        FORMAT,
        tuple(events),
        drop_frame=parts.drop_frame,
        clock=parts.is_by_pyscenedetect,
        gaps_are_scenes=any(event.end is not None for event in events),
        notes=tuple(notes),
    )


def _parse(lines: list[str]) -> _List:
    parts = _List()
    block = _Block()  # for comments before the first event
    for number, line in enumerate(lines, start=1):
        if event := edl_line.parse_event(line, number):
            if block.has_comments or not block.lines or block.lines[-1].number != event.number:
                block = _Block()
                parts.blocks.append(block)
            block.add_event(event)
            if not event.has_known_channel:
                parts.skipped.append(number)
            elif event.kind == "?":
                parts.unknown_kinds.append(number)
        elif match := _LOCATOR.match(line):
            timecode = positions.parse_timecode(match[1])
            if timecode is not None:
                parts.locators.append(Event(timecode, None, match[3], line=number))
        elif line.upper().startswith("FCM"):
            parts.set_counting(number, drops="NON" not in line.upper())
        elif line.upper().startswith(_PYSCENEDETECT):
            parts.is_by_pyscenedetect = True
        elif block.add_comment(line):
            pass
        elif _SPEED.match(line):
            parts.speeds.append(number)
        elif edl_line.count_timecodes(line) and not _NO_EVENT.match(line):
            _refuse_event(line, number)
            block = _Block()  # the comments that follow belong to this line
            parts.skipped.append(number)
    return parts


def _refuse_event(line: str, number: int) -> None:
    """Raise CutListError where an unreadable line begins like an event: skipping it would lose a cut."""
    if edl_line.begins_with_number(line):
        count = edl_line.count_timecodes(line)
        raise CutListError(
            f"Line {number} of the EDL begins as an event, but has {count} of four timecodes: “{line[:100]}”.",
            "An event has in and out of source and record, each HH:MM:SS:FF. Mend or take out the line.",
        )


def _events(pictures: list[tuple[EventLine, _Block]]) -> list[Event]:
    """Events of one track, without the first line of a dissolve, which has no length, and without keys' foregrounds."""
    entries = [(line, block) for line, block in pictures if not (line.kind in ("K", "KO") and block.has_background)]
    following = [after for after, _ in entries[1:]]
    entries = [entry for entry, after in zip(entries, [*following, None], strict=True) if not _is_lead(entry[0], after)]
    names = [_name(line, block) for line, block in entries]
    if len(names) > 1 and len(set(names)) == 1:
        # One name for all is the film's. Comments may name the scenes, unless there is no name at all: then they are
        # a tool's.
        has_name = bool(names[0])
        names = [block.names.get("COMMENT") or (block.remark if has_name else "") for _, block in entries]
    return [
        Event(
            line.start,
            None if block.marker is not None else line.end,
            block.marker if block.marker is not None else name,
            line.length if line.is_transition else 0,
            line=line.line,
            source=_source(line, _name(line, block)),
            source_in=line.source_in,
            source_out=line.source_out,
        )
        for (line, block), name in zip(entries, names, strict=True)
    ]


def _source(line: EventLine, name: str) -> str:
    """What a line shows: its reel, with the clip's name where all files have one reel; empty for black."""
    if line.reel in _BLACK:
        return ""
    return f"{line.reel} {name}".strip() if line.reel in COMMON_REELS else line.reel


def _is_lead(line: EventLine, after: EventLine | None) -> bool:
    """Whether a line only carries the outgoing clip of a transition: no length, and the next line begins there too."""
    return (
        line.start == line.end
        and after is not None
        and after.start == line.start
        and (after.number == line.number or after.is_transition)
    )


def _name(line: EventLine, block: _Block) -> str:
    """Name of the clip that an event line shows."""
    is_outgoing = block.last_transition > line.line
    if line.is_transition:
        order = ["TO CLIP NAME", "CLIP NAME"]
        if line.reel in _BLACK:
            return ""
        if block.lines[0].reel in _BLACK or len(block.lines) == 1:
            order.append("FROM CLIP NAME")  # a fade-in from black has no other clip
    elif is_outgoing:
        order = ["FROM CLIP NAME"]
    elif line.kind in ("K", "KO"):
        order = ["KEY CLIP NAME", "TO CLIP NAME", "CLIP NAME", "FROM CLIP NAME"]
    elif line.kind == "KB":
        order = ["FROM CLIP NAME", "CLIP NAME", "SOURCE FILE"]
    else:
        order = ["FROM CLIP NAME", "CLIP NAME", "SOURCE FILE", "TO CLIP NAME"]
    return next((block.names[key] for key in order if block.names.get(key)), "")


def _notes(parts: _List) -> list[str]:
    notes = []
    if parts.skipped:
        notes.append(f"{_lines(parts.skipped)} of the EDL: timecodes that are not understood were passed over.")
    if parts.unknown_kinds:
        notes.append(f"{_lines(parts.unknown_kinds)} of the EDL: the transition is not known.")
    if parts.speeds:
        notes.append(f"{_lines(parts.speeds)} of the EDL: a clip's speed (M2) does not change where it lies.")
    if parts.is_by_pyscenedetect:
        notes.append("PySceneDetect's EDL has a few cuts one frame early; its other lists are exact.")
    if parts.mixed_counting:
        notes.append(f"{_lines(parts.mixed_counting)} of the EDL: FCM changes; the first one is taken for all.")
    return notes


def _lines(numbers: list[int]) -> str:
    """“Line 4”, “Lines 4, 9 and 12”; of many the first ten."""
    if len(numbers) == 1:
        return f"Line {numbers[0]}"
    if len(numbers) > 10:
        return f"Lines {', '.join(map(str, numbers[:10]))} and {len(numbers) - 10} more"
    return f"Lines {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
