"""Places on a timeline as text: timecode, a frame's number, seconds, a time of the clock."""

from __future__ import annotations

import re
from fractions import Fraction

from .edit_list import FrameNumber, Position, Seconds, Timecode

LONGEST = 32
"""Characters of a position; Python refuses numbers of thousands of digits in words of its own."""
TIMECODE = r"\d{1,3}[:;.]\d{2}[:;.]\d{2}[:;.,]\d{2,3}"
"""HH:MM:SS:FF, with `;`, `,` or `.` for drop-frame; some tools write it between all parts."""
_TIMECODE = re.compile(r"(\d{1,3})[:;.](\d{2})[:;.](\d{2})([:;.,])(\d{2,3})")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,](\d{3,9}))?")
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)s")


def timecode(text: str) -> Timecode | None:
    """`text` as HH:MM:SS:FF with the last sign kept, since it says how frames are counted; None where it is none."""
    match = _TIMECODE.fullmatch(text.strip())
    if match is None or len(text) > LONGEST:
        return None
    hours, minutes, seconds, sign, frames = match.groups()
    return Timecode(f"{hours:0>2}:{minutes}:{seconds}{sign}{frames}")


def time(text: str) -> Seconds | None:
    """`text` as a time of the clock, HH:MM:SS.mmm, HH:MM:SS or MM:SS.mmm; None where it is none: so for “01:00”.

    Three digits after a full stop or comma are milliseconds, as subtitles and scene detectors write them; two are
    frames.
    """
    match = _CLOCK.fullmatch(text.strip())
    if match is None or len(text) > LONGEST:
        return None
    hours, minutes, seconds, part = match.groups()
    if int(seconds) > 59 or (hours and int(minutes) > 59) or not (hours or part):
        return None
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return Seconds(Fraction(whole) + (Fraction(int(part), 10 ** len(part)) if part else 0))


def position(text: str) -> Position | None:
    """`text` as a frame's number, seconds (“18.5s”), a time of the clock or timecode; None where it is none."""
    text = text.strip()
    if len(text) > LONGEST:
        return None
    if text.isdecimal():
        return FrameNumber(int(text))
    if match := _SECONDS.fullmatch(text):
        return Seconds(Fraction(match[1]))
    return time(text) or timecode(text)


def shown(place: Position) -> str:
    """A position as messages say it."""
    if isinstance(place, Timecode):
        return place.text
    if isinstance(place, FrameNumber):
        return f"frame {place.number}"
    return f"{float(place.value):g} s"
