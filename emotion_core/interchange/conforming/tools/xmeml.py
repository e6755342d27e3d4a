"""Final Cut Pro 7's XML (Premiere Pro, Resolve) of the first cut for the second: all tracks, pictures and sound.

Apple, “Final Cut Pro XML Interchange Format”: start and end are frames of the sequence, in and out of the clip's
source; a start or end of -1 stands for the edge of the transition beside it, to which in and out reach then. A file is
described where it is named first, and by its id alone after that.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from ...readers.content import Content
from ...readers.edit_list import FrameNumber
from ...readers.timelines import xmeml, xml
from .. import moves
from ..clock import ListClock, clock_of
from ..cuts import TwoCuts
from ..moves import Move, MovedList
from .pieces import Piece, Placed, lost_transition, meeting, notes_of, pieces_of
from .xmeml_speed import counts_source, retime

SUFFIX = ".xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n'
_TICKS = ("pproTicksIn", "pproTicksOut")
"""Premiere Pro's own in and out, which it takes from in and out where they are missing."""


@dataclass(slots=True)
class _Clip:
    """A clip of the old track; frames of the sequence and of its source."""

    element: Element
    start: int
    """The cut at which it begins."""
    end: int
    reach: tuple[int, int]
    """Where its in and its out are on the sequence: at a transition's far edge, beyond the cut."""
    source: tuple[Fraction, Fraction]
    """In and out."""

    @property
    def ratio(self) -> Fraction:
        """Frames of the source for each of the sequence."""
        length = self.reach[1] - self.reach[0]
        return (
            (self.source[1] - self.source[0]) / length if length and self.source[1] != self.source[0] else Fraction(1)
        )

    def source_at(self, frame: Fraction) -> Fraction:
        return self.source[0] + (frame - self.reach[0]) * self.ratio


@dataclass(slots=True)
class _Mover:
    cuts: TwoCuts
    clock: ListClock
    rate: Fraction
    every: bool
    done: list[Move] = field(default_factory=list)
    laid: dict[str, list[tuple[Element, Piece[_Clip], int]]] = field(default_factory=dict)
    """Of each clip's old id its pieces, each with its number on its track, from 1."""
    end: int = 0
    """Last frame of the new sequence, exclusive."""

    def seconds(self, frame: Fraction | int) -> Fraction:
        """Seconds of the first film at a frame of the old sequence."""
        return self.clock.seconds(FrameNumber(round(frame)))

    def track(self, track: Element, media: str) -> None:
        """Lay the clips of a track anew; `media` is what it holds, “video” or “audio”."""
        items = [item for item in track if item.tag in (*xmeml.CLIPS, "transitionitem")]
        clips, transitions = _clips(items)
        placed = [
            Placed(clip, xmeml.name_of(clip.element), self.seconds(clip.start), self.seconds(clip.end))
            for clip in clips
        ]
        pieces = pieces_of(placed, self.cuts, self.clock, self.done)
        joins = meeting(pieces, len(clips) - 1)
        new: list[Element] = []
        for number, piece in enumerate(pieces, start=1):
            begins = transitions.get(piece.child - 1) if piece.is_head and piece.child - 1 in joins else None
            ends = transitions.get(piece.child) if piece.is_tail and piece.child in joins else None
            if begins is not None and (not new or new[-1].tag != "transitionitem"):
                new.append(_shifted(begins, piece.first - piece.item.start))
            new.append(self._piece(piece, number, media, keeps=(begins is not None, ends is not None)))
            if ends is not None:
                new.append(_shifted(ends, piece.last - piece.item.end))
            self.end = max(self.end, piece.last)
        for after, transition in sorted(transitions.items()):
            if after not in joins:
                cut = clips[after].end if after >= 0 else clips[0].start if clips else 0
                name = xml.text_at(transition, "effect/name")
                self.done.append(lost_transition(name, self.seconds(cut)))
        for item in items:
            track.remove(item)
        for at, item in enumerate(new):
            track.insert(at, item)

    def _piece(self, piece: Piece[_Clip], number: int, media: str, *, keeps: tuple[bool, bool]) -> Element:
        """A clip's element for a piece of it; `keeps`: whether it keeps the transitions at its beginning and end."""
        clip = piece.item
        element = deepcopy(clip.element)
        stretch = Fraction(1) if element.tag == "generatoritem" else piece.speed
        own_frames = not counts_source(element, clip.ratio, self.rate)
        scale, ratio = (stretch, clip.ratio) if own_frames else (Fraction(1), clip.ratio / stretch)
        lead = clip.start - clip.reach[0] if keeps[0] else 0
        tail = clip.reach[1] - clip.end if keeps[1] else 0
        source_in = clip.source_at(Fraction(clip.start) + piece.skipped * self.rate) * scale - lead * ratio
        source_out = source_in + (piece.last - piece.first + lead + tail) * ratio
        retime(element, stretch, media=media, own_frames=own_frames)
        for tag, value, is_open in (
            ("start", piece.first - lead, keeps[0] and xml.text_at(clip.element, "start") == "-1"),
            ("end", piece.last + tail, keeps[1] and xml.text_at(clip.element, "end") == "-1"),
            ("in", round(source_in), False),
            ("out", round(source_out), False),
        ):
            _set(element, tag, -1 if is_open else value)
        if not (piece.is_head and piece.is_tail and stretch == 1):
            for ticks in [child for child in element if child.tag in _TICKS]:
                element.remove(ticks)
        self._markers(element, clip, (source_in / scale, source_out / scale), scale)
        old = clip.element.get("id", "")
        others = self.laid.setdefault(old, [])
        if others:
            element.set("id", f"{old}-{len(others) + 1}")
        others.append((element, piece, number))
        return element

    def _markers(self, element: Element, clip: _Clip, source: tuple[Fraction, Fraction], scale: Fraction) -> None:
        """Take out the clip's markers that lie outside its source; each is told where no piece has it."""
        for marker in element.findall("marker"):
            at = xmeml.number(xml.text_at(marker, "in"))
            if at is not None and not source[0] <= at < source[1]:
                element.remove(marker)
                frame = clip.reach[0] + (at - clip.source[0]) / clip.ratio
                when = self.seconds(frame)
                if clip.start <= frame < clip.end and not self.cuts.footage.places(when):
                    name = xml.text_at(marker, "name")
                    self.done.append(Move("marker", name, when, None, (), "lost", self.cuts.reason(when)))
            elif scale != 1:
                for tag in ("in", "out"):
                    value = xmeml.number(xml.text_at(marker, tag))
                    if value is not None and value >= 0:
                        _set(marker, tag, round(value * scale))

    def links(self) -> None:
        """Let links between picture and sound name the pieces that lie beside each other."""
        for pieces in self.laid.values():
            for element, piece, _ in pieces:
                for link in element.findall("link"):
                    others = self.laid.get(xml.text_at(link, "linkclipref"), [])
                    beside = next(
                        (each for each in others if (each[1].first, each[1].last) == (piece.first, piece.last)), None
                    )
                    if beside is None:
                        element.remove(link)
                    else:
                        _set(link, "linkclipref", beside[0].get("id", ""))
                        if link.find("clipindex") is not None:
                            _set(link, "clipindex", beside[2])

    def sequence_markers(self, sequence: Element) -> None:
        for marker in sequence.findall("marker"):
            at, until = (xmeml.number(xml.text_at(marker, tag)) for tag in ("in", "out"))
            if at is None or at < 0:
                continue
            name = xml.text_at(marker, "name") or xml.text_at(marker, "comment")
            start = self.seconds(at)
            if until is not None and until > at + 1:
                end = self.seconds(until)
                places = self.cuts.footage.labels(start, end, every=self.every)
                move = moves.span(self.cuts, "marker", name, start, end, places)
            else:
                move = moves.moment(self.cuts, "marker", name, start, every=self.every)
            self.done.append(move)
            index = list(sequence).index(marker)
            sequence.remove(marker)
            for first, last in reversed(move.places):
                clone = deepcopy(marker)
                _set(clone, "in", self.clock.frame(first))
                if until is not None and until >= 0:
                    _set(
                        clone,
                        "out",
                        self.clock.frame(last) if last is not None else self.clock.frame(first) + until - at,
                    )
                sequence.insert(index, clone)


def sniff(content: Content) -> bool:
    return xmeml.sniff(content)


def move(content: Content, cuts: TwoCuts, *, every: bool = False) -> MovedList:
    """The first sequence of the file for the second cut. Raises CutListError for one that does not fit the first."""
    read = xmeml.read(content)
    clock = clock_of(read, cuts)
    root = xml.parse(content, xmeml.FORMAT)
    sequence = xmeml.sequences(root)[0]
    rate = xmeml.rate_of(sequence.find("rate")) or clock.scale
    described = {(each.tag, each.get("id")): deepcopy(each) for each in reversed(_described(root)) if len(each)}
    mover = _Mover(cuts, clock, rate, every)
    for media in ("video", "audio"):
        for track in sequence.findall(f"media/{media}/track"):
            mover.track(track, media)
    mover.links()
    mover.sequence_markers(sequence)
    _describe_once(root, described)
    _set(sequence, "duration", mover.end)
    timecode = sequence.find("timecode")
    if timecode is not None:
        _set(timecode, "frame", clock.new.starts_at)
        _set(timecode, "string", clock.new.first)
        if timecode.find("displayformat") is not None:
            _set(timecode, "displayformat", "DF" if clock.new.drop_frame else "NDF")
    written = (_HEAD + tostring(root, encoding="unicode") + "\n").encode() if mover.end else b""
    return MovedList(written, SUFFIX, tuple(mover.done), notes_of(clock.notes))


def _clips(items: list[Element]) -> tuple[list[_Clip], dict[int, Element]]:
    """A track's clips, and its transitions by the number of the clip before them, from 0; -1 before the first."""
    clips: list[_Clip] = []
    transitions: dict[int, Element] = {}
    for at, item in enumerate(items):
        if item.tag == "transitionitem":
            transitions[len(clips) - 1] = item
            continue
        start, end, source_in, source_out = (
            xmeml.number(xml.text_at(item, tag)) for tag in ("start", "end", "in", "out")
        )
        before = xmeml.transition_of(items[at - 1]) if at else None
        after = xmeml.transition_of(items[at + 1]) if at + 1 < len(items) else None
        reach = [start, end]
        if (start is None or start == -1) and before is not None:
            reach[0] = before[0]
        if (end is None or end == -1) and after is not None:
            reach[1] = after[2]
        if reach[0] is None or reach[1] is None or reach[0] < 0 or reach[1] <= reach[0]:
            continue  # the reader refuses those of its track; others are nowhere
        begin = max(reach[0], before[1]) if before is not None and before[0] <= reach[0] <= before[2] else reach[0]
        stop = min(reach[1], after[1]) if after is not None and after[0] <= reach[1] <= after[2] else reach[1]
        if stop <= begin:
            continue
        first = Fraction(source_in if source_in is not None and source_in >= 0 else 0)
        last = Fraction(source_out) if source_out is not None and source_out > first else first + reach[1] - reach[0]
        clips.append(_Clip(item, begin, stop, (reach[0], reach[1]), (first, last)))
    return clips, transitions


def _shifted(transition: Element, frames: int) -> Element:
    clone = deepcopy(transition)
    for tag in ("start", "end"):
        value = xmeml.number(xml.text_at(clone, tag))
        if value is not None and value >= 0:
            _set(clone, tag, max(0, value + frames))
    return clone


def _described(root: Element) -> list[Element]:
    return [each for each in root.iter() if each.tag in ("file", "sequence") and each.get("id")]


def _describe_once(root: Element, described: dict[tuple[Any, str | None], Element]) -> None:
    """Describe files and nested sequences where they are named first, and by their id alone after that."""
    seen: set[tuple[Any, str | None]] = set()
    for each in _described(root):
        key = each.tag, each.get("id")
        if key in seen:
            for child in list(each):
                each.remove(child)
        elif not len(each) and key in described:
            each.extend(deepcopy(list(described[key])))
        seen.add(key)


def _set(element: Element, tag: str, value: object) -> None:
    child = element.find(tag)
    if child is None:
        child = SubElement(element, tag)
    child.text = str(value)
