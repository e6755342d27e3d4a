"""Premiere Pro's XML: Final Cut Pro 7's interchange format (xmeml 4), with the markers on the sequence.

Apple, “Final Cut Pro XML Interchange Format”. The sequence has one offline clip as long as the film and named after it,
so that the markers can be copied with the clip. Colours are Premiere's own element, pproColor, a number 0xAABBGGRR.
OpenTimelineIO's adapter for the format counts drop-frame wherever the rate allows and writes no picture size; it is
therefore not used.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from ...timecode import nominal_rate
from ..marker_list import MarkerList
from ..timebase import Timebase
from .format import Format, Palette
from .xml import add_text, encode_document

_GREEN, _RED, _VIOLET, _ORANGE = "4281828977", "4281740498", "4289825711", "4280578025"
_YELLOW, _WHITE, _BLUE, _CYAN = "4281049552", "4294967295", "4294741314", "4292277273"
COLOURS = Palette(
    sad=_BLUE, disgust=_GREEN, angry=_RED, neutral=_WHITE, fear=_VIOLET, surprise=_CYAN, happy=_YELLOW,
    contempt=_VIOLET, mixed=_WHITE, note=_WHITE, none=_ORANGE,
)  # fmt: skip


def write(marker_list: MarkerList) -> bytes:
    """Encode the sequence as XML."""
    timebase, length = marker_list.timebase, str(marker_list.frames)
    root = Element("xmeml", version="4")
    sequence = SubElement(root, "sequence", id="sequence-1")
    add_text(sequence, "name", marker_list.film)
    add_text(sequence, "duration", length)
    _add_rate(sequence, timebase)
    _add_timecode(sequence, timebase)
    video = SubElement(SubElement(sequence, "media"), "video")
    _add_picture_format(SubElement(video, "format"), marker_list)
    clip = SubElement(SubElement(video, "track"), "clipitem", id="clipitem-1")
    add_text(clip, "name", marker_list.film)
    add_text(clip, "duration", length)
    _add_rate(clip, timebase)
    for name, frame in (("start", "0"), ("end", length), ("in", "0"), ("out", length)):
        add_text(clip, name, frame)
    _add_file(clip, marker_list)
    for marker in marker_list.markers:
        element = SubElement(sequence, "marker")
        add_text(element, "name", marker.name)
        add_text(element, "comment", marker.note)
        add_text(element, "in", str(marker.start))
        add_text(element, "out", str(marker.end) if marker.frames > 1 else "-1")  # a point has no out
        add_text(element, "pproColor", COLOURS.colour(marker.emotion))
    return encode_document(root)


def _add_file(clip: Element, marker_list: MarkerList) -> None:
    """Add the film by its name, without its folder."""
    file = SubElement(clip, "file", id="file-1")
    add_text(file, "name", marker_list.film)
    add_text(file, "pathurl", marker_list.reference)
    add_text(file, "duration", str(marker_list.own_frames))
    _add_rate(file, marker_list.own)
    _add_timecode(file, marker_list.own)
    _add_picture_format(SubElement(SubElement(file, "media"), "video"), marker_list)


def _add_picture_format(parent: Element, marker_list: MarkerList) -> None:
    """Add the picture's characteristics in full; with fewer, Premiere takes the pixels for not square."""
    picture = SubElement(parent, "samplecharacteristics")
    add_text(picture, "width", str(marker_list.width))
    add_text(picture, "height", str(marker_list.height))
    add_text(picture, "anamorphic", "FALSE")
    add_text(picture, "pixelaspectratio", "square")
    add_text(picture, "fielddominance", "none")


def _add_rate(parent: Element, timebase: Timebase) -> None:
    rate = SubElement(parent, "rate")
    add_text(rate, "timebase", str(nominal_rate(timebase.rate)))
    add_text(rate, "ntsc", "TRUE" if timebase.rate.denominator == 1001 else "FALSE")


def _add_timecode(parent: Element, timebase: Timebase) -> None:
    timecode = SubElement(parent, "timecode")
    _add_rate(timecode, timebase)
    add_text(timecode, "string", timebase.first)
    add_text(timecode, "frame", str(timebase.starts_at))
    add_text(timecode, "displayformat", "DF" if timebase.drop_frame else "NDF")


FORMAT = Format(
    "premiere", "Premiere Pro – sequence with markers", ".xml", "application/xml",
    "File > Import. It brings a sequence with the markers and an offline clip; to take them along, copy and paste "
    "that clip with “Copy Paste Includes Sequence Markers” on.",
    "markers", write,
)  # fmt: skip
