"""Placement of a cut list on a film: the film's first frame in the list's counting, and each event from there.

The list's timecode is taken for the film's own if all of the list then lies within the film. Else the list's beginning
is taken for the film's first frame: the start of its timeline where the format says that, or its first event.
docs/cut-lists.md describes the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ..errors import CutListError, SettingsError
from ..media import Media
from ..timecode import nominal_rate, split_timecode, to_timecode
from .counting import Counting, Label, Mode
from .readers.edit_list import EditList, Event, FrameNumber, Position, Timecode

_MAX_LATE = 60
"""Seconds by which a list's first event may follow the whole hour at which its timeline began."""


@dataclass(frozen=True, slots=True)
class PlacedEvent:
    """An event on the film; frames of the film from 0."""

    event: Event
    cut: int
    """First frame of its scene: the middle of a transition."""
    start: int
    end: int | None
    """Exclusive; None for a marker."""

    @property
    def reach(self) -> int:
        """Its end; a marker's start."""
        return self.start if self.end is None else self.end


@dataclass(frozen=True, slots=True)
class Reading:
    """How the positions of a list are read on a film: every one of them, not its events alone."""

    counting: Counting
    first: Label | None
    """The timecode of the film's first frame in the list's counting; None for a list without timecode."""
    is_own: bool
    """Whether that is the film's own timecode."""
    offset: Callable[[Position, Label | None], Fraction]

    def film_frames(self, position: Position) -> Fraction:
        """Frames of the film from its first one to a position; negative for what comes before it.

        Raises SettingsError for a timecode that does not exist in this counting.
        """
        frames, day = self.offset(position, self.first), self.counting.day(self.counting.colon)
        return (frames - day if 2 * frames > day else frames) * self.counting.scale


@dataclass(frozen=True, slots=True)
class Placement:
    """A cut list on the film, read in one way."""

    places: tuple[PlacedEvent, ...]
    """Ascending by start."""
    notes: tuple[str, ...]
    caveat: str = ""
    """Further note for where the list does not end with the film."""
    needs_evidence: bool = False
    """Whether nothing in the list suggests this reading, so that the film must."""
    reading: Reading | None = None
    """How its positions were read; None for a list that counts from the film's first frame."""

    @property
    def reach(self) -> int:
        """The frame after the last event, or the last marker's."""
        return max(place.reach for place in self.places)

    @property
    def end(self) -> int | None:
        """The frame after the last event; None where no event has an end."""
        return max((place.end for place in self.places if place.end is not None), default=None)


def placements(edit_list: EditList, media: Media, counting: Counting, length: int) -> Iterator[Placement]:
    """The list on a film of `length` frames, from each first frame that it may have, the likeliest first.

    Raises CutListError, naming the line, for a position that does not exist in this counting.
    """
    timeline = _Timeline(edit_list, counting)
    if not timeline.events:
        raise CutListError(f"The {edit_list.format} has no event of picture that lasts.", "Export the list again.")
    if not timeline.is_absolute:
        yield timeline.place(None, ())
        return
    own = timeline.place(own_label(media, counting), (), is_own=True)
    if own.reach <= length + nominal_rate(media.rate) and own.places[0].start < length:
        yield own
        return
    first, mode = timeline.first(length / counting.scale)
    hour = Label(first.seconds - first.seconds % 3600, Fraction(0))
    late = counting.count(first, mode) - counting.count(hour, mode)
    may_begin_at_hour = timeline.starts is None and 0 < late < _MAX_LATE * nominal_rate(counting.rate)
    for label in (first, hour) if may_begin_at_hour else (first,):
        note = f"{_format_label(label, mode)} in the cut list was taken for the film's first frame."
        yield timeline.place(label, (note,))


def own_label(media: Media, counting: Counting) -> Label:
    """The film's start timecode in numbers of the list's rate."""
    seconds, frames = split_timecode(to_timecode(media.start_frame, media.rate, drop_frame=media.drop_frame))
    return Label(seconds, Fraction(frames * nominal_rate(counting.rate), nominal_rate(media.rate)))


def _format_label(label: Label, mode: Mode) -> str:
    hours, seconds = divmod(label.seconds, 3600)
    separator = ";" if mode == "drop-frame" else ":"
    return f"{hours:02}:{seconds // 60:02}:{seconds % 60:02}{separator}{int(label.frames):02}"


class _Timeline:
    """A list's events in its own frames."""

    def __init__(self, edit_list: EditList, counting: Counting) -> None:
        self._counting, self._format = counting, edit_list.format
        self.notes = list(counting.notes)
        self.starts: Label | None = None
        self._starts_mode: Mode = counting.colon
        if isinstance(edit_list.starts_at, Timecode):
            text = edit_list.starts_at.text
            try:
                self.starts, self._starts_mode = counting.label(text), counting.mode(text)
            except SettingsError as error:
                raise CutListError(f"The start of the {self._format}: {error.problem}", error.advice) from error
        elif edit_list.starts_at is not None:
            self.starts = counting.label_at(edit_list.starts_at.number, counting.colon)
        # Each event with its length, None for a marker. Events of no length only carry a transition and are left out.
        self.events: list[tuple[Event, Fraction | None]] = []
        for number, event in enumerate(edit_list.events, start=1):
            line = f"Line {event.line}" if event.line else f"Event {number}"
            try:
                length = self._length(event)
            except SettingsError as error:
                raise CutListError(f"{line} of the {self._format}: {error.problem}", error.advice) from error
            if length is not None and length < 0:
                self.notes.append(f"{line} of the {self._format} ends before it begins: only its begin was taken.")
                length = None
            if length != 0:
                self.events.append((event, length))

    @property
    def is_absolute(self) -> bool:
        """Whether the list gives its first frame a timecode."""
        return self.starts is not None or any(isinstance(event.start, Timecode) for event, _ in self.events)

    def first(self, length: Fraction) -> tuple[Label, Mode]:
        """The beginning of the list: its start where it names one, else its first event, across midnight if need be.

        `length` is the film's, in frames of the list.
        """
        if self.starts is not None:
            return self.starts, self._starts_mode
        counting = self._counting
        timecodes = (event.start.text for event, _ in self.events if isinstance(event.start, Timecode))
        starts = sorted((counting.count(counting.label(text), counting.mode(text)), text) for text in timecodes)
        (earliest, first), (latest, _) = starts[0], starts[-1]
        if latest - earliest > length + nominal_rate(counting.rate):
            gap, after = max((b - a, text) for (a, _), (b, text) in pairwise(starts))
            if latest - earliest + gap > counting.day("non-drop"):
                first = after
        return counting.label(first), counting.mode(first)

    def place(self, first: Label | None, notes: tuple[str, ...], *, is_own: bool = False) -> Placement:
        """Place the events on a film whose first frame has the timecode `first`."""
        spans = []
        for event, own_length in self.events:
            start, length = self._offset(event.start, first), own_length
            if own_length is not None and isinstance(event.end, Timecode):
                # The end counts by its own separator, which may differ from the start's.
                length = (self._offset(event.end, first) - start) % self._counting.day(self._counting.colon)
            spans.append((start, length, event))
        spans.sort(key=lambda span: span[0])
        notes = (*self.notes, *notes)
        if _has_inclusive_ends([(start, length) for start, length, _ in spans]):
            spans = [(start, length and length + 1, event) for start, length, event in spans]
            notes += (
                "Between the cut list's events one frame is left out each time: its outs were taken as inclusive.",
            )
        places = tuple(
            PlacedEvent(
                event,
                self._film_frame(start + event.transition // 2 - event.transition_offset),
                self._film_frame(start),
                None if length is None else self._film_frame(start + length),
            )
            for start, length, event in spans
        )
        reading = Reading(self._counting, first, is_own, self._offset)
        return Placement(places, notes, self._counting.caveat, self._counting.needs_evidence, reading)

    def _film_frame(self, frames: Fraction) -> int:
        """The film's frame nearest to a frame of the list; 0 for what precedes the first."""
        return max(0, (frames * self._counting.scale + Fraction(1, 2)).__floor__())

    def _offset(self, position: Position, first: Label | None) -> Fraction:
        """Frames of the list from `first` to a position; from the timeline's first frame where that has no timecode."""
        if isinstance(position, Timecode):
            return self._counting.between(first or Label(0, Fraction(0)), position.text)
        frames = (
            Fraction(position.number) if isinstance(position, FrameNumber) else position.value * self._counting.rate
        )
        if self.starts is None or first is None:
            return frames
        counting, mode = self._counting, self._starts_mode
        return frames + (counting.count(self.starts, mode) - counting.count(first, mode)) % counting.day(mode)

    def _length(self, event: Event) -> Fraction | None:
        """Frames of an event; negative where it ends before it begins, None for a marker."""
        if not isinstance(event.start, Timecode):
            return None if event.end is None else self._offset(event.end, None) - self._offset(event.start, None)
        start = self._counting.label(event.start.text)
        if event.end is None:
            return None
        if not isinstance(event.end, Timecode):
            return self._offset(event.end, None)
        day = self._counting.day(self._counting.mode(event.end.text))
        length = self._counting.between(start, event.end.text)
        return length - day if 2 * length > day else length


def _has_inclusive_ends(spans: list[tuple[Fraction, Fraction | None]]) -> bool:
    """Whether ends are the events' last frames: no two neighbours touch, and most lie one frame apart."""
    gaps = [b - a - length for (a, length), (b, _) in pairwise(spans) if length is not None]
    return bool(gaps) and min(gaps) >= 1 and 2 * sum(gap == 1 for gap in gaps) >= len(gaps)
