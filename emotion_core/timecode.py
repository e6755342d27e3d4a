"""Exact time: seconds as Fraction, whole frames at an exact rate, and SMPTE timecode with and without drop-frame.

Drop-frame counting follows SMPTE ST 12-1: at 30000/1001 (60000/1001) frames a second the numbers 00 and 01 (00 to 03)
are skipped at the start of every minute except each tenth. Only numbers are dropped, never frames.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from .errors import SettingsError

_NTSC_NOMINAL = (24, 30, 48, 60, 120)
"""Nominal rates that also exist divided by 1001/1000."""
_TIMECODE = re.compile(r"^(\d{1,3}):(\d{2}):(\d{2})([:;.,])(\d{2,3})$")
_FRAMES_PART = re.compile(r"[:;.,](\d+)$")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open interval of the media clock, in seconds since the first frame was shown."""

    start: Fraction
    end: Fraction

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise SettingsError(f"A span from {float(self.start):g} s to {float(self.end):g} s runs backwards.")

    @property
    def seconds(self) -> Fraction:
        return self.end - self.start


def nominal_rate(rate: Fraction) -> int:
    """Frames that timecode counts in a second: 24 for 24000/1001, 30 for 30000/1001."""
    return max(1, round(rate))


def supports_drop_frame(rate: Fraction) -> bool:
    """Whether drop-frame counting is defined at `rate`: multiples of 30000/1001 only."""
    return rate.denominator == 1001 and nominal_rate(rate) % 30 == 0


def rate_from_header(rate: Fraction) -> Fraction:
    """The exact rate for a rounded one: 24000/1001 for 23.976 and 23.98, 30000/1001 for 29.97; others stay.

    Headers and cut lists often carry decimals: a rate within 0.005 of an NTSC rate means the NTSC rate.
    """
    if rate <= 0:
        raise SettingsError(f"{rate} frames a second is no frame rate.", "It must be above 0.")
    ntsc = Fraction(nominal_rate(rate) * 1000, 1001)
    is_ntsc = nominal_rate(rate) in _NTSC_NOMINAL and rate.denominator != 1 and abs(rate - ntsc) < Fraction(1, 200)
    return ntsc if is_ntsc else rate


def frame_at(seconds: Fraction, rate: Fraction) -> int:
    """The frame number nearest to `seconds` at `rate`, halves upward."""
    scale = seconds.denominator * rate.denominator  # in whole numbers: sums of fractions take five times as long
    return (2 * seconds.numerator * rate.numerator + scale) // (2 * scale)


def to_timecode(frame: int, rate: Fraction, *, drop_frame: bool = False) -> str:
    """`frame` (0 or more) as HH:MM:SS:FF, with `;` before the frames when drop-frame; wraps after 24 hours."""
    if frame < 0:
        raise SettingsError(f"Frame {frame} has no timecode.", "Frames count from 0.")
    base = nominal_rate(rate)
    separator = ":"
    if drop_frame:
        _require_drop_frame(rate)
        separator = ";"
        dropped = base // 15
        in_minute, in_ten = base * 60 - dropped, base * 600 - dropped * 9
        tens, rest = divmod(frame, in_ten)
        frame += dropped * 9 * tens
        if rest >= base * 60:
            frame += dropped * (1 + (rest - base * 60) // in_minute)
    seconds, frames = divmod(frame, base)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    digits = max(2, len(str(base - 1)))
    return f"{hours % 24:02}:{minutes:02}:{seconds:02}{separator}{frames:0{digits}}"


def from_timecode(text: str, rate: Fraction) -> int:
    """The frame number of HH:MM:SS:FF; `;`, `,` or `.` before the frames means drop-frame.

    Raises SettingsError for text of another form, parts out of range, drop-frame at a rate that does not support it,
    and numbers that drop-frame skips.
    """
    match = _match(text)
    hours, minutes, seconds, frames = (int(match[i]) for i in (1, 2, 3, 5))
    base = nominal_rate(rate)
    if minutes > 59 or seconds > 59 or frames >= base:
        raise SettingsError(
            f"“{text}” is no timecode at {float(rate):.3f} frames a second.",
            f"Minutes and seconds go to 59, frames to {base - 1}.",
        )
    total = ((hours * 60 + minutes) * 60 + seconds) * base + frames
    if match[4] == ":":
        return total
    _require_drop_frame(rate)
    dropped = base // 15
    if seconds == 0 and frames < dropped and minutes % 10:
        raise SettingsError(f"“{text}” is a number that drop-frame leaves out.", "Take the next one.")
    all_minutes = hours * 60 + minutes
    return total - dropped * (all_minutes - all_minutes // 10)


def split_timecode(text: str) -> tuple[int, int]:
    """Seconds since midnight and frames of HH:MM:SS:FF as written. Raises SettingsError for another form."""
    match = _match(text)
    hours, minutes, seconds, frames = (int(match[i]) for i in (1, 2, 3, 5))
    return (hours * 60 + minutes) * 60 + seconds, frames


def with_separator(text: str, *, drop_frame: bool) -> str:
    """`text` with `;` before its frames for drop-frame, else `:`. Raises SettingsError for another form."""
    _match(text)
    return _FRAMES_PART.sub(rf"{';' if drop_frame else ':'}\1", text.strip())


def frames_per_day(rate: Fraction, *, drop_frame: bool = False) -> int:
    """Frames that timecode counts in 24 hours, after which it wraps."""
    base = nominal_rate(rate)
    return 86400 * base - (base // 15 * (1440 - 144) if drop_frame else 0)


def is_drop_frame(text: str) -> bool:
    """Whether a timecode is written as drop-frame."""
    match = _TIMECODE.match(text.strip())
    return match is not None and match[4] != ":"


def _match(text: str) -> re.Match[str]:
    match = _TIMECODE.match(text.strip())
    if not match:
        raise SettingsError(f"“{text}” is no timecode.", "Write HH:MM:SS:FF, or HH:MM:SS;FF for drop-frame.")
    return match


def _require_drop_frame(rate: Fraction) -> None:
    if not supports_drop_frame(rate):
        raise SettingsError(
            f"Drop-frame is not defined at {float(rate):.3f} frames a second.",
            "It exists at 30000/1001 and its multiples; use a colon before the frames.",
        )
