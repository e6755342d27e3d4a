"""Edit decision lists (CMX 3600 and its relatives), Resolve's timeline markers and Avid's locators among them.

Read are the record side and the names in the comments. Of a list of Resolve's timeline markers each marker is a cut; so
is each of Avid's locators where the list has one event or none.
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

FORMAT = "CMX 3600 EDL"

_NAMED = re.compile(r"\*?\s*(FROM CLIP NAME|TO CLIP NAME|KEY CLIP NAME|CLIP NAME|SOURCE FILE|COMMENT)\s*:\s*(.*)", re.I)
_LOCATOR = re.compile(rf"\*?\s*LOC\s*:?\s*({positions.TIMECODE})\s*(\S*)\s*(.*)", re.I)
_MARKER = re.compile(r"\|M:([^|]*)")
_REMARK = re.compile(r"\*\s*((?!ASC_|AUDIO |BLEND|EFFECT|FROM |TO |[A-Z ]+ IS )\S.*)", re.I)
"""A comment that is for people, and not a tool's own entry."""
_PYSCENEDETECT = "* CREATED WITH PYSCENEDETECT"
_BLACK = ("BL", "BLACK")
"""Reels of what has no picture."""
_SPEED = re.compile(r"M2\b", re.I)
_KNOWN = re.compile(r"\*|M\d|SPLIT:?\s*AUDIO\b|AUD\b|FCM\b|TITLE\b|>>>|\||FINAL CUT PRO\b|REEL\b|GPI\b", re.I)
"""Begins of lines that may have timecodes and are no events."""


@dataclass(slots=True)
class _Said:
    """The comments after an event, and the lines that share it."""

    lines: list[EventLine] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    remark: str = ""
    marker: str | None = None
    commented: bool = False
    has_background: bool = False
    """One of the lines is a key's background."""
    last_transition: int = 0
    """The last of the lines that comes in by one; 0 for none."""

    def add(self, event: EventLine) -> None:
        """Take a line that shares the comments."""
        self.lines.append(event)
        self.has_background = self.has_background or event.kind == "KB"
        if event.is_transition:
            self.last_transition = event.line

    def take(self, line: str) -> bool:
        """Whether a line is a comment, which is taken."""
        if match := _MARKER.search(line):
            self.marker = match[1].strip()
        elif match := _NAMED.match(line):
            self.names.setdefault(match[1].upper(), match[2].strip())
        elif match := _REMARK.match(line):
            self.remark = self.remark or match[1].strip()
        elif not line.startswith("*"):
            return False
        self.commented = True
        return True


@dataclass(slots=True)
class _List:
    """A list's parts, in the order of the file."""

    events: list[_Said] = field(default_factory=list)
    locators: list[Event] = field(default_factory=list)
    drop_frame: bool | None = None
    by_pyscenedetect: bool = False
    speeds: list[int] = field(default_factory=list)
    passed: list[int] = field(default_factory=list)
    unknown_kinds: list[int] = field(default_factory=list)
    mixed_counting: list[int] = field(default_factory=list)

    def count(self, number: int, *, drops: bool) -> None:
        """Take an FCM line."""
        if self.drop_frame is None:
            self.drop_frame = drops
        elif self.drop_frame != drops:
            self.mixed_counting.append(number)


def is_edl(content: Content) -> bool:
    """Whether a text is such a list: it has an event or a locator, or begins with the head of one."""
    for number, line in enumerate(content.lines, start=1):
        if line.upper().startswith(("TITLE:", "FCM:")) or _LOCATOR.match(line) or edl_line.read(line, number):
            return True
    return False


def read(content: Content) -> EditList:
    """The list's events of one picture track.

    Raises CutListError for a line that begins as an event and has not four timecodes, and for a list without picture.
    """
    parts = _parts(content.lines)
    shown = [(line, said) for said in parts.events for line in said.lines if line.track is not None]
    notes = list(_notes(parts))
    events: list[Event] = []
    if shown:
        having = [Track(number) for number in sorted({line.track or 1 for line, _ in shown})]
        at, note = tracks.chosen(having, content.track)
        notes += note
        events = _events([one for one in shown if one[0].track == having[at].number])
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
        clock=parts.by_pyscenedetect,
        gaps_are_scenes=any(event.end is not None for event in events),
        notes=tuple(notes),
    )


def _parts(lines: list[str]) -> _List:
    parts = _List()
    said = _Said()  # of comments before the first event
    for number, line in enumerate(lines, start=1):
        if event := edl_line.read(line, number):
            if said.commented or not said.lines or said.lines[-1].number != event.number:
                said = _Said()
                parts.events.append(said)
            said.add(event)
            if not event.known:
                parts.passed.append(number)
            elif event.kind == "?":
                parts.unknown_kinds.append(number)
        elif match := _LOCATOR.match(line):
            place = positions.timecode(match[1])
            if place is not None:
                parts.locators.append(Event(place, None, match[3], line=number))
        elif line.upper().startswith("FCM"):
            parts.count(number, drops="NON" not in line.upper())
        elif line.upper().startswith(_PYSCENEDETECT):
            parts.by_pyscenedetect = True
        elif said.take(line):
            pass
        elif _SPEED.match(line):
            parts.speeds.append(number)
        elif edl_line.timecodes(line) and not _KNOWN.match(line):
            _refuse_event(line, number)
            said = _Said()  # its comments are its own
            parts.passed.append(number)
    return parts


def _refuse_event(line: str, number: int) -> None:
    """Raises CutListError where a line that is not understood begins as an event does: its cut would be lost."""
    if edl_line.begins_with_number(line):
        found = edl_line.timecodes(line)
        raise CutListError(
            f"Line {number} of the EDL begins as an event, but has {found} of four timecodes: “{line[:100]}”.",
            "An event has in and out of source and record, each HH:MM:SS:FF. Mend or take out the line.",
        )


def _events(shown: list[tuple[EventLine, _Said]]) -> list[Event]:
    """Events of one track: without the first line of a dissolve, which has no length, and without keys' foregrounds."""
    kept: list[tuple[EventLine, _Said]] = []
    for line, said in shown:
        if not (line.kind in ("K", "KO") and said.has_background):
            kept.append((line, said))
    following = [after for after, _ in kept[1:]]
    kept = [one for one, after in zip(kept, [*following, None], strict=True) if not _is_lead(one[0], after)]
    names = [_name(line, said) for line, said in kept]
    if len(names) > 1 and len(set(names)) == 1:  # the film's own name tells nothing of a scene
        other = bool(names[0])  # else the list has no names, and its comments are a tool's
        names = [said.names.get("COMMENT") or (said.remark if other else "") for _, said in kept]
    return [
        Event(
            line.start,
            None if said.marker is not None else line.end,
            said.marker if said.marker is not None else name,
            line.length if line.is_transition else 0,
            line=line.line,
        )
        for (line, said), name in zip(kept, names, strict=True)
    ]


def _is_lead(line: EventLine, after: EventLine | None) -> bool:
    """Whether an event is what a transition leads from: no length, and the event after it begins at the same place."""
    return (
        line.start == line.end
        and after is not None
        and after.start == line.start
        and (after.number == line.number or after.is_transition)
    )


def _name(line: EventLine, said: _Said) -> str:
    """The name of what is seen on an event's line."""
    leads = said.last_transition > line.line
    if line.is_transition:
        order = ["TO CLIP NAME", "CLIP NAME"]
        if line.reel in _BLACK:
            return ""
        if said.lines[0].reel in _BLACK or len(said.lines) == 1:
            order.append("FROM CLIP NAME")  # fades in from black, so there is no other clip
    elif leads:
        order = ["FROM CLIP NAME"]
    elif line.kind in ("K", "KO"):
        order = ["KEY CLIP NAME", "TO CLIP NAME", "CLIP NAME", "FROM CLIP NAME"]
    elif line.kind == "KB":
        order = ["FROM CLIP NAME", "CLIP NAME", "SOURCE FILE"]
    else:
        order = ["FROM CLIP NAME", "CLIP NAME", "SOURCE FILE", "TO CLIP NAME"]
    return next((said.names[key] for key in order if said.names.get(key)), "")


def _notes(parts: _List) -> list[str]:
    notes = []
    if parts.passed:
        notes.append(f"{_lines(parts.passed)} of the EDL: timecodes that are not understood were passed over.")
    if parts.unknown_kinds:
        notes.append(f"{_lines(parts.unknown_kinds)} of the EDL: the transition is not known.")
    if parts.speeds:
        notes.append(f"{_lines(parts.speeds)} of the EDL: a clip's speed (M2) does not change where it lies.")
    if parts.by_pyscenedetect:
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
