"""A cut list as its file has it: events on the list's own timeline, not yet laid on a film.

Readers make an EditList of bytes; `interchange.conform` lays it on a film. A reader knows the format and nothing of
the film. `conform` knows the film and nothing of the format.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Timecode:
    """A SMPTE timecode as the list writes it, sign included: HH:MM:SS:FF or HH:MM:SS;FF."""

    text: str


@dataclass(frozen=True, slots=True)
class FrameNumber:
    """A frame counted from 0, the first frame of the list's timeline, at the list's rate."""

    number: int


@dataclass(frozen=True, slots=True)
class Seconds:
    """Seconds from the first frame of the list's timeline, exact."""

    value: Fraction


Position = Timecode | FrameNumber | Seconds


@dataclass(frozen=True, slots=True)
class Event:
    """One clip or marker of the list's picture track."""

    start: Position
    """Record in: where it begins on the timeline."""
    end: Position | None
    """Record out, exclusive; None where the list does not say (a marker, a line of a list by hand)."""
    name: str = ""
    """The clip's or marker's name on one line; empty for none."""
    transition: int = 0
    """Frames of the dissolve or wipe that it begins with, at the list's rate; 0 for a cut."""
    transition_offset: int = 0
    """Frames before `start` at which that transition begins; 0 in an EDL, where it begins at the record in."""
    line: int | None = None
    """Line of the file, from 1; None where the format has no lines."""


@dataclass(frozen=True, slots=True)
class EditList:
    """What a cut list says, in the order of its file."""

    format: str
    """The format's name for messages: “CMX 3600 EDL”, “FCPXML”."""
    events: tuple[Event, ...]
    rate: Fraction | None = None
    """Frames a second of the list's timeline, exact; None where the list does not say."""
    drop_frame: bool | None = None
    """What the list's head says of counting (FCM, tcFormat, displayformat); None where it says nothing."""
    clock: bool = False
    """Timecodes are the clock's time with whole frames, not counted frames: scene detectors write it so."""
    starts_at: Timecode | FrameNumber | None = None
    """The timecode that the timeline's first frame has, where the format says so; FrameNumber counts from midnight at
    `rate`."""
    frames_are_the_films: bool = False
    """FrameNumber and Seconds count from the film's own first frame (scene detectors, lists by hand), whatever the
    film's timecode."""
    gaps_are_scenes: bool = True
    """Time without an event is a scene of its own (an empty track is black); False for lists of cuts alone."""
    notes: tuple[str, ...] = ()
    """What a reader of the numbers must know: lines passed over (with number), tracks not read, retimed clips."""
