"""How an editing tool's timeline counts: its frame rate, and the timecode of its first frame."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..errors import SettingsError
from ..media.media import Media
from ..timecode import day, frame_at, from_timecode, is_drop_frame, may_drop, nominal, per_second, to_timecode

RATES = (
    Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(48000, 1001),
    Fraction(48), Fraction(50), Fraction(60000, 1001), Fraction(60),
)  # fmt: skip
"""The frame rates that editing tools have timelines of."""


@dataclass(frozen=True, slots=True)
class Timebase:
    rate: Fraction
    """Frames a second, exact."""
    drop_frame: bool
    starts_at: int
    """The first frame's timecode, as frames counted from 00:00:00:00."""

    def frame(self, seconds: Fraction) -> int:
        """The frame of the timeline, from 0, nearest to a time of the film's media clock."""
        return frame_at(seconds, self.rate)

    def timecode(self, frame: int) -> str:
        """The timecode of a frame of the timeline, from 0; after 24 hours it begins again."""
        return to_timecode(self.starts_at + frame, self.rate, drop_frame=self.drop_frame)

    @property
    def first(self) -> str:
        """The timecode of the first frame."""
        return self.timecode(0)

    def check(self, frames: int) -> None:
        """Raise SettingsError for a film of so many frames that timecode counts twice: more than 24 hours."""
        if frames > day(self.rate, drop_frame=self.drop_frame):
            raise SettingsError(
                "The film is longer than 24 hours: its timecodes would come twice.", "Mark it in shorter files."
            )


def of(media: Media, rate: Fraction | None = None, starts_at: str | None = None) -> Timebase:
    """The timebase of a timeline in which the film lies from the first frame on.

    `rate`, one of RATES, is by default usual_rate, `starts_at` usual_start; `;` before the frames makes it drop-frame.
    Raises SettingsError for another rate, and for a timecode that there is not at this one.
    """
    rate = rate or usual_rate(media)
    if rate not in RATES:
        allowed = ", ".join(per_second(one) for one in RATES)
        raise SettingsError(
            f"No editing tool has timelines of {per_second(rate)} frames a second.", f"Write {allowed}."
        )
    if starts_at is None:
        starts_at = usual_start(media, rate)
    elif (hours := starts_at.strip().partition(":")[0]).isdecimal() and int(hours[:4]) > 23:
        raise SettingsError(f"“{starts_at}” is no timecode of a day.", "Hours go to 23.")
    return Timebase(rate, is_drop_frame(starts_at), from_timecode(starts_at, rate))


def usual_rate(media: Media) -> Fraction:
    """The film's own rate, or that of RATES in which its frames lie best: a multiple, a part, or else the nearest."""

    def distance(rate: Fraction) -> tuple[bool, Fraction]:
        fits = 1 in ((rate / media.rate).denominator, (media.rate / rate).denominator)
        return media.is_vfr or not fits, abs(rate - media.rate)

    return min(RATES, key=distance)


def usual_start(media: Media, rate: Fraction) -> str:
    """The film's start timecode, or its whole seconds where the timeline has another rate."""
    own = to_timecode(media.start_frame, media.rate, drop_frame=media.drop_frame)
    if rate == media.rate:
        return own
    seconds = own[:8]
    if not (media.drop_frame and may_drop(rate)):
        return f"{seconds}:00"
    # Of a drop-frame minute the first numbers are left out: its first second begins at a higher one.
    left_out = nominal(rate) // 15 if seconds.endswith("00") and int(seconds[3:5]) % 10 else 0
    return f"{seconds};{left_out:02}"
