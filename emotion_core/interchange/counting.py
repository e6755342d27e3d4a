"""How a cut list counts: its frame rate, and whether its timecode is drop-frame, non-drop or the clock's.

Drop-frame is SMPTE ST 12-1 (see emotion_core.timecode). By the clock, HH:MM:SS are seconds of real time and FF the
whole frames since then, which at 24000/1001 is 86 frames an hour less than non-drop: scene detectors write it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Literal

from ..timecode import from_timecode, is_drop_frame, nominal, parts, to_timecode, with_sign

Mode = Literal["drop-frame", "non-drop", "clock"]


@dataclass(frozen=True, slots=True)
class Label:
    """The numbers of a timecode, whatever they count."""

    seconds: int
    """Since midnight."""
    frames: Fraction


@dataclass(frozen=True, slots=True)
class Counting:
    """One way to read a list's positions."""

    rate: Fraction
    """Frames a second that the list counts."""
    timecode_rate: Fraction
    """The same for its timecode: 30000/1001 where a list of such a film says 30."""
    scale: Fraction
    """Frames of the film for each of the list's."""
    colon: Mode
    """What a timecode with `:` before its frames counts."""
    notes: tuple[str, ...] = ()
    """What must be told where it is used."""
    unsure: str = ""
    """What must be told beside, where the list does not end with the film."""
    doubtful: bool = False
    """Whether it needs evidence: nothing in the list says it."""

    def mode(self, text: str) -> Mode:
        """How a timecode as written counts."""
        return "drop-frame" if is_drop_frame(text) else self.colon

    def label(self, text: str) -> Label:
        """The numbers of a timecode. Raises SettingsError for one that there is not in this counting."""
        from_timecode(with_sign(text, drop_frame=self.mode(text) == "drop-frame"), self.timecode_rate)
        seconds, frames = parts(text)
        return Label(seconds, Fraction(frames))

    def label_at(self, frame: int, mode: Mode) -> Label:
        """The numbers of a frame that is counted from midnight."""
        seconds, frames = divmod(frame, nominal(self.rate))
        if mode == "drop-frame":
            seconds, frames = parts(to_timecode(frame, self.timecode_rate, drop_frame=True))
        return Label(seconds % 86400, Fraction(frames))

    def count(self, label: Label, mode: Mode) -> Fraction:
        """Frames from midnight to a label; one that drop-frame leaves out stands for the next that there is."""
        base = nominal(self.rate)
        if mode == "clock":
            return Fraction(ceil(label.seconds * self.rate + label.frames))
        if mode == "non-drop":
            return label.seconds * base + label.frames
        dropped, minute = base // 15, label.seconds // 60
        left_out = dropped if label.seconds % 60 == 0 and minute % 10 else 0
        return label.seconds * base + max(label.frames, Fraction(left_out)) - dropped * (minute - minute // 10)

    def day(self, mode: Mode) -> Fraction:
        """Frames of 24 hours, after which timecode begins again."""
        return self.count(Label(86400, Fraction(0)), mode)

    def between(self, first: Label, text: str) -> Fraction:
        """Frames from a label on to a timecode, across midnight where it must be."""
        mode = self.mode(text)
        return (self.count(self.label(text), mode) - self.count(first, mode)) % self.day(mode)
