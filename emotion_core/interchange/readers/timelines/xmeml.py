"""Final Cut Pro 7's XML (xmeml), which Premiere Pro, Resolve and others write too.

Apple, “Final Cut Pro XML Interchange Format”: start and end count frames of the sequence; -1 means that a transition
beside the clip gives the place, by its alignment. NTSC rates are exact here: a timebase of 30 with ntsc is 30000/1001.
"""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element

from ....errors import CutListError
from ....timecode import nominal_rate
from ..content import Content
from ..edit_list import EditList, FrameNumber, Timecode
from ..positions import parse_timecode
from ..tracks import Track
from . import timeline, xml
from .timeline import Clip, Timeline

NAME = "Final Cut Pro 7 XML (Premiere Pro)"
SUFFIXES: tuple[str, ...] = (".xml",)
FORMAT = "Final Cut Pro 7 XML"
CLIPS = ("clipitem", "generatoritem")
_SPEED = "timeremap"


def sniff(content: Content) -> bool:
    """Whether a document's root is xmeml."""
    return xml.root_name(content) == "xmeml"


def read(content: Content) -> EditList:
    """Read the clips of one video track of the first sequence; a nested sequence is one clip. Raises CutListError."""
    found = sequences(xml.parse(content, FORMAT))
    if not found:
        raise CutListError("The Final Cut Pro 7 XML has no sequence.", "Export the sequence, not its clips.")
    sequence = found[0]
    rate = rate_of(sequence.find("rate"))
    if rate is None:
        raise CutListError("The sequence of the Final Cut Pro 7 XML has no frame rate.", "Export it anew.")
    notes = []
    if len(found) > 1:
        name = xml.text_at(sequence, "name")
        notes.append(f"Of the file's {len(found)} sequences the first, “{name}”, was read.")
    pictures = {
        Track(number, (track.get("MZ.TrackName") or "").strip()): _clips(track, rate)
        for number, track in enumerate(sequence.findall("media/video/track"), start=1)
    }
    if any(xml.text_at(effect, "effectid") == _SPEED for effect in sequence.iterfind("media/video/track//effect")):
        notes.append("Clips whose speed is changed lie where the timeline has them.")
    drops, first = _counting(sequence.find("timecode"), rate)
    return timeline.edit_list(
        Timeline(FORMAT, rate, pictures, _markers(sequence, rate), drops, first, notes), content.track
    )


def sequences(root: Element) -> list[Element]:
    """The sequences that are not nested in another, in the order of the document."""
    sequences, waiting = [], [root]
    while waiting:
        element = waiting.pop()
        if element.tag == "sequence":
            if element.find("media") is not None:  # without media it only refers to a sequence
                sequences.append(element)
            continue
        waiting.extend(reversed(element))
    return sequences


def rate_of(element: Element | None) -> Fraction | None:
    base = number(xml.text_at(element, "timebase"))
    if base is None or base < 1:
        return None
    return Fraction(base * 1000, 1001) if xml.text_at(element, "ntsc").upper() == "TRUE" else Fraction(base)


def number(text: str) -> int | None:
    plain = text.removeprefix("-")
    return int(text) if plain.isdecimal() and len(plain) < 12 else None


def _clips(track: Element, rate: Fraction) -> list[Clip]:
    """A track's enabled clips, ascending."""
    if xml.text_at(track, "enabled").upper() == "FALSE":
        return []
    items = [item for item in track if item.tag in (*CLIPS, "transitionitem")]
    clips = []
    for at, item in enumerate(items):
        if item.tag not in CLIPS or xml.text_at(item, "enabled").upper() == "FALSE":
            continue
        before = transition_of(items[at - 1]) if at else None
        after = transition_of(items[at + 1]) if at + 1 < len(items) else None
        start, end = number(xml.text_at(item, "start")), number(xml.text_at(item, "end"))
        if start == -1 or start is None:
            start = before and before[1]
        if end == -1 or end is None:
            end = after and after[1]
        if start is None or end is None:
            raise CutListError(
                f"Clip “{name_of(item)}” of the Final Cut Pro 7 XML has no start or end.", "Export the sequence anew."
            )
        joins = before is not None and before[0] <= start <= before[2]
        first, last = (before[0], before[2]) if before is not None and joins else (start, start)
        clips.append(Clip(start / rate, end / rate, name_of(item), (last - first) / rate, max(start - first, 0) / rate))
    return sorted(clips, key=lambda clip: clip.start)


def transition_of(item: Element) -> tuple[int, int, int] | None:
    """First frame, cut and frame after the last of a transition; None for another item."""
    start, end = number(xml.text_at(item, "start")), number(xml.text_at(item, "end"))
    if item.tag != "transitionitem" or start is None or end is None or start < 0 or end < start:
        return None
    alignment = xml.text_at(item, "alignment").casefold()
    cut = start if alignment.startswith("start") else end if alignment.startswith("end") else (start + end) // 2
    return start, cut, end


def name_of(item: Element) -> str:
    return xml.text_at(item, "name") or xml.text_at(item, "file/name")


def _markers(sequence: Element, rate: Fraction) -> list[Clip]:
    """The sequence's own markers; those of clips count in their sources and are left out."""
    markers = []
    for marker in sequence.findall("marker"):
        at = number(xml.text_at(marker, "in"))
        if at is not None and at >= 0:
            markers.append(Clip(at / rate, None, xml.text_at(marker, "name") or xml.text_at(marker, "comment")))
    return sorted(markers, key=lambda marker: marker.start)


def _counting(element: Element | None, rate: Fraction) -> tuple[bool | None, Timecode | FrameNumber | None]:
    """Whether the sequence counts drop-frame, and the timecode of its first frame."""
    drops = {"DF": True, "NDF": False}.get(xml.text_at(element, "displayformat").upper())
    frame, own = number(xml.text_at(element, "frame")), None if element is None else rate_of(element.find("rate"))
    if frame is not None and frame >= 0 and (own is None or nominal_rate(own) == nominal_rate(rate)):
        return drops, FrameNumber(frame)
    timecode = parse_timecode(xml.text_at(element, "string"))
    if timecode is not None and drops is not None:
        timecode = Timecode(f"{timecode.text[:8]}{';' if drops else ':'}{timecode.text[9:]}")
    return drops, timecode
