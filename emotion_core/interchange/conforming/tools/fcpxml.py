"""Final Cut Pro's FCPXML (Resolve) of the first cut for the second: the storyline, and all that is connected to it.

Apple, “FCPXML Reference”: times are rational seconds; an item's offset is its place in the time of its parent, and its
own time begins at `start`. A clip that is connected to another moves with its own footage, and is connected to the clip
that lies there now. Connected storylines become connected clips.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree.ElementTree import Element, tostring

from ...readers.content import Content
from ...readers.edit_list import FrameNumber
from ...readers.timelines import fcpxml, xml
from .. import moves
from ..clock import ListClock, clock_of
from ..cuts import TwoCuts
from ..moves import Move, MovedList
from .fcpxml_speed import media_ranges, retime, text_of
from .pieces import Piece, Placed, lost_transition, meeting, notes_of, pieces_of

SUFFIX = ".fcpxml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n'
_AFTER_CONNECTED = (
    "marker", "chapter-marker", "rating", "keyword", "analysis-marker", "audio-channel-source", "audio-role-source",
    "sync-source", "mc-source", "filter-video", "filter-video-mask", "filter-audio", "metadata",
)  # fmt: skip
"""Children of an item that stand behind what is connected to it, by the format's document type."""


@dataclass(slots=True)
class _Connected:
    """An item connected to the storyline; times are seconds of the timeline from its first frame."""

    element: Element
    lane: str
    start: Fraction
    length: Fraction


@dataclass(slots=True)
class _Laid:
    """An item of the new storyline; frames of the timeline."""

    element: Element
    first: int
    last: int
    begins: Fraction
    """Its own time at its first frame."""


@dataclass(slots=True)
class _Mover:
    cuts: TwoCuts
    clock: ListClock
    frame: Fraction
    """Seconds of a frame of the timeline."""
    every: bool
    media: dict[str, tuple[Fraction, Fraction]]
    """Begin and end of each asset by its id, seconds."""
    done: list[Move] = field(default_factory=list)
    spine: list[_Laid] = field(default_factory=list)

    def seconds(self, time: Fraction) -> Fraction:
        """Seconds of the first film at a time of the old timeline."""
        return self.clock.seconds(FrameNumber(round(time / self.frame)))

    def text(self, seconds: Fraction) -> str:
        """A time on a whole frame, as the format writes it: “1001/24000s”."""
        frames = round(seconds / self.frame)
        value = frames * self.frame
        if value.denominator == 1:
            return f"{value.numerator}s"
        return f"{frames * self.frame.numerator}/{self.frame.denominator}s"

    def storyline(self, spine: Element, begins: Fraction, new_begins: Fraction) -> list[Element]:
        """The children of the new storyline."""
        items, transitions, connected, loose = _taken_apart(spine, begins)
        placed = [
            Placed(item, item.element.get("name", ""), self.seconds(item.start), self.seconds(item.start + item.length))
            for item in items
        ]
        pieces = pieces_of(placed, self.cuts, self.clock, self.done)
        joins = meeting(pieces, len(items) - 1)
        children: list[Element] = []
        reached = 0
        for piece in pieces:
            if piece.first > reached:
                children.append(self._gap(reached, piece.first, new_begins))
            head = transitions.get(piece.child - 1) if piece.is_head and piece.child - 1 in joins else None
            if head is not None and not (children and children[-1].tag == "transition"):
                children.append(self._transition(head, piece.first, piece.item.start, begins, new_begins))
            element = self._cut(piece)
            element.set("offset", self.text(new_begins + piece.first * self.frame))
            children.append(element)
            self.spine.append(_Laid(element, piece.first, piece.last, _start(element)))
            tail = transitions.get(piece.child) if piece.is_tail and piece.child in joins else None
            if tail is not None:
                old_end = piece.item.start + piece.item.length
                children.append(self._transition(tail, piece.last, old_end, begins, new_begins))
            reached = piece.last
        for after, transition in sorted(transitions.items()):
            if after not in joins:
                cut = items[after].start + items[after].length if after >= 0 else Fraction(0)
                self.done.append(lost_transition(transition.get("name", ""), self.seconds(cut)))
        self._connect(connected, children, new_begins)
        for marker, at in loose:
            self._loose(marker, at)
        return children

    def _cut(self, piece: Piece[_Connected]) -> Element:
        """An item's element for a piece of it, without what is connected to it."""
        element = deepcopy(piece.item.element)
        for child in [child for child in element if _is_connected(element, child)]:
            element.remove(child)
        old = _start(element)
        begins = old + round(piece.skipped / self.frame) * self.frame
        length = (piece.last - piece.first) * self.frame
        own = retime(element, begins, piece.speed, self.frame, self.media)
        if own.at(begins) != old:
            element.set("start", text_of(own.at(begins)))
        element.set("duration", self.text(length))
        for marker in [child for child in element if child.tag in fcpxml.MARKERS]:
            at = fcpxml.time_of(marker.get("start"))
            if at is None:
                continue
            if own.at(begins) <= own.at(at) < own.at(begins) + length:
                if own.at(at) != at:
                    marker.set("start", text_of(own.at(at)))
                continue
            element.remove(marker)
            when = self.seconds(piece.item.start + at - old)
            if 0 <= at - old < piece.item.length and not self.cuts.footage.places(when):
                reason = self.cuts.reason(when)
                self.done.append(Move("marker", marker.get("value", ""), when, None, (), "lost", reason))
        return element

    def _gap(self, first: int, last: int, begins: Fraction) -> Element:
        times = {"offset": begins + first * self.frame, "start": Fraction(0), "duration": (last - first) * self.frame}
        gap = Element("gap", {"name": "Gap", **{name: self.text(value) for name, value in times.items()}})
        self.spine.append(_Laid(gap, first, last, Fraction(0)))
        return gap

    def _transition(
        self, transition: Element, cut: int, old_cut: Fraction, begins: Fraction, new_begins: Fraction
    ) -> Element:
        clone = deepcopy(transition)
        offset = fcpxml.time_of(transition.get("offset"))
        lead = Fraction(0) if offset is None else old_cut + begins - offset
        clone.set("offset", self.text(new_begins + cut * self.frame - lead))
        return clone

    def _connect(self, connected: list[_Connected], children: list[Element], begins: Fraction) -> None:
        """Cut what was connected to its footage, and connect it to the items that lie there now."""
        for item in sorted(connected, key=lambda each: each.start):
            start, end = self.seconds(item.start), self.seconds(item.start + item.length)
            placed = Placed(item, item.element.get("name", ""), start, end)
            for piece in pieces_of([placed], self.cuts, self.clock, self.done):
                element = self._cut(piece)
                parent = next((each for each in self.spine if each.first <= piece.first < each.last), None)
                if parent is None:  # behind the storyline's end, or before it
                    reached = max((each.last for each in self.spine), default=0)
                    children.append(self._gap(reached, piece.last, begins))
                    parent = self.spine[-1]
                element.set("lane", item.lane)
                element.set("offset", text_of(parent.begins + (piece.first - parent.first) * self.frame))
                _insert(parent.element, element)

    def _loose(self, marker: Element, at: Fraction) -> None:
        """Move a marker that stood on a gap."""
        name = marker.get("value", "")
        move = moves.moment(self.cuts, "marker", name, self.seconds(at), every=self.every)
        self.done.append(move)
        for place, _ in move.places:
            frame = self.clock.frame(place)
            parent = next((each for each in self.spine if each.first <= frame < each.last), None)
            if parent is not None:
                clone = deepcopy(marker)
                clone.set("start", text_of(parent.begins + (frame - parent.first) * self.frame))
                before = [child.tag for child in parent.element]
                last = next((i for i, tag in enumerate(before) if tag in _AFTER_CONNECTED[4:]), len(before))
                parent.element.insert(last, clone)


def sniff(content: Content) -> bool:
    return fcpxml.sniff(content)


def move(content: Content, cuts: TwoCuts, *, every: bool = False) -> MovedList:
    """The first project of the file for the second cut. Raises CutListError for one that does not fit the first."""
    read = fcpxml.read(content)
    clock = clock_of(read, cuts)
    root = xml.parse(content, fcpxml.FORMAT)
    sequence = next(sequence for project in root.iter("project") for sequence in project.findall("sequence"))
    spine = sequence.find("spine")
    assert spine is not None  # the reader refuses others
    assert read.rate is not None
    first = fcpxml.time_of(sequence.get("tcStart")) or Fraction(0)
    from_zero = fcpxml.counts_from_zero(spine, first)
    frame = 1 / read.rate
    new_first = clock.new.starts_at * frame
    mover = _Mover(cuts, clock, frame, every, media_ranges(root))
    begins, new_begins = (Fraction(0), Fraction(0)) if from_zero else (first, new_first)
    children = mover.storyline(spine, begins, new_begins)
    for child in list(spine):
        spine.remove(child)
    spine.extend(children)
    end = max((each.last for each in mover.spine), default=0)
    if sequence.get("duration") is not None:
        sequence.set("duration", mover.text(end * frame))
    if sequence.get("tcStart") is not None:
        sequence.set("tcStart", mover.text(new_first))
        if sequence.get("tcFormat") is not None:
            sequence.set("tcFormat", "DF" if clock.new.drop_frame else "NDF")
    written = (_HEAD + tostring(root, encoding="unicode") + "\n").encode() if end else b""
    return MovedList(written, SUFFIX, tuple(mover.done), notes_of(clock.notes))


def _taken_apart(
    spine: Element, begins: Fraction
) -> tuple[list[_Connected], dict[int, Element], list[_Connected], list[tuple[Element, Fraction]]]:
    """The storyline's clips; its transitions by the number of the clip before them, -1 before the first; what is
    connected; and the markers of gaps with their times.
    """
    items: list[_Connected] = []
    transitions: dict[int, Element] = {}
    connected: list[_Connected] = []
    loose: list[tuple[Element, Fraction]] = []
    at = begins
    for item in spine:
        if item.tag == "transition":
            transitions[len(items) - 1] = item
            continue
        if item.tag not in fcpxml.ITEMS:
            continue
        chosen = fcpxml.pick(item)
        offset = fcpxml.time_of(item.get("offset"))
        start = at if offset is None else offset
        length = fcpxml.length_of(chosen)
        at = start + length
        if chosen.tag == "gap":
            shift = start - begins - _start(chosen)
            marked = [(child, fcpxml.time_of(child.get("start"))) for child in chosen if child.tag in fcpxml.MARKERS]
            loose += [(child, shift + time) for child, time in marked if time is not None]
        else:
            items.append(_Connected(chosen, "", start - begins, length))
        connected += _connected_to(chosen, start - begins)
    return items, transitions, connected, loose


def _connected_to(item: Element, at: Fraction) -> Iterator[_Connected]:
    """What is connected to an item that lies at `at` of the timeline, storylines as their clips."""
    shift = at - _start(item)
    for child in (child for child in item if _is_connected(item, child)):
        lane = child.get("lane", "1")
        offset = (fcpxml.time_of(child.get("offset")) or Fraction(0)) + shift
        if child.tag != "spine":
            chosen = fcpxml.pick(child)
            yield _Connected(chosen, lane, offset, fcpxml.length_of(chosen))
            continue
        reached = Fraction(0)
        for part in child:
            if part.tag not in fcpxml.ITEMS:
                continue
            chosen = fcpxml.pick(part)
            own = fcpxml.time_of(part.get("offset"))
            start = reached if own is None else own
            reached = start + fcpxml.length_of(chosen)
            if chosen.tag != "gap":
                yield _Connected(chosen, lane, offset + start, fcpxml.length_of(chosen))


def _is_connected(item: Element, child: Element) -> bool:
    """Whether an item's child is connected to it. The sound of a clip's own media has a lane, too, and stays in it."""
    is_own = item.tag == "clip" and child.tag == "audio"
    return child.get("lane") is not None and not is_own and (child.tag in fcpxml.ITEMS or child.tag == "spine")


def _start(item: Element) -> Fraction:
    return fcpxml.time_of(item.get("start")) or Fraction(0)


def _insert(parent: Element, item: Element) -> None:
    """Connect an item: behind what is connected already, before markers and all that follows."""
    at = next((i for i, child in enumerate(parent) if child.tag in _AFTER_CONNECTED), len(parent))
    parent.insert(at, item)
