"""Final Cut Pro's FCPXML 1.9: a project with one gap as long as the film, and the markers on it.

Apple, “FCPXML Reference”: times are rational seconds on frame boundaries; the first item of a spine lies at the
sequence's start timecode; a marker lies at the time of the item that it is on. Markers are points with a note and no
colour. (OpenTimelineIO's adapter for it leaves out markers of the timeline.)
"""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from ..marker_list import MarkerList
from ..timebase import Timebase
from .xml import document, text


def write(marker_list: MarkerList) -> bytes:
    """The project as XML."""
    timebase = marker_list.timebase
    length, first = _seconds(timebase, marker_list.frames), _seconds(timebase, timebase.starts_at)
    one = _seconds(timebase, 1)
    counted = "DF" if timebase.drop_frame else "NDF"
    root = Element("fcpxml", version="1.9")
    width, height = str(marker_list.width), str(marker_list.height)
    SubElement(SubElement(root, "resources"), "format", id="r1", frameDuration=one, width=width, height=height)
    project = SubElement(SubElement(root, "event", name="Emotion markers"), "project", name=marker_list.film)
    sequence = SubElement(project, "sequence", format="r1", duration=length, tcStart=first, tcFormat=counted)
    text(sequence, "note", marker_list.source)
    spine = SubElement(sequence, "spine")
    gap = SubElement(spine, "gap", name=marker_list.film, offset=first, start="0s", duration=length)
    for marker in marker_list.markers:
        at = _seconds(timebase, marker.start)
        SubElement(gap, "marker", start=at, duration=one, value=marker.name, note=marker.note)
    return document(root)


def _seconds(timebase: Timebase, frames: int) -> str:
    """`frames` as rational seconds: “1001/24000s”, “5s”."""
    return f"{Fraction(frames) / timebase.rate}s"
