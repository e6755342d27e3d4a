"""Positions in a film as people write them: a timecode, a frame number from 0, or seconds such as 18.5s."""

from __future__ import annotations

import re
from fractions import Fraction

from ..errors import SettingsError
from ..timecode import (
    frame_at,
    frames_per_day,
    from_timecode,
    is_drop_frame,
    nominal_rate,
    supports_drop_frame,
    to_timecode,
    with_separator,
)
from .media import Media

_MAX_CHARACTERS = 32
"""Of a position; Python's own refusal of a number of thousands of digits would be less clear."""
_SECONDS = re.compile(r"^(\d+(?:\.\d+)?)s$")


def parse_position(position: str, media: Media) -> int:
    """The frame number, from 0, of a position. Raises SettingsError for any other text.

    A timecode counts from the film's start timecode, across midnight too. In a drop-frame film colons mean drop-frame,
    since many people write them so.
    """
    position = position.strip()
    if len(position) > _MAX_CHARACTERS:
        raise SettingsError(f"“{position[:_MAX_CHARACTERS]}…” is no position.", "Write a timecode, a frame or seconds.")
    if position.isdecimal():
        return int(position)
    if media.is_vfr:
        raise SettingsError(
            f"“{position}” does not name one frame: this film's frame rate varies.", "Write frame numbers, from 0."
        )
    if match := _SECONDS.match(position):
        return frame_at(Fraction(match[1]), media.rate)
    if not media.drop_frame and is_drop_frame(position) and supports_drop_frame(media.rate):
        raise SettingsError(
            f"“{position}” is drop-frame, but this film's timecode is not.", "Write HH:MM:SS:FF, as the film counts."
        )
    text = with_separator(position, drop_frame=True) if media.drop_frame else position
    frame = from_timecode(text, media.rate) - media.start_frame
    if frame >= 0:
        return frame
    after_midnight = frame + frames_per_day(media.rate, drop_frame=media.drop_frame)
    if after_midnight > frame_at(media.duration, media.rate) + nominal_rate(media.rate):
        raise SettingsError(f"{position} lies before the film's start timecode.", "Is it the list of another cut?")
    return after_midnight


def format_cut_lines(cuts: tuple[tuple[int, str], ...], media: Media) -> str:
    """A cut list as text to edit, a line a cut: timecode, or frame number if the frame rate varies, and name."""
    lines = []
    for frame, name in cuts:
        position = str(frame)  # at a varying rate only the frame number is exact
        if not media.is_vfr:
            position = to_timecode(media.start_frame + frame, media.rate, drop_frame=media.drop_frame)
        lines.append(f"{position} {name}".rstrip())
    return "\n".join(lines)
