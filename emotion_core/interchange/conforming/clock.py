"""How a list that is moved counts: its timecodes on the first film, and the same counting on the second.

A list whose timecode is the first film's own gets the second film's own. Else its beginning stood for the first frame
of the film, and stands for that of the second. A list that says its rate keeps it, and is moved by its times; another
counts as the films do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ...errors import CutListError, SettingsError
from ...media import Media
from ...timecode import (
    frame_at,
    from_timecode,
    is_drop_frame,
    nominal_rate,
    split_timecode,
    supports_drop_frame,
    to_timecode,
)
from ..conform import place_on_film
from ..placement import Reading
from ..readers.edit_list import EditList, Event, Position, Timecode
from ..timebase import Timebase
from .cuts import TwoCuts


@dataclass(frozen=True, slots=True)
class ListClock:
    """Positions of a list on the first film, and moments of the second film as the list writes them."""

    reading: Reading
    old: Media
    new: Timebase
    """How the list counts on the second film."""
    scale: Fraction
    """Frames of `new` for each second of the second film."""
    by_clock: bool
    """Whether its numbers are the clock's time."""
    notes: tuple[str, ...] = ()

    def seconds(self, position: Position) -> Fraction:
        """A position on the first film. Raises SettingsError for a timecode that does not exist there."""
        return self.reading.film_frames(position) / self.old.rate

    def frame(self, seconds: Fraction) -> int:
        """The list's frame on the second film, from 0."""
        return frame_at(seconds, self.scale)

    def timecode(self, seconds: Fraction, like: str = "") -> str:
        """The list's timecode of a moment of the second film."""
        if self.by_clock:
            total = seconds + Fraction(self.new.starts_at, nominal_rate(self.new.rate))
            whole = int(total)
            frames = min(int((total - whole) * self.new.rate), nominal_rate(self.new.rate) - 1)
            return f"{whole // 3600 % 24:02}:{whole // 60 % 60:02}:{whole % 60:02}:{frames:02}"
        return self.new.timecode(self.frame(seconds))

    def length(self, seconds: Fraction, like: str) -> str:
        """A length as the list writes it."""
        drops = is_drop_frame(like) and supports_drop_frame(self.new.rate)
        return to_timecode(self.frame(seconds), self.new.rate, drop_frame=drops)


def clock_of(edit_list: EditList, cuts: TwoCuts) -> ListClock:
    """The counting of a list of the first film. Raises CutListError where it does not fit that film."""
    old, new = cuts.before.media, cuts.after.media
    placement = place_on_film(edit_list, old, cuts.before.cuts)
    reading = placement.reading
    if reading is None:
        raise CutListError(f"The {edit_list.format} has no timecode.", "Export it with timecode.")
    counting = reading.counting
    if edit_list.rate is None or nominal_rate(counting.rate) == nominal_rate(new.rate):
        rate = new.rate / counting.scale if edit_list.rate is None else new.rate
        scale = rate
    else:
        rate = scale = counting.timecode_rate
    starts_at, drops = _start(reading, old, new, rate)
    by_clock = counting.colon == "clock"
    return ListClock(
        reading, old, Timebase(rate, drops, starts_at), scale, by_clock, (*edit_list.notes, *placement.notes)
    )


def clock_of_timecodes(format_name: str, texts: Iterable[tuple[Timecode, int]], cuts: TwoCuts) -> ListClock:
    """The counting of a list of timecodes, each with its line."""
    events = tuple(Event(text, None, line=line) for text, line in texts)
    return clock_of(EditList(format_name, events, gaps_are_scenes=False), cuts)


def _start(reading: Reading, old: Media, new: Media, rate: Fraction) -> tuple[int, bool]:
    """The list's frame, from midnight, at the second film's first frame, and whether it is drop-frame."""
    if reading.first is None:
        return 0, False
    if reading.is_own:
        drops = new.drop_frame and supports_drop_frame(rate)
        seconds, frames = split_timecode(to_timecode(new.start_frame, new.rate, drop_frame=new.drop_frame))
        own = nominal_rate(new.rate)
    else:
        drops = reading.counting.colon == "drop-frame" and supports_drop_frame(rate)
        seconds, frames = reading.first.seconds, int(reading.first.frames)
        own = nominal_rate(reading.counting.rate)
    base = nominal_rate(rate)
    return _count(seconds, frames * base // own, rate, drops=drops), drops


def _count(seconds: int, frames: int, rate: Fraction, *, drops: bool) -> int:
    sign, digits = ";" if drops else ":", 3 if nominal_rate(rate) > 100 else 2
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{sign}"
    try:
        return from_timecode(f"{text}{frames:0{digits}}", rate)
    except SettingsError:  # a number that drop-frame leaves out stands for the next one
        return from_timecode(f"{text}{nominal_rate(rate) // 15:0{digits}}", rate)
