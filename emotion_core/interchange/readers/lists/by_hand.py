"""Cut lists by hand: one line a scene, where it begins and, if wanted, its name; and lists of pairs, begin and end.

# position   name
0            Opening
01:00:04:12  Kitchen, day        timecode
412          Street              frame, from 0
18.5s                            seconds from the first frame
00:00:18.500 Yard                the same as a time of the clock

Where every line has two frame numbers that ascend, they are a scene's first and last frame, as TransNetV2 writes them
(`.scenes.txt`); where every line has two times or timecodes, they are its begin and end.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ....errors import CutListError
from .. import positions
from ..content import Content
from ..edit_list import EditList, Event, FrameNumber, Position, Timecode

FORMAT = "cut list by hand"
_PAIR = re.compile(r"(\d{1,9})\s*[\s,;]\s*(\d{1,9})")
_MEANT = "Write HH:MM:SS:FF, or HH:MM:SS;FF for drop-frame, a frame number, HH:MM:SS.mmm, or seconds as 18.5s."


def is_by_hand(content: Content) -> bool:
    """Whether one of its lines begins with a position."""
    return any(_first(line)[0] is not None for _, line in _told(content))


def read(content: Content) -> EditList:
    """The scenes of its lines. Blank lines and lines that start with # are passed over.

    Raises CutListError, naming the line, for one without a position and for a position given twice.
    """
    told = _told(content)
    if not told:
        raise CutListError("The cut list is empty.", "Write one line a scene: a timecode or frame, then a name.")
    if pairs := _frame_pairs(told):
        note = "The list's lines were read as pairs of a scene's first and last frame."
        return EditList(FORMAT, pairs, frames_are_the_films=True, notes=(note,))
    events, seen = [], set()
    for number, line in told:
        place, rest = _first(line)
        if place is None:
            raise CutListError(
                f"Line {number} of the cut list: “{line.split(None, 1)[0][: positions.LONGEST]}” is no timecode, frame "
                "or time.", _MEANT,
            )  # fmt: skip
        if place in seen:
            given = positions.shown(place)
            raise CutListError(f"Line {number} of the cut list repeats {given}.", "Give each cut once.")
        seen.add(place)
        events.append(Event(place, None, rest, line=number))
    ends = [_end(event) for event in events]
    if all(end is not None for end, _ in ends):
        events = [
            Event(event.start, end, rest, line=event.line) for event, (end, rest) in zip(events, ends, strict=True)
        ]
    spans = events[0].end is not None
    # Begin and end in timecode are what an EDL has, and are laid on the film as one.
    like_an_edl = spans and any(isinstance(event.start, Timecode) for event in events)
    return EditList(FORMAT, tuple(events), frames_are_the_films=not like_an_edl, gaps_are_scenes=spans)


def _told(content: Content) -> list[tuple[int, str]]:
    """Lines that say something, with their numbers."""
    return [(at, line) for at, line in enumerate(content.lines, start=1) if line and not line.startswith("#")]


def _first(line: str) -> tuple[Position | None, str]:
    """The position that a line begins with, and the rest of it; a comma or semicolon may stand between."""
    word, _, rest = re.sub(r"\s+", " ", line).partition(" ")
    return positions.position(word.rstrip(",;")), rest


def _end(event: Event) -> tuple[Position | None, str]:
    """A second time on the line, of the same kind as the first, and the name after it. A number is a name."""
    if isinstance(event.start, FrameNumber):
        return None, event.name
    end, rest = _first(re.sub(r"^(?:-->?|[–—])\s*", "", event.name))
    return (end, rest) if type(end) is type(event.start) else (None, event.name)


def _frame_pairs(told: list[tuple[int, str]]) -> tuple[Event, ...]:
    """Events of a list whose every line is a first and a last frame; empty for another.

    The last frame belongs to the scene, unless every scene begins with the frame that the one before it ends with.
    """
    found = [(number, _PAIR.fullmatch(line)) for number, line in told]
    pairs = [(number, int(match[1]), int(match[2])) for number, match in found if match]
    ascending = all(first <= last for _, first, last in pairs) and all(a[2] <= b[1] for a, b in pairwise(pairs))
    if len(pairs) < len(told) or not ascending:
        return ()
    exclusive = len(pairs) > 1 and all(a[2] == b[1] for a, b in pairwise(pairs))
    past = 0 if exclusive else 1
    return tuple(Event(FrameNumber(a), FrameNumber(b + past), line=number) for number, a, b in pairs)
