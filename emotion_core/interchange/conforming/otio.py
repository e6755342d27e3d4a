"""An OpenTimelineIO timeline of the first cut for the second: all its tracks, with everything that their items carry.

Each item lies where its footage is, its source range cut to what remains; gaps fill the rest. A transition stays where
both its sides still meet. Markers of items stay with them; those of the timeline and its tracks move as markers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...errors import CutListError
from ...timecode import frame_at
from ..readers.content import Content
from ..readers.edit_list import FrameNumber
from ..readers.timelines import otio
from . import moves
from .clock import ListClock, clock_of
from .cuts import TwoCuts
from .moves import Move, MovedList
from .stretches import Stretch


@dataclass(slots=True)
class _Part:
    """An item of the new track."""

    item: Any
    start: Fraction
    """Seconds in the second cut."""
    end: Fraction
    child: int
    """Of which item of the old track it is, from 0 without transitions."""
    is_head: bool
    is_tail: bool


def sniff(content: Content) -> bool:
    return otio.sniff(content)


def move(content: Content, cuts: TwoCuts, *, every: bool = False) -> MovedList:
    """The timeline for the second cut. Raises CutListError for one that cannot be read or does not fit the first."""
    import opentimelineio

    text = otio.text_of(content)
    read = otio.read(content)  # checks what may harm the library
    clock = clock_of(read, cuts)
    document = opentimelineio.adapters.read_from_string(text, adapter_name="otio_json")
    timeline = _first_timeline(document)
    stack = timeline.tracks
    mover = _Mover(cuts, clock, every)
    start = None if timeline.global_start_time is None else otio.seconds(timeline.global_start_time)
    for track in stack:
        if not isinstance(track, opentimelineio.schema.Track) or track.source_range or stack.source_range:
            raise CutListError(
                "The timeline has a track that shows only a part of itself, or is none.", "Flatten it, and export anew."
            )
        if len(track) == 1 and isinstance(track[0], opentimelineio.schema.Track) and track[0].source_range is None:
            mover.track(track[0])
        else:
            mover.track(track)
    for part in (stack, *stack):
        mover.markers(part, start)
    if timeline.global_start_time is not None:
        rate = timeline.global_start_time.rate
        timeline.global_start_time = opentimelineio.opentime.RationalTime(clock.new.starts_at, rate)
    written = opentimelineio.adapters.write_to_string(document, adapter_name="otio_json")
    kept = [note for note in clock.notes if "were not taken for cuts" not in note and "was read, not" not in note]
    return MovedList(written.encode(), ".otio", tuple(mover.done), tuple(kept))


def _first_timeline(document: Any) -> Any:
    import opentimelineio

    if isinstance(document, opentimelineio.schema.SerializableCollection):
        found = document.find_children(descended_from_type=opentimelineio.schema.Timeline)
        document = found[0] if found else None
    if not isinstance(document, opentimelineio.schema.Timeline):
        raise CutListError("The OpenTimelineIO file has no timeline.", "Export the timeline itself.")
    return document


class _Mover:
    def __init__(self, cuts: TwoCuts, clock: ListClock, every: bool) -> None:
        self._cuts, self._clock, self._every = cuts, clock, every
        self._origin = clock.seconds(FrameNumber(0))
        """Where the timeline's first frame is on the first film, seconds."""
        self.done: list[Move] = []

    def track(self, track: Any) -> None:
        """Lay the items of a track on the second cut."""
        from opentimelineio import schema

        children = list(track)
        transitions: dict[int, Any] = {}
        parts: list[_Part] = []
        at, child = self._origin, -1
        for item in children:
            if isinstance(item, schema.Transition):
                transitions[child] = item
                continue
            child += 1
            end = at + otio.seconds(item.trimmed_range().duration)
            if isinstance(item, schema.Gap):
                for marker in item.markers:
                    self._lose(marker, at)
            else:
                parts += self._item(item, child, at, end)
            at = end
        parts.sort(key=lambda part: part.start)
        laid = self._laid(parts, transitions, child)
        del track[:]
        track.extend(laid)
        for place, transition in sorted(transitions.items()):
            before = _items(children)[: place + 1]
            when = self._origin + sum((otio.seconds(item.trimmed_range().duration) for item in before), Fraction(0))
            reason = "its cut is gone: the items at its sides do not meet any more"
            self.done.append(Move("transition", transition.name, max(when, Fraction(0)), None, (), "lost", reason))

    def _laid(self, parts: list[_Part], transitions: dict[int, Any], last_child: int) -> list[Any]:
        """The children of the new track. Takes the transitions that it keeps out of `transitions`."""
        laid: list[Any] = []
        reached, earlier = 0, None
        for part in parts:
            first, last = max(self._clock.frame(part.start), reached), self._clock.frame(part.end)
            if last <= first:
                continue
            if first > reached:
                laid.append(self._gap(first - reached))
            elif (earlier is None and part.child == 0) or (
                earlier is not None and earlier.is_tail and part.child == earlier.child + 1
            ):
                transition = transitions.pop(part.child - 1, None) if part.is_head else None
                laid += [transition.deepcopy()] if transition is not None else []
            self._set_length(part.item, last - first)
            laid.append(part.item)
            reached, earlier = last, part
        if earlier is not None and earlier.is_tail and earlier.child == last_child and last_child in transitions:
            laid.append(transitions.pop(last_child).deepcopy())
        return laid

    def _item(self, item: Any, child: int, start: Fraction, end: Fraction) -> list[_Part]:
        """The parts of an item that are in the second cut."""
        found = self._cuts.footage.parts(start, end)
        self.done.append(moves.span(self._cuts, "clip", item.name, start, end, [part.after for part in found]))
        parts = [self._part(item, child, part, start, end) for part in found]
        for marker in item.markers:
            if not any(_holds(part.item, marker) for part in parts):
                where = (
                    start + otio.seconds(marker.marked_range.start_time) - otio.seconds(item.trimmed_range().start_time)
                )
                self._lose(marker, where)
        return parts

    def _part(self, item: Any, child: int, part: Stretch, start: Fraction, end: Fraction) -> _Part:
        import opentimelineio

        clone, source = item.deepcopy(), item.trimmed_range()
        is_head, is_tail = part.before[0] == start, part.before[1] == end
        if not is_head:
            rate = source.start_time.rate
            speed = next(
                (
                    Fraction(str(effect.time_scalar))
                    for effect in item.effects
                    if isinstance(effect, opentimelineio.schema.LinearTimeWarp)
                ),
                Fraction(1),
            )
            skipped = frame_at((part.before[0] - start) * speed, Fraction(str(rate)))
            first = opentimelineio.opentime.RationalTime(source.start_time.value + skipped, rate)
            clone.source_range = opentimelineio.opentime.TimeRange(first, source.duration)
        if not (is_head and is_tail):
            length = opentimelineio.opentime.RationalTime(
                float((part.before[1] - part.before[0]) * Fraction(str(source.duration.rate))), source.duration.rate
            )
            clone.source_range = opentimelineio.opentime.TimeRange(clone.trimmed_range().start_time, length)
            for marker in [marker for marker in clone.markers if not _holds(clone, marker)]:
                clone.markers.remove(marker)
        if part.speed != 1:
            _retime(clone, 1 / part.speed)
        return _Part(clone, *part.after, child, is_head, is_tail)

    def _set_length(self, item: Any, frames: int) -> None:
        """Give an item its length in the list's frames, unless it has it."""
        import opentimelineio

        now = item.trimmed_range()
        is_whole = now.duration.value == int(now.duration.value)
        if is_whole and frame_at(otio.seconds(now.duration), self._clock.scale) == frames:
            return
        value = frames * Fraction(str(now.duration.rate)) / otio.exact(self._rate)
        length = opentimelineio.opentime.RationalTime(round(float(value)), now.duration.rate)
        item.source_range = opentimelineio.opentime.TimeRange(now.start_time, length)

    @property
    def _rate(self) -> float:
        return float(self._clock.scale)

    def _gap(self, frames: int) -> Any:
        import opentimelineio

        return opentimelineio.schema.Gap(duration=opentimelineio.opentime.RationalTime(frames, self._rate))

    def markers(self, part: Any, first: Fraction | None) -> None:
        """Move the markers of a stack or a track; where all lie behind the timeline's start they count from there."""
        import opentimelineio

        if not len(part.markers):
            return
        times = [otio.seconds(marker.marked_range.start_time) for marker in part.markers]
        lead = first if first is not None and min(times) >= first else Fraction(0)
        lead_after = Fraction(self._clock.new.starts_at) / self._clock.scale if lead else Fraction(0)
        kept = []
        for marker, time in zip(list(part.markers), times, strict=True):
            start = time - lead + self._origin
            length = otio.seconds(marker.marked_range.duration)
            if length > 1 / self._clock.scale:
                places = self._cuts.footage.labels(start, start + length, every=self._every)
                move = moves.span(self._cuts, "marker", marker.name, start, start + length, places)
            else:
                move = moves.moment(self._cuts, "marker", marker.name, start, every=self._every)
            self.done.append(move)
            rate = marker.marked_range.start_time.rate
            for at, end in move.places:
                clone = marker.deepcopy()
                value = (at + lead_after) * otio.exact(rate)
                duration = marker.marked_range.duration
                if end is not None:
                    duration = opentimelineio.opentime.RationalTime(round(float((end - at) * otio.exact(rate))), rate)
                clone.marked_range = opentimelineio.opentime.TimeRange(
                    opentimelineio.opentime.RationalTime(round(float(value)), rate), duration
                )
                kept.append(clone)
        del part.markers[:]
        part.markers.extend(kept)

    def _lose(self, marker: Any, at: Fraction) -> None:
        reason = self._cuts.reason(at) if not self._cuts.footage.places(at) else "it stood on time without a clip"
        self.done.append(Move("marker", marker.name, at, None, (), "lost", reason))


def _retime(item: Any, speed: Fraction) -> None:
    """Let an item run through its source so many times as fast."""
    from opentimelineio.schema import LinearTimeWarp

    warp = next((effect for effect in item.effects if isinstance(effect, LinearTimeWarp)), None)
    if warp is None:
        item.effects.append(LinearTimeWarp(name="retimed", time_scalar=float(speed)))
    else:
        warp.time_scalar *= float(speed)


def _items(children: Iterable[Any]) -> list[Any]:
    from opentimelineio.schema import Transition

    return [child for child in children if not isinstance(child, Transition)]


def _holds(item: Any, marker: Any) -> bool:
    """Whether a marker of an item lies within its source range."""
    source = item.trimmed_range()
    start, at = otio.seconds(source.start_time), otio.seconds(marker.marked_range.start_time)
    return start <= at < start + otio.seconds(source.duration)
