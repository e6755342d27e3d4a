"""How an editing tool's timeline counts: its frame rate, and the timecode of its first frame."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..errors import SettingsError
from ..media import Media
from ..timecode import frame_at, from_timecode, is_drop_frame, may_drop, nominal, to_timecode

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
        """The timecode of a frame of the timeline, from 0. Raises SettingsError past 24 hours."""
        counted = self.starts_at + frame
        if counted > self._day:
            raise SettingsError(
                f"A timeline that begins at {self.first} passes 24 hours.", "Let it begin at an earlier timecode."
            )
        return to_timecode(counted, self.rate, drop_frame=self.drop_frame)

    @property
    def _day(self) -> int:
        """Frames of 24 hours, as timecode counts them."""
        sign = ";" if self.drop_frame else ":"
        return from_timecode(f"23:59:59{sign}{nominal(self.rate) - 1:02}", self.rate) + 1

    @property
    def first(self) -> str:
        """The timecode of the first frame."""
        return to_timecode(self.starts_at, self.rate, drop_frame=self.drop_frame)


def of(media: Media, rate: Fraction | None = None, starts_at: str | None = None) -> Timebase:
    """The timebase of a timeline in which the film lies from the first frame on.

    `rate` None: the film's own; where it varies, the nearest of RATES. `starts_at` None: the film's start timecode; at
    another rate its hours, minutes and seconds. `;` before the frames makes it drop-frame. Raises SettingsError for a
    timecode that there is not at this rate.
    """
    rate = rate or usual_rate(media)
    if starts_at is None:
        starts_at = usual_start(media, rate)
    return Timebase(rate, is_drop_frame(starts_at), from_timecode(starts_at, rate))


def usual_rate(media: Media) -> Fraction:
    """The film's own rate; where it varies, the nearest that editing tools have."""
    return min(RATES, key=lambda rate: abs(rate - media.rate)) if media.is_vfr else media.rate


def usual_start(media: Media, rate: Fraction) -> str:
    """The film's start timecode, or its whole seconds where the timeline has another rate."""
    own = to_timecode(media.start_frame, media.rate, drop_frame=media.drop_frame)
    if rate == media.rate:
        return own
    digits = max(2, len(str(nominal(rate) - 1)))
    seconds = own[:8]
    # Of a drop-frame minute the first numbers are left out: its first second begins at a higher one.
    first = 0
    if media.drop_frame and may_drop(rate):
        if seconds.endswith("00") and int(seconds[3:5]) % 10:
            first = nominal(rate) // 15
        return f"{seconds};{first:0{digits}}"
    return f"{seconds}:{first:0{digits}}"
