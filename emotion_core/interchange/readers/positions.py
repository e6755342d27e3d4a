"""Positions on a timeline as text: timecode, frame number, seconds, clock time."""

from __future__ import annotations

import re
from fractions import Fraction

from .edit_list import FrameNumber, Position, Seconds, Timecode

MAX_LENGTH = 32
"""Characters of a position; beyond thousands of digits Python raises its own error."""
TIMECODE = r"\d{1,3}[:;.]\d{2}[:;.]\d{2}[:;.,]\d{2,3}"
"""HH:MM:SS:FF, with `;`, `,` or `.` for drop-frame; some tools write it between all parts."""
_TIMECODE = re.compile(r"(\d{1,3})[:;.](\d{2})[:;.](\d{2})([:;.,])(\d{2,3})")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,](\d{3,9}))?")
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)s")


def parse_timecode(text: str) -> Timecode | None:
    """Parse HH:MM:SS:FF; None if `text` is none. The last separator is kept, since it says how frames are counted."""
    match = _TIMECODE.fullmatch(text.strip())
    if match is None or len(text) > MAX_LENGTH:
        return None
    hours, minutes, seconds, separator, frames = match.groups()
    return Timecode(f"{hours:0>2}:{minutes}:{seconds}{separator}{frames}")


def parse_clock_time(text: str) -> Seconds | None:
    """Parse HH:MM:SS.mmm, HH:MM:SS or MM:SS.mmm; None if `text` is none, such as “01:00”.

    Three digits after a full stop or comma are milliseconds, as subtitles and scene detectors write them; two are
    frames.
    """
    match = _CLOCK.fullmatch(text.strip())
    if match is None or len(text) > MAX_LENGTH:
        return None
    hours, minutes, seconds, fraction = match.groups()
    if int(seconds) > 59 or (hours and int(minutes) > 59) or not (hours or fraction):
        return None
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return Seconds(Fraction(whole) + (Fraction(int(fraction), 10 ** len(fraction)) if fraction else 0))


def parse_position(text: str) -> Position | None:
    """Parse a frame number, seconds (“18.5s”), clock time or timecode; None if `text` is none of them."""
    text = text.strip()
    if len(text) > MAX_LENGTH:
        return None
    if text.isdecimal():
        return FrameNumber(int(text))
    if match := _SECONDS.fullmatch(text):
        return Seconds(Fraction(match[1]))
    return parse_clock_time(text) or parse_timecode(text)


def format_position(position: Position) -> str:
    """A position in messages."""
    if isinstance(position, Timecode):
        return position.text
    if isinstance(position, FrameNumber):
        return f"frame {position.number}"
    return f"{float(position.value):g} s"
