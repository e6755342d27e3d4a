"""Clips of an FCPXML whose footage runs at another speed in the second cut.

Apple, “FCPXML Reference”: a timeMap gives points of the clip's own time (time) and of its media (value); start and
duration, markers and key frames count in the clip's own time. A clip without one runs through its media as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from xml.etree.ElementTree import Element, SubElement

from ...readers.timelines import fcpxml

_RETIMABLE = ("clip", "asset-clip", "ref-clip", "sync-clip", "mc-clip", "video", "audio")
"""Items that may have a timeMap, by the format's document type; a title or a caption has no media to run through."""
_BEFORE = ("param", "note", "conform-rate")
"""Children that stand before a timeMap."""


@dataclass(frozen=True, slots=True)
class OwnTime:
    """A clip's own time before and after it was retimed, seconds."""

    anchor: Fraction
    shift: Fraction
    stretch: Fraction
    """New seconds for each old one."""

    def at(self, seconds: Fraction) -> Fraction:
        """The new time of an old one."""
        return self.anchor + self.shift + (seconds - self.anchor) * self.stretch


def retime(
    element: Element, begins: Fraction, stretch: Fraction, frame: Fraction, media: dict[str, tuple[Fraction, Fraction]]
) -> OwnTime:
    """Let a clip last so many times as long, and show the same of its media. Key frames go with their pictures.

    `begins` is what it shows first, in its own time as it is; that comes to lie on a whole frame of `frame` seconds.
    `media` has begin and end of each asset by its id. The caller sets start and duration, and moves the markers.
    """
    if stretch == 1 or element.tag not in _RETIMABLE:
        return OwnTime(begins, Fraction(0), Fraction(1))
    time_map = element.find("timeMap")
    if time_map is None:
        time_map = _plain_map(element, media)
    points = [(point, fcpxml.time_of(point.get("time"))) for point in time_map.findall("timept")]
    anchor = min((time for _, time in points if time is not None), default=begins)
    exact = anchor + (begins - anchor) * stretch
    own = OwnTime(anchor, ceil(exact / frame) * frame - exact, stretch)
    for point, time in points:
        if time is not None:
            point.set("time", text_of(own.at(time)))
        for name in ("inTime", "outTime"):  # how long a point eases in and out
            length = fcpxml.time_of(point.get(name))
            if length is not None:
                point.set(name, text_of(length * stretch))
    for key in _keys(element):
        at = fcpxml.time_of(key.get("time"))
        if at is not None:
            key.set("time", text_of(own.at(at)))
    return own


def text_of(seconds: Fraction) -> str:
    """A time as the format writes it: “1001/24000s”."""
    return f"{seconds.numerator}/{seconds.denominator}s" if seconds.denominator > 1 else f"{seconds.numerator}s"


def media_ranges(root: Element) -> dict[str, tuple[Fraction, Fraction]]:
    """Begin and end of each asset of a document by its id, seconds."""
    found = {}
    for asset in root.iterfind("resources/asset"):
        begin, length = fcpxml.time_of(asset.get("start")) or Fraction(0), fcpxml.time_of(asset.get("duration"))
        if length is not None and length > 0:
            found[asset.get("id", "")] = begin, begin + length
    return found


def _plain_map(element: Element, media: dict[str, tuple[Fraction, Fraction]]) -> Element:
    """A timeMap that changes nothing, over all of the clip's media, so that an editor still has what was cut off."""
    begin = fcpxml.time_of(element.get("start")) or Fraction(0)
    end = begin + fcpxml.length_of(element)
    whole = media.get(element.get("ref", ""), (begin, end))
    time_map = Element("timeMap")
    for seconds in (min(begin, whole[0]), max(end, whole[1])):
        SubElement(time_map, "timept", {"time": text_of(seconds), "value": text_of(seconds), "interp": "linear"})
    element.insert(next((at for at, child in enumerate(element) if child.tag not in _BEFORE), len(element)), time_map)
    return time_map


def _keys(element: Element) -> Iterator[Element]:
    """The key frames of a clip itself, not those of the items within it."""
    for child in element:
        if child.tag == "keyframe":
            yield child
        elif child.tag not in fcpxml.ITEMS and child.tag != "spine":
            yield from _keys(child)
