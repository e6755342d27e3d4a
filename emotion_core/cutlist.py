"""Cut lists by hand: one line a scene, where it begins and, if wanted, its name.

# position   name
0            Opening
01:00:04:12  Kitchen, day        timecode, as the film's own start timecode counts
412          Street              frame, from 0
18.5s                            seconds from the first frame

An edit decision list of an editing tool (edl.py) is one too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from . import edl
from .errors import CutListError, SettingsError
from .media import Media
from .timecode import frame_at, from_timecode, may_drop, to_timecode

_LONGEST = 32
"""Characters; a number of thousands of digits is refused by Python itself, in other words."""
_LAST_COLON = re.compile(r":(\d+)$")
_DROP = re.compile(r"[;,.]\d+$")
_SECONDS = re.compile(r"^(\d+(?:\.\d+)?)s$")


@dataclass(frozen=True, slots=True)
class CutList:
    cuts: tuple[tuple[int, str], ...]
    """(first frame, name) of each scene, ascending."""
    assumed: str | None = None
    """What was taken for granted in reading it, in a sentence; None for nothing."""


def parse(text: str, media: Media) -> CutList:
    """A film's cuts as written. Raises CutListError, naming the line.

    Blank lines and lines that start with # are passed over. Where the frame rate varies only frame numbers are exact;
    timecode and seconds are then refused.
    """
    if edl.is_edl(text):
        cuts, first = edl.parse(text, media)
        return CutList(cuts, first and f"{first} in the cut list was taken for the film's first frame.")
    found: dict[int, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        position, _, name = re.sub(r"\s+", " ", stripped).partition(" ")
        try:
            frame = frame_of(position, media)
        except SettingsError as error:
            raise CutListError(f"Line {number} of the cut list: {error.problem}", error.advice) from error
        if frame in found:
            raise CutListError(f"Line {number} of the cut list repeats frame {frame}.", "Give each cut once.")
        found[frame] = name
    if not found:
        raise CutListError("The cut list is empty.", "Write one line a scene: a timecode or frame, then a name.")
    return CutList(tuple(sorted(found.items())))


def written(cuts: tuple[tuple[int, str], ...], media: Media) -> str:
    """Cuts as a list that `parse` takes: by timecode, or by frame where the frame rate varies."""
    lines = []
    for frame, name in cuts:
        position = str(frame)  # the only exact one where the frame rate varies
        if not media.is_vfr:
            position = to_timecode(media.start_frame + frame, media.rate, drop_frame=media.drop_frame)
        lines.append(f"{position} {name}".rstrip())
    return "\n".join(lines)


def frame_of(position: str, media: Media) -> int:
    """The frame that a timecode, a frame or seconds name. Raises SettingsError for what names none."""
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
    frame = from_timecode(_as_counted(position, media), media.rate) - media.start_frame
    if frame < 0:
        raise SettingsError(f"{position} lies before the film's start timecode.", "Is it the list of another cut?")
    return frame


def _as_counted(position: str, media: Media) -> str:
    """A timecode as the film counts: many write colons for drop-frame too, and its numbers are what they read."""
    if media.drop_frame:
        return _LAST_COLON.sub(r";\1", position)
    if _DROP.search(position) and may_drop(media.rate):
        raise SettingsError(
            f"“{position}” is drop-frame, but this film's timecode is not.", "Write HH:MM:SS:FF, as the film counts."
        )
    return position
