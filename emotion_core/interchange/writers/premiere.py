"""Premiere Pro's XML: Final Cut Pro 7's interchange format (xmeml 4), with the markers on the sequence.

Apple, “Final Cut Pro XML Interchange Format”. One clip as long as the film stands in it, named after the film and
offline, so that the markers can be copied with it. The colours are Premiere's own element, pproColor, a number of
0xAABBGGRR. (OpenTimelineIO's adapter for it counts drop-frame wherever the rate allows, and writes no picture size.)
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from ...timecode import nominal
from ..marker_list import MarkerList
from ..timebase import Timebase
from .palette import Palette
from .xml import document, text

_GREEN, _RED, _VIOLET, _ORANGE = "4281828977", "4281740498", "4289825711", "4280578025"
_YELLOW, _WHITE, _BLUE, _CYAN = "4281049552", "4294967295", "4294741314", "4292277273"
COLOURS = Palette(
    sad=_BLUE, disgust=_GREEN, angry=_RED, neutral=_WHITE, fear=_VIOLET, surprise=_CYAN, happy=_YELLOW,
    contempt=_VIOLET, none=_ORANGE,
)  # fmt: skip


def write(marker_list: MarkerList) -> bytes:
    """The sequence as XML."""
    timebase, length = marker_list.timebase, str(marker_list.frames)
    root = Element("xmeml", version="4")
    sequence = SubElement(root, "sequence", id="sequence-1")
    text(sequence, "name", marker_list.film)
    text(sequence, "duration", length)
    _rate(sequence, timebase)
    _timecode(sequence, timebase)
    video = SubElement(SubElement(sequence, "media"), "video")
    _picture(SubElement(video, "format"), marker_list)
    clip = SubElement(SubElement(video, "track"), "clipitem", id="clipitem-1")
    text(clip, "name", marker_list.film)
    text(clip, "duration", length)
    _rate(clip, timebase)
    for name, frame in (("start", "0"), ("end", length), ("in", "0"), ("out", length)):
        text(clip, name, frame)
    _file(clip, marker_list)
    for marker in marker_list.markers:
        element = SubElement(sequence, "marker")
        text(element, "name", marker.name)
        text(element, "comment", marker.note)
        text(element, "in", str(marker.start))
        text(element, "out", str(marker.end) if marker.frames > 1 else "-1")  # a point has no out
        text(element, "pproColor", COLOURS.colour(marker.emotion))
    return document(root)


def _file(clip: Element, marker_list: MarkerList) -> None:
    """The film by its name alone, wherever it lies."""
    file = SubElement(clip, "file", id="file-1")
    text(file, "name", marker_list.film)
    text(file, "pathurl", marker_list.reference)
    text(file, "duration", str(marker_list.own_frames))
    _rate(file, marker_list.own)
    _timecode(file, marker_list.own)
    _picture(SubElement(SubElement(file, "media"), "video"), marker_list)


def _picture(parent: Element, marker_list: MarkerList) -> None:
    """Said in full, or the pixels are taken for not square."""
    picture = SubElement(parent, "samplecharacteristics")
    text(picture, "width", str(marker_list.width))
    text(picture, "height", str(marker_list.height))
    text(picture, "anamorphic", "FALSE")
    text(picture, "pixelaspectratio", "square")
    text(picture, "fielddominance", "none")


def _rate(parent: Element, timebase: Timebase) -> None:
    rate = SubElement(parent, "rate")
    text(rate, "timebase", str(nominal(timebase.rate)))
    text(rate, "ntsc", "TRUE" if timebase.rate.denominator == 1001 else "FALSE")


def _timecode(parent: Element, timebase: Timebase) -> None:
    timecode = SubElement(parent, "timecode")
    _rate(timecode, timebase)
    text(timecode, "string", timebase.first)
    text(timecode, "frame", str(timebase.starts_at))
    text(timecode, "displayformat", "DF" if timebase.drop_frame else "NDF")
