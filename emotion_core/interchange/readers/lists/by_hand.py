"""Cut lists by hand: one line a scene, with its beginning and optionally its name; and lists of begin and end pairs.

# position   name
0            Opening
01:00:04:12  Kitchen, day        timecode
412          Street              frame, from 0
18.5s                            seconds from the first frame
00:00:18.500 Yard                the same as clock time

Where every line has two ascending frame numbers, they are a scene's first and last frame, as TransNetV2 writes them
(`.scenes.txt`). Where every line has two times or timecodes, they are its begin and end.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ....errors import CutListError
from .. import positions
from ..content import Content
from ..edit_list import EditList, Event, FrameNumber, Position, Timecode

NAME = "list by hand or of frame pairs (TransNetV2)"
SUFFIXES: tuple[str, ...] = (".txt",)
FORMAT = "cut list by hand"
_PAIR = re.compile(r"(\d{1,9})\s*[\s,;]\s*(\d{1,9})")
_ADVICE = "Write HH:MM:SS:FF, or HH:MM:SS;FF for drop-frame, a frame number, HH:MM:SS.mmm, or seconds as 18.5s."


def sniff(content: Content) -> bool:
    """Whether a line begins with a position."""
    return any(_split(line)[0] is not None for _, line in _entries(content))


def read(content: Content) -> EditList:
    """Read a scene from each line; blank lines and lines that start with # are skipped.

    Raises CutListError, naming the line, for one without a position and for a repeated position.
    """
    lines = _entries(content)
    if not lines:
        raise CutListError("The cut list is empty.", "Write one line a scene: a timecode or frame, then a name.")
    if pairs := _frame_pairs(lines):
        note = "The list's lines were read as pairs of a scene's first and last frame."
        return EditList(FORMAT, pairs, frames_are_the_films=True, notes=(note,))
    events, starts = [], set()
    for number, line in lines:
        start, rest = _split(line)
        if start is None:
            raise CutListError(
                f"Line {number} of the cut list: “{line.split(None, 1)[0][: positions.MAX_LENGTH]}” is no timecode, "
                "frame or time.", _ADVICE,
            )  # fmt: skip
        if start in starts:
            text = positions.format_position(start)
            raise CutListError(f"Line {number} of the cut list repeats {text}.", "Give each cut once.")
        starts.add(start)
        events.append(Event(start, None, rest, line=number))
    ends = [_end(event) for event in events]
    if all(end is not None for end, _ in ends):
        events = [
            Event(event.start, end, rest, line=event.line) for event, (end, rest) in zip(events, ends, strict=True)
        ]
    has_ends = events[0].end is not None
    # Begin and end in timecode are what an EDL has, and are placed on the film like one.
    is_like_edl = has_ends and any(isinstance(event.start, Timecode) for event in events)
    return EditList(FORMAT, tuple(events), frames_are_the_films=not is_like_edl, gaps_are_scenes=has_ends)


def _entries(content: Content) -> list[tuple[int, str]]:
    """The lines that are neither blank nor comments, with their numbers."""
    return [(at, line) for at, line in enumerate(content.lines, start=1) if line and not line.startswith("#")]


def _split(line: str) -> tuple[Position | None, str]:
    """The position at the beginning of a line, and the rest; a comma or semicolon may separate them."""
    word, _, rest = re.sub(r"\s+", " ", line).partition(" ")
    return positions.parse_position(word.rstrip(",;")), rest


def _end(event: Event) -> tuple[Position | None, str]:
    """A second time in the line, of the same kind as the first, and the name after it. A number is part of the name."""
    if isinstance(event.start, FrameNumber):
        return None, event.name
    end, rest = _split(re.sub(r"^(?:-->?|[–—])\s*", "", event.name))
    return (end, rest) if type(end) is type(event.start) else (None, event.name)


def _frame_pairs(lines: list[tuple[int, str]]) -> tuple[Event, ...]:
    """Events of a list in which every line is a first and a last frame; empty for other lists.

    The last frame belongs to the scene, unless every scene begins with the last frame of the one before.
    """
    matches = [(number, _PAIR.fullmatch(line)) for number, line in lines]
    pairs = [(number, int(match[1]), int(match[2])) for number, match in matches if match]
    ascending = all(first <= last for _, first, last in pairs) and all(a[2] <= b[1] for a, b in pairwise(pairs))
    if len(pairs) < len(lines) or not ascending:
        return ()
    is_exclusive = len(pairs) > 1 and all(a[2] == b[1] for a, b in pairwise(pairs))
    past = 0 if is_exclusive else 1
    return tuple(Event(FrameNumber(a), FrameNumber(b + past), line=number) for number, a, b in pairs)
