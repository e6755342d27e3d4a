"""Positions in a film as people write them: a timecode, a frame from 0, or seconds as 18.5s."""

from __future__ import annotations

import re
from fractions import Fraction

from ..errors import SettingsError
from ..timecode import day, frame_at, from_timecode, is_drop_frame, may_drop, nominal, to_timecode, with_sign
from .media import Media

_LONGEST = 32
"""Characters; a number of thousands of digits is refused by Python itself, in other words."""
_SECONDS = re.compile(r"^(\d+(?:\.\d+)?)s$")


def frame_of(position: str, media: Media) -> int:
    """The frame, from 0, that a position names. Raises SettingsError for what names none.

    Timecode is the film's own, across midnight where the film passes it. In a drop-frame film colons are drop-frame
    too: many write them so, and the numbers are what the film's timecode shows.
    """
    position = position.strip()
    if len(position) > _LONGEST:
        raise SettingsError(f"“{position[:_LONGEST]}…” is no position.", "Write a timecode, a frame or seconds.")
    if position.isdecimal():
        return int(position)
    if media.is_vfr:
        raise SettingsError(
            f"“{position}” does not name one frame: this film's frame rate varies.", "Write frame numbers, from 0."
        )
    if match := _SECONDS.match(position):
        return frame_at(Fraction(match[1]), media.rate)
    if not media.drop_frame and is_drop_frame(position) and may_drop(media.rate):
        raise SettingsError(
            f"“{position}” is drop-frame, but this film's timecode is not.", "Write HH:MM:SS:FF, as the film counts."
        )
    text = with_sign(position, drop_frame=True) if media.drop_frame else position
    frame = from_timecode(text, media.rate) - media.start_frame
    if frame >= 0:
        return frame
    after_midnight = frame + day(media.rate, drop_frame=media.drop_frame)
    if after_midnight > frame_at(media.duration, media.rate) + nominal(media.rate):
        raise SettingsError(f"{position} lies before the film's start timecode.", "Is it the list of another cut?")
    return after_midnight


def as_lines(cuts: tuple[tuple[int, str], ...], media: Media) -> str:
    """Cuts as a list by hand, which a person can change: by timecode, or by frame where the frame rate varies."""
    lines = []
    for frame, name in cuts:
        position = str(frame)  # the only exact one where the frame rate varies
        if not media.is_vfr:
            position = to_timecode(media.start_frame + frame, media.rate, drop_frame=media.drop_frame)
        lines.append(f"{position} {name}".rstrip())
    return "\n".join(lines)
