"""How a cut list counts: its frame rate, and whether its timecode is drop-frame, non-drop or clock time.

Drop-frame is SMPTE ST 12-1 (see emotion_core.timecode). In clock time HH:MM:SS are seconds of real time and FF the
whole frames since then; at 24000/1001 that is 86 frames an hour less than non-drop. Scene detectors write clock time.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Literal

from ..timecode import from_timecode, is_drop_frame, nominal_rate, split_timecode, to_timecode, with_separator

Mode = Literal["drop-frame", "non-drop", "clock"]


@dataclass(frozen=True, slots=True)
class Label:
    """The numbers of a timecode, apart from how they count."""

    seconds: int
    """Seconds since midnight."""
    frames: Fraction


@dataclass(frozen=True, slots=True)
class Counting:
    """One way to read a list's positions."""

    rate: Fraction
    """Frames a second that the list counts."""
    timecode_rate: Fraction
    """Frames a second of its timecode: 30000/1001 where a list of such a film says 30."""
    scale: Fraction
    """Frames of the film for each of the list's."""
    colon: Mode
    """How a timecode with `:` before its frames counts."""
    notes: tuple[str, ...] = ()
    """Notes for the reader of the numbers where this way is used."""
    caveat: str = ""
    """Further note for where the list does not end with the film."""
    needs_evidence: bool = False
    """Whether nothing in the list suggests this way, so that the film must."""

    def mode(self, text: str) -> Mode:
        """How a written timecode counts."""
        return "drop-frame" if is_drop_frame(text) else self.colon

    def label(self, text: str) -> Label:
        """The numbers of a timecode. Raises SettingsError for one that does not exist in this counting."""
        from_timecode(with_separator(text, drop_frame=self.mode(text) == "drop-frame"), self.timecode_rate)
        seconds, frames = split_timecode(text)
        return Label(seconds, Fraction(frames))

    def label_at(self, frame: int, mode: Mode) -> Label:
        """The numbers of a frame counted from midnight."""
        seconds, frames = divmod(frame, nominal_rate(self.rate))
        if mode == "drop-frame":
            seconds, frames = split_timecode(to_timecode(frame, self.timecode_rate, drop_frame=True))
        return Label(seconds % 86400, Fraction(frames))

    def count(self, label: Label, mode: Mode) -> Fraction:
        """Frames from midnight to a label; one that drop-frame skips stands for the next existing one."""
        base = nominal_rate(self.rate)
        if mode == "clock":
            return Fraction(ceil(label.seconds * self.rate + label.frames))
        if mode == "non-drop":
            return label.seconds * base + label.frames
        dropped, minute = base // 15, label.seconds // 60
        skipped = dropped if label.seconds % 60 == 0 and minute % 10 else 0
        return label.seconds * base + max(label.frames, Fraction(skipped)) - dropped * (minute - minute // 10)

    def day(self, mode: Mode) -> Fraction:
        """Frames of 24 hours, after which timecode starts again."""
        return self.count(Label(86400, Fraction(0)), mode)

    def between(self, first: Label, text: str) -> Fraction:
        """Frames from a label forward to a timecode, across midnight if necessary."""
        mode = self.mode(text)
        return (self.count(self.label(text), mode) - self.count(first, mode)) % self.day(mode)
