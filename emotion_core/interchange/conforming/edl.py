"""An EDL of the first cut for the second: each event where its footage is, its source cut to what remains.

Lines are taken over as they are, with other numbers, timecodes and, where the head of an event is gone, a cut in the
place of its transition. Resolve's markers and Avid's locators move as markers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from ...errors import CutListError, SettingsError
from ...timecode import from_timecode, is_drop_frame, to_timecode, with_separator
from ..readers.content import Content
from ..readers.edit_list import EditList, Event, Timecode
from ..readers.lists import edl
from ..readers.lists.edl_line import EventLine, parse_event, timecode_spans
from ..readers.positions import TIMECODE, parse_timecode
from . import moves
from .clock import ListClock, clock_of
from .cuts import TwoCuts
from .moves import Move, MovedList
from .stretches import Stretch

_LOCATOR = re.compile(rf"(\*?\s*LOC\s*:?\s*)({TIMECODE})(.*)", re.I | re.S)
_MARKER = re.compile(r"\|M:([^|]*)")
_DURATION = re.compile(r"(\|D:\s*)(\d+)")
_SPEED = re.compile(rf"(M2\s.*?)({TIMECODE})(\s*)$", re.I)
_M2 = re.compile(r"(M2\s+(?:\S.*?\s)?\s*)(-?\d{1,4}(?:\.\d{1,4})?)(\s+\d\d:.*)$", re.I)
"""An event's speed, frames a second of its source."""
_NAME = re.compile(r"\*?\s*(FROM|TO|KEY|)\s*CLIP NAME\s*:\s*(.*)", re.I)
_PASSED_OVER = ("were not taken for cuts", "was read, not", "(M2)")
"""Parts of the reader's notes that do not hold here."""
_TRANSITION = re.compile(r"(\s)(?:D|W\d{0,3})(\s+)\d{1,6}(\s*)$", re.I)
_NUMBER = re.compile(r"(\s*)(\d{1,6})")


@dataclass(slots=True)
class _Group:
    """Event lines with one range of the record side, and the lines that follow them."""

    events: list[tuple[EventLine, str]]
    comments: list[str] = field(default_factory=list)

    @property
    def main(self) -> EventLine:
        return self.events[-1][0]

    @property
    def marker(self) -> str | None:
        """The name of Resolve's marker; None for a clip."""
        return next((match[1].strip() for line in self.comments if (match := _MARKER.search(line))), None)

    @property
    def name(self) -> str:
        found = {match[1].upper(): match[2].strip() for line in self.comments if (match := _NAME.match(line.strip()))}
        order = ("TO", "", "FROM", "KEY") if self.main.is_transition else ("FROM", "", "KEY", "TO")
        return next((found[word] for word in order if found.get(word)), self.main.reel)


@dataclass(slots=True)
class _Placed:
    """Lines of the new list with their place in it."""

    start: Fraction
    end: Fraction
    lines: list[str]


def sniff(content: Content) -> bool:
    return content.text is not None and edl.sniff(content)


def move(content: Content, cuts: TwoCuts, *, every: bool = False) -> MovedList:
    """The list for the second cut; with `every`, markers stand at every place that shows their footage."""
    head, groups, locators = _parsed(content)
    clock = clock_of(_edit_list(content, groups, locators), cuts)
    done: list[Move] = []
    placed: list[_Placed] = []
    for group in groups:
        start, end = (_seconds(clock, group.main.line, text) for text in (group.main.start, group.main.end))
        if group.marker is not None:
            move, lines = _marker(cuts, clock, group, start, every=every)
        else:
            parts = cuts.footage.parts(start, end)
            move = moves.span(cuts, "event", group.name, start, end, [part.after for part in parts])
            lines = [_event(clock, group, part, start, end) for part in parts]
        done.append(move)
        placed += lines
    placed.sort(key=lambda each: each.start)
    lead: list[str] = []
    for number, line in locators:
        match = _LOCATOR.match(line.strip())
        text = parse_timecode(match[2]) if match else None
        if match is None or text is None:
            continue
        move = moves.moment(cuts, "marker", " ".join(match[3].split()[1:]), _seconds(clock, number, text), every=every)
        done.append(move)
        for at, _ in move.places:
            owner = next((each.lines for each in reversed(placed) if each.start <= at), lead)
            owner.append(f"{match[1]}{clock.timecode(at)}{match[3]}")
    if not placed and not lead:
        return MovedList(b"", ".edl", tuple(done), clock.notes)
    drops = "DROP FRAME" if clock.new.drop_frame else "NON-DROP FRAME"
    text_lines = [f"FCM: {drops}" if line.strip().upper().startswith("FCM") else line for line in head]
    for number, each in enumerate(placed, start=1):
        text_lines += [_numbered(line, number) for line in each.lines]
    end_of_line = "\r\n" if "\r\n" in (content.text or "") else "\n"
    written = end_of_line.join([*text_lines, *lead]) + end_of_line
    return MovedList(written.encode(), ".edl", tuple(done), clock.notes)


def _parsed(content: Content) -> tuple[list[str], list[_Group], list[tuple[int, str]]]:
    """The lines before the first event, the events, and the locators with their lines (from 1)."""
    head: list[str] = []
    groups: list[_Group] = []
    locators: list[tuple[int, str]] = []
    open_events: list[tuple[EventLine, str]] = []
    for number, line in enumerate(content.whole_lines, start=1):
        event = parse_event(line.strip(), number)
        if event is None and _LOCATOR.match(line.strip()):
            locators.append((number, line))
            continue
        if event is not None:
            if open_events and (groups[-1].comments or open_events[-1][0].number != event.number):
                open_events = []
            if open_events and not _is_lead(open_events[-1][0], event) and not _is_same(open_events[-1][0], event):
                open_events = []
            if not open_events:
                groups.append(_Group([]))
            groups[-1].events.append((event, line.rstrip()))
            open_events = groups[-1].events
        elif line.strip() and groups:
            groups[-1].comments.append(line.rstrip())
        elif line.strip():
            head.append(line.rstrip())
    return head, groups, locators


def _is_lead(line: EventLine, after: EventLine) -> bool:
    """Whether a line only carries the outgoing clip of a transition."""
    return line.start == line.end == after.start


def _is_same(line: EventLine, after: EventLine) -> bool:
    return (line.start, line.end) == (after.start, after.end)


def _edit_list(content: Content, groups: Sequence[_Group], locators: Sequence[tuple[int, str]]) -> EditList:
    """All positions of the list, by which its counting is found. Raises CutListError for one without any."""
    try:
        read = edl.read(content)
    except CutListError:
        if not any(group.main.track is None for group in groups):
            raise
        read = EditList(edl.FORMAT, ())  # sound alone
    events = [
        Event(group.main.start, None if group.marker is not None else group.main.end, line=group.main.line)
        for group in groups
    ]
    for number, line in locators:
        match = _LOCATOR.match(line.strip())
        if match and (text := parse_timecode(match[2])):
            events.append(Event(text, None, line=number))
    skipped = tuple(note for note in read.notes if not any(part in note for part in _PASSED_OVER))
    return EditList(edl.FORMAT, tuple(events), drop_frame=read.drop_frame, clock=read.clock, notes=skipped)


def _seconds(clock: ListClock, line: int, text: Timecode) -> Fraction:
    try:
        return clock.seconds(text)
    except SettingsError as error:
        raise CutListError(f"Line {line} of the EDL: {error.problem}", error.advice) from error


def _marker(
    cuts: TwoCuts, clock: ListClock, group: _Group, start: Fraction, *, every: bool
) -> tuple[Move, list[_Placed]]:
    """Resolve's marker, whose length is said in a comment."""
    frames = next((int(match[2]) for line in group.comments if (match := _DURATION.search(line))), 1)
    name = group.marker or ""
    if frames > 1:
        end = start + frames / clock.scale
        labels = cuts.footage.labels(start, end, every=every)
        move = moves.span(cuts, "marker", name, start, end, labels)
    else:
        move = moves.moment(cuts, "marker", name, start, every=every)
    placed = []
    for first, last in move.places:
        length = 1 if last is None else max(1, clock.frame(last) - clock.frame(first))
        texts = [clock.timecode(first), clock.timecode(first + 1 / clock.scale)] * 2
        comments = [_DURATION.sub(rf"\g<1>{length}", line) for line in group.comments]
        placed.append(_Placed(first, first, [*(_with_timecodes(line, texts) for _, line in group.events), *comments]))
    return move, placed


def _event(clock: ListClock, group: _Group, part: Stretch, start: Fraction, end: Fraction) -> _Placed:
    """The lines of an event for what remains of it."""
    is_head, is_whole = part.before[0] == start, part.before == (start, end)
    record = [clock.timecode(moment) for moment in part.after]
    lines, source_in = [], ""
    for event, line in group.events:
        spans = timecode_spans(line)
        source = [line[first:last] for first, last in spans[:2]]
        if event.start == event.end and len(group.events) > 1 and event is not group.main:
            if is_head:
                lines.append(_with_timecodes(line, [*source, record[0], record[0]]))
            continue
        if not is_whole:
            source = _source(clock, event, source, (part.before[0] - start, part.before[1] - start), end - start)
        source_in = source[0]
        changed = _with_timecodes(line, [*source, *record])
        if event.is_transition and not is_head:
            at = timecode_spans(changed)[0][0]
            fields = _TRANSITION.sub(lambda match: f"{match[1]}C{match[2]}   {match[3]}", changed[:at])
            changed = fields + changed[at:]
        lines.append(changed)
    lost_head = group.main.is_transition and not is_head
    if part.speed != 1 and not any(_M2.match(comment) for comment in group.comments):
        source_at = with_separator(source_in, drop_frame=False)  # readers know no semicolon in an M2 line
        lines.append(f"M2   {group.main.reel:<8} {float(clock.scale / part.speed):07.3f}                {source_at}")
    for comment in (_at_speed(line, part.speed) for line in group.comments):
        speed, named = _SPEED.match(comment), _NAME.match(comment.strip())
        if lost_head and named and named[1].upper() == "FROM":
            continue  # the outgoing clip is no part of it any more
        if lost_head and named and named[1].upper() == "TO":
            lines.append(f"* FROM CLIP NAME: {named[2]}")
        else:
            lines.append(f"{speed[1]}{source_in}{speed[3]}" if speed and not is_head else comment)
    return _Placed(part.after[0], part.after[1], lines)


def _at_speed(comment: str, speed: Fraction) -> str:
    """A line about an event whose footage lasts so many times as long in the second cut: its own speed changes."""
    match = _M2.match(comment)
    if speed == 1 or match is None:
        return comment
    return f"{match[1]}{float(Fraction(match[2]) / speed):07.3f}{match[3]}"


def _source(
    clock: ListClock, event: EventLine, texts: Sequence[str], within: tuple[Fraction, Fraction], length: Fraction
) -> list[str]:
    """In and out of the source for a part of an event; a retimed event runs through its source at its own speed."""
    counting = clock.reading.counting
    rate, is_written = counting.timecode_rate, is_drop_frame(texts[0])
    drops = is_written or counting.colon == "drop-frame"
    try:
        first, last = (from_timecode(with_separator(text, drop_frame=drops), rate) for text in texts)
    except (SettingsError, ValueError) as error:
        raise CutListError(
            f"Line {event.line} of the EDL is shortened, but its source timecode is not one of its frame rate.",
            "Take the event out of the list, or export it with sources at the film's rate.",
        ) from error
    at = [first + round((last - first) * moment / length) for moment in within]
    return [with_separator(to_timecode(frame, rate, drop_frame=drops), drop_frame=is_written) for frame in at]


def _with_timecodes(line: str, texts: Sequence[str]) -> str:
    """An event line with other timecodes."""
    return "".join(_pieces(line, texts))


def _pieces(line: str, texts: Sequence[str]) -> Iterator[str]:
    at = 0
    for (first, last), text in zip(timecode_spans(line), texts, strict=True):
        yield line[at:first]
        yield text
        at = last
    yield line[at:]


def _numbered(line: str, number: int) -> str:
    """An event line with another number, as wide as before; other lines as they are."""
    if parse_event(line.strip(), 1) is None:
        return line
    match = _NUMBER.match(line)
    return line if match is None else f"{match[1]}{number:0{len(match[2])}}{line[match.end() :]}"
