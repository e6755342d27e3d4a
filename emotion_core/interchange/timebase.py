"""How an editing tool's timeline counts: its frame rate, and the timecode of its first frame."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ..errors import SettingsError
from ..formatting import frame_rate
from ..timecode import (
    frame_at,
    frames_per_day,
    from_timecode,
    is_drop_frame,
    nominal_rate,
    supports_drop_frame,
    to_timecode,
)

if TYPE_CHECKING:
    from ..media import Media

RATES = (
    Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(48000, 1001),
    Fraction(48), Fraction(50), Fraction(60000, 1001), Fraction(60),
)  # fmt: skip
"""Frame rates of editing tools' timelines."""


@dataclass(frozen=True, slots=True)
class Timebase:
    rate: Fraction
    """Frames a second, exact."""
    drop_frame: bool
    starts_at: int
    """Timecode of the first frame, as frames counted from 00:00:00:00."""

    def frame(self, seconds: Fraction) -> int:
        """The timeline's frame, from 0, nearest to a time on the film's media clock."""
        return frame_at(seconds, self.rate)

    def timecode(self, frame: int) -> str:
        """Timecode of a frame of the timeline, from 0; it starts again after 24 hours."""
        return to_timecode(self.starts_at + frame, self.rate, drop_frame=self.drop_frame)

    @property
    def first(self) -> str:
        """Timecode of the first frame."""
        return self.timecode(0)

    def check(self, frames: int) -> None:
        """Raise SettingsError for a film of more than 24 hours, in which timecodes repeat."""
        if frames > frames_per_day(self.rate, drop_frame=self.drop_frame):
            raise SettingsError(
                "The film is longer than 24 hours: its timecodes would come twice.", "Mark it in shorter files."
            )


def timebase_of(media: Media, rate: Fraction | None = None, starts_at: str | None = None) -> Timebase:
    """Timebase of a timeline that begins with the film's first frame.

    `rate` is one of RATES, usual_rate by default. `starts_at` is a timecode, usual_start by default; `;` before its
    frames makes the timebase drop-frame. Raises SettingsError for another rate, and for a timecode that does not exist
    at this one.
    """
    rate = rate or usual_rate(media)
    if rate not in RATES:
        allowed = ", ".join(map(frame_rate, RATES))
        raise SettingsError(
            f"No editing tool has timelines of {frame_rate(rate)} frames a second.", f"Write {allowed}."
        )
    if starts_at is None:
        starts_at = usual_start(media, rate)
    elif (hours := starts_at.strip().partition(":")[0]).isdecimal() and int(hours[:4]) > 23:
        raise SettingsError(f"“{starts_at}” is no timecode of a day.", "Hours go to 23.")
    return Timebase(rate, is_drop_frame(starts_at), from_timecode(starts_at, rate))


def usual_rate(media: Media) -> Fraction:
    """The film's own rate if it is one of RATES, else a multiple or part of it among them, else the nearest."""

    def distance(rate: Fraction) -> tuple[bool, Fraction]:
        fits = 1 in ((rate / media.rate).denominator, (media.rate / rate).denominator)
        return media.is_vfr or not fits, abs(rate - media.rate)

    return min(RATES, key=distance)


def usual_start(media: Media, rate: Fraction) -> str:
    """The film's start timecode; at another rate than the film's only its whole seconds."""
    own = to_timecode(media.start_frame, media.rate, drop_frame=media.drop_frame)
    if rate == media.rate:
        return own
    seconds = own[:8]
    if not (media.drop_frame and supports_drop_frame(rate)):
        return f"{seconds}:00"
    # Drop-frame skips the first numbers of a minute, whose first second therefore begins at a higher one.
    skipped = nominal_rate(rate) // 15 if seconds.endswith("00") and int(seconds[3:5]) % 10 else 0
    return f"{seconds};{skipped:02}"
