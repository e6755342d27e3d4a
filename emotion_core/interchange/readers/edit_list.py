"""A cut list as its file has it: events on the list's own timeline, not yet on a film.

Readers make an EditList of bytes; `interchange.conform` lays it on a film. A reader knows the format and nothing of the
film; `conform` knows the film and nothing of the format.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Timecode:
    """A SMPTE timecode with its separator as written: HH:MM:SS:FF or HH:MM:SS;FF."""

    text: str


@dataclass(frozen=True, slots=True)
class FrameNumber:
    """A frame at the list's rate, counted from 0, the first frame of the list's timeline."""

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
    """Record out, exclusive; None where the list has none (a marker, a line of a list by hand)."""
    name: str = ""
    """Name of the clip or marker, on one line; empty for none."""
    transition: int = 0
    """Frames of the dissolve or wipe that it begins with, at the list's rate; 0 for a cut."""
    transition_offset: int = 0
    """Frames from the beginning of the transition to `start`; 0 in an EDL, where it begins at the record in."""
    line: int | None = None
    """Line of the file, from 1; None where the format has no lines."""
    source: str = ""
    """What it shows: a reel, or a clip's media; empty where the list does not say. Equal ones show the same footage at
    equal places."""
    source_in: Timecode | FrameNumber | None = None
    """Place of its first frame in the source; a FrameNumber at the list's rate."""
    source_out: Timecode | FrameNumber | None = None
    """Exclusive. Of a retimed clip further from `source_in` than it is long."""


@dataclass(frozen=True, slots=True)
class EditList:
    """The content of a cut list, in the order of its file."""

    format: str
    """The format's name for messages: “CMX 3600 EDL”, “FCPXML”."""
    events: tuple[Event, ...]
    rate: Fraction | None = None
    """Frames a second of the list's timeline, exact; None where the list does not state it."""
    drop_frame: bool | None = None
    """Counting according to the list's header (FCM, tcFormat, displayformat); None where it does not state it."""
    clock: bool = False
    """Whether timecodes are clock time with whole frames, as scene detectors write them, not counted frames."""
    starts_at: Timecode | FrameNumber | None = None
    """Timecode of the timeline's first frame, where the format states it; a FrameNumber counts from midnight at
    `rate`."""
    frames_are_the_films: bool = False
    """Whether FrameNumber and Seconds count from the film's first frame (scene detectors, lists by hand), whatever the
    film's timecode."""
    gaps_are_scenes: bool = True
    """Whether time without an event is a scene (an empty track is black); False for lists of cuts alone."""
    notes: tuple[str, ...] = ()
    """Notes for the reader of the numbers: skipped lines (with number), tracks not read, retimed clips."""
