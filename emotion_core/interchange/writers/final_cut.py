"""Final Cut Pro's FCPXML 1.9: a project with one gap as long as the film, and the markers on it.

Apple, “FCPXML Reference”: times are rational seconds on frame boundaries; the first item of a spine lies at the
sequence's start timecode; a marker's time is that of the item it is on. Markers are points with a note and no colour.
OpenTimelineIO's adapter for the format drops markers of the timeline and is therefore not used.
"""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from ..marker_list import MarkerList
from ..timebase import Timebase
from .format import Format
from .xml import add_text, encode_document


def write(marker_list: MarkerList) -> bytes:
    """Encode the project as XML."""
    timebase = marker_list.timebase
    length, first = _seconds(timebase, marker_list.frames), _seconds(timebase, timebase.starts_at)
    frame = _seconds(timebase, 1)
    timecode_format = "DF" if timebase.drop_frame else "NDF"
    root = Element("fcpxml", version="1.9")
    width, height = str(marker_list.width), str(marker_list.height)
    SubElement(SubElement(root, "resources"), "format", id="r1", frameDuration=frame, width=width, height=height)
    project = SubElement(SubElement(root, "event", name="Emotion markers"), "project", name=marker_list.film)
    sequence = SubElement(project, "sequence", format="r1", duration=length, tcStart=first, tcFormat=timecode_format)
    add_text(sequence, "note", marker_list.source)
    spine = SubElement(sequence, "spine")
    gap = SubElement(spine, "gap", name=marker_list.film, offset=first, start="0s", duration=length)
    for marker in marker_list.markers:
        at = _seconds(timebase, marker.start)
        SubElement(gap, "marker", start=at, duration=frame, value=marker.name, note=marker.note)
    return encode_document(root)


def _seconds(timebase: Timebase, frames: int) -> str:
    """`frames` as rational seconds: “1001/24000s”, “5s”."""
    return f"{Fraction(frames) / timebase.rate}s"


FORMAT = Format(
    "final-cut", "Final Cut Pro – project with markers", ".fcpxml", "application/xml",
    "File > Import > XML. It brings a project with one gap that has the markers; connect that gap above your own "
    "timeline. Final Cut's markers are points and have no colours.",
    "markers", write, has_durations=False,
)  # fmt: skip
