"""Which frame of the film a cut list begins with, and where its events then lie.

A list's timecode is the film's own, if all of the list lies within the film by it. Else what the list begins with is
the film's first frame: the start of its timeline where the format says that, or its first event. docs/cut-lists.md
tells the rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ..errors import CutListError, SettingsError
from ..media.media import Media
from ..timecode import nominal, parts, to_timecode
from .counting import Counting, Label, Mode
from .readers.edit_list import EditList, Event, FrameNumber, Position, Timecode

_LATE = 60
"""Seconds that a list's first event may come after the whole hour at which its timeline began."""


@dataclass(frozen=True, slots=True)
class Place:
    """An event on the film; frames of the film from 0."""

    event: Event
    cut: int
    """Where its scene begins: in the middle of a transition."""
    start: int
    end: int | None
    """Exclusive; None for a marker."""

    @property
    def reaches(self) -> int:
        return self.start if self.end is None else self.end


@dataclass(frozen=True, slots=True)
class Laid:
    """A list on the film, read in one way."""

    places: tuple[Place, ...]
    """Ascending by start."""
    notes: tuple[str, ...]
    unsure: str = ""
    """What must be told beside, where it does not end with the film."""
    doubtful: bool = False
    """Whether nothing in the list says that it is to be read so."""

    @property
    def reaches(self) -> int:
        """The frame after the last event, or the last marker's."""
        return max(place.reaches for place in self.places)

    @property
    def ends(self) -> int | None:
        """The frame after the last event; None where no event has an end."""
        return max((place.end for place in self.places if place.end is not None), default=None)


def laid(edit_list: EditList, media: Media, counting: Counting, length: int) -> Iterator[Laid]:
    """The list on a film of `length` frames from each first frame that it may have, the likeliest first.

    Raises CutListError for a position that there is not in this counting, naming the line.
    """
    timeline = _Timeline(edit_list, counting)
    if not timeline.events:
        raise CutListError(f"The {edit_list.format} has no event of picture that lasts.", "Export the list again.")
    if not timeline.absolute:
        yield timeline.laid(None, ())
        return
    own = timeline.laid(_own_label(media, counting), ())
    if own.reaches <= length + nominal(media.rate) and own.places[0].start < length:
        yield own
        return
    first, mode = timeline.first(length / counting.scale)
    hour = Label(first.seconds - first.seconds % 3600, Fraction(0))
    late = counting.count(first, mode) - counting.count(hour, mode)
    for label in (first, hour) if timeline.starts is None and 0 < late < _LATE * nominal(counting.rate) else (first,):
        yield timeline.laid(label, (f"{_written(label, mode)} in the cut list was taken for the film's first frame.",))


def _own_label(media: Media, counting: Counting) -> Label:
    """The film's start timecode in numbers of the list's rate."""
    seconds, frames = parts(to_timecode(media.start_frame, media.rate, drop_frame=media.drop_frame))
    return Label(seconds, Fraction(frames * nominal(counting.rate), nominal(media.rate)))


def _written(label: Label, mode: Mode) -> str:
    hours, seconds = divmod(label.seconds, 3600)
    sign = ";" if mode == "drop-frame" else ":"
    return f"{hours:02}:{seconds // 60:02}:{seconds % 60:02}{sign}{int(label.frames):02}"


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
        # With how long each is, None for a marker. What lasts no frame stands there for a transition's sake.
        self.events: list[tuple[Event, Fraction | None]] = []
        for number, event in enumerate(edit_list.events, start=1):
            line = f"Line {event.line}" if event.line else f"Event {number}"
            try:
                lasts = self._lasts(event)
            except SettingsError as error:
                raise CutListError(f"{line} of the {self._format}: {error.problem}", error.advice) from error
            if lasts is not None and lasts < 0:
                self.notes.append(f"{line} of the {self._format} ends before it begins: only its begin was taken.")
                lasts = None
            if lasts != 0:
                self.events.append((event, lasts))

    @property
    def absolute(self) -> bool:
        """Whether it says what its first frame is called."""
        return self.starts is not None or any(isinstance(event.start, Timecode) for event, _ in self.events)

    def first(self, length: Fraction) -> tuple[Label, Mode]:
        """What it begins with: its start where it says that, else its first event, in a day or across midnight."""
        if self.starts is not None:
            return self.starts, self._starts_mode
        counting = self._counting
        named = (event.start.text for event, _ in self.events if isinstance(event.start, Timecode))
        starts = sorted((counting.count(counting.label(text), counting.mode(text)), text) for text in named)
        (earliest, first), (latest, _) = starts[0], starts[-1]
        if latest - earliest > length + nominal(counting.rate):
            gap, after = max((b - a, text) for (a, _), (b, text) in pairwise(starts))
            if latest - earliest + gap > counting.day("non-drop"):
                first = after
        return counting.label(first), counting.mode(first)

    def laid(self, first: Label | None, told: tuple[str, ...]) -> Laid:
        """The events on the film, whose first frame is called `first`."""
        spans = []
        for event, by_itself in self.events:
            start, lasts = self._offset(event.start, first), by_itself
            if by_itself is not None and isinstance(
                event.end, Timecode
            ):  # by its own sign, which may be another than the start's
                lasts = (self._offset(event.end, first) - start) % self._counting.day(self._counting.colon)
            spans.append((start, lasts, event))
        spans.sort(key=lambda span: span[0])
        notes = (*self.notes, *told)
        if _inclusive([(start, lasts) for start, lasts, _ in spans]):
            spans = [(start, lasts and lasts + 1, event) for start, lasts, event in spans]
            notes += (
                "Between the cut list's events one frame is left out each time: its outs were taken as inclusive.",
            )
        places = tuple(
            Place(
                event,
                self._on_film(start + event.transition // 2 - event.transition_offset),
                self._on_film(start),
                None if lasts is None else self._on_film(start + lasts),
            )
            for start, lasts, event in spans
        )
        return Laid(places, notes, self._counting.unsure, self._counting.doubtful)

    def _on_film(self, frames: Fraction) -> int:
        """The frame of the film nearest to a place of the list; what comes before the first is the first."""
        return max(0, (frames * self._counting.scale + Fraction(1, 2)).__floor__())

    def _offset(self, position: Position, first: Label | None) -> Fraction:
        """Frames of the list from `first` on, or from the timeline's first frame where that has no name."""
        if isinstance(position, Timecode):
            return self._counting.between(first or Label(0, Fraction(0)), position.text)
        frames = (
            Fraction(position.number) if isinstance(position, FrameNumber) else position.value * self._counting.rate
        )
        if self.starts is None or first is None:
            return frames
        counting, mode = self._counting, self._starts_mode
        return frames + (counting.count(self.starts, mode) - counting.count(first, mode)) % counting.day(mode)

    def _lasts(self, event: Event) -> Fraction | None:
        """How many frames an event is long; below 0 where it ends before it begins, None for a marker."""
        if not isinstance(event.start, Timecode):
            return None if event.end is None else self._offset(event.end, None) - self._offset(event.start, None)
        start = self._counting.label(event.start.text)
        if event.end is None:
            return None
        if not isinstance(event.end, Timecode):
            return self._offset(event.end, None)
        day = self._counting.day(self._counting.mode(event.end.text))
        lasts = self._counting.between(start, event.end.text)
        return lasts - day if 2 * lasts > day else lasts


def _inclusive(spans: list[tuple[Fraction, Fraction | None]]) -> bool:
    """Whether the ends name events' last frames: no two neighbours touch, and mostly one frame lies between them."""
    gaps = [b - a - lasts for (a, lasts), (b, _) in pairwise(spans) if lasts is not None]
    return bool(gaps) and min(gaps) >= 1 and 2 * sum(gap == 1 for gap in gaps) >= len(gaps)
