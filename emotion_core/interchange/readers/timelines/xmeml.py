"""Final Cut Pro 7's XML (xmeml), which Premiere Pro, Resolve and others write too.

Apple, “Final Cut Pro XML Interchange Format”: start and end count frames of the sequence; -1 means that a transition
beside the clip gives the place, by its alignment. NTSC rates are exact here: a timebase of 30 with ntsc is 30000/1001.
"""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element

from ....errors import CutListError
from ....timecode import nominal
from ..content import Content
from ..edit_list import EditList, FrameNumber, Timecode
from ..positions import timecode
from ..tracks import Track
from . import timeline, xml
from .timeline import Clip, Timeline

FORMAT = "Final Cut Pro 7 XML"
_CLIPS = ("clipitem", "generatoritem")
_SPEED = "timeremap"


def is_xmeml(content: Content) -> bool:
    """Whether a document's root is xmeml."""
    return xml.root_name(content) == "xmeml"


def read(content: Content) -> EditList:
    """The clips of one video track of the first sequence. A nested sequence is one clip. Raises CutListError."""
    sequences = _sequences(xml.parsed(content, FORMAT))
    if not sequences:
        raise CutListError("The Final Cut Pro 7 XML has no sequence.", "Export the sequence, not its clips.")
    sequence = sequences[0]
    rate = _rate(sequence.find("rate"))
    if rate is None:
        raise CutListError("The sequence of the Final Cut Pro 7 XML has no frame rate.", "Export it anew.")
    notes = []
    if len(sequences) > 1:
        notes.append(f"Of the file's {len(sequences)} sequences the first, “{xml.text(sequence, 'name')}”, was read.")
    pictures = {
        Track(number, (track.get("MZ.TrackName") or "").strip()): _clips(track, rate)
        for number, track in enumerate(sequence.findall("media/video/track"), start=1)
    }
    if any(xml.text(effect, "effectid") == _SPEED for effect in sequence.iterfind("media/video/track//effect")):
        notes.append("Clips whose speed is changed lie where the timeline has them.")
    drops, first = _counting(sequence.find("timecode"), rate)
    return timeline.edit_list(
        Timeline(FORMAT, rate, pictures, _markers(sequence, rate), drops, first, notes), content.track
    )


def _sequences(root: Element) -> list[Element]:
    """The sequences that are not nested in another, in the order of the document."""
    found, waiting = [], [root]
    while waiting:
        element = waiting.pop()
        if element.tag == "sequence":
            if element.find("media") is not None:  # else it only refers to one
                found.append(element)
            continue
        waiting.extend(reversed(element))
    return found


def _rate(element: Element | None) -> Fraction | None:
    base = _number(xml.text(element, "timebase"))
    if base is None or base < 1:
        return None
    return Fraction(base * 1000, 1001) if xml.text(element, "ntsc").upper() == "TRUE" else Fraction(base)


def _number(text: str) -> int | None:
    plain = text.removeprefix("-")
    return int(text) if plain.isdecimal() and len(plain) < 12 else None


def _clips(track: Element, rate: Fraction) -> list[Clip]:
    """A track's clips that are enabled, ascending."""
    if xml.text(track, "enabled").upper() == "FALSE":
        return []
    items = [item for item in track if item.tag in (*_CLIPS, "transitionitem")]
    clips = []
    for at, item in enumerate(items):
        if item.tag not in _CLIPS or xml.text(item, "enabled").upper() == "FALSE":
            continue
        before = _transition(items[at - 1]) if at else None
        after = _transition(items[at + 1]) if at + 1 < len(items) else None
        start, end = _number(xml.text(item, "start")), _number(xml.text(item, "end"))
        if start == -1 or start is None:
            start = before and before[1]
        if end == -1 or end is None:
            end = after and after[1]
        if start is None or end is None:
            raise CutListError(
                f"Clip “{_name(item)}” of the Final Cut Pro 7 XML has no start or end.", "Export the sequence anew."
            )
        joins = before is not None and before[0] <= start <= before[2]
        first, last = (before[0], before[2]) if before is not None and joins else (start, start)
        clips.append(Clip(start / rate, end / rate, _name(item), (last - first) / rate, max(start - first, 0) / rate))
    return sorted(clips, key=lambda clip: clip.start)


def _transition(item: Element) -> tuple[int, int, int] | None:
    """First frame, cut and frame after the last of a transition; None for another item."""
    start, end = _number(xml.text(item, "start")), _number(xml.text(item, "end"))
    if item.tag != "transitionitem" or start is None or end is None or start < 0 or end < start:
        return None
    alignment = xml.text(item, "alignment").casefold()
    cut = start if alignment.startswith("start") else end if alignment.startswith("end") else (start + end) // 2
    return start, cut, end


def _name(item: Element) -> str:
    return xml.text(item, "name") or xml.text(item, "file/name")


def _markers(sequence: Element, rate: Fraction) -> list[Clip]:
    """The sequence's own markers; those of clips count in their sources."""
    found = []
    for marker in sequence.findall("marker"):
        at = _number(xml.text(marker, "in"))
        if at is not None and at >= 0:
            found.append(Clip(at / rate, None, xml.text(marker, "name") or xml.text(marker, "comment")))
    return sorted(found, key=lambda one: one.start)


def _counting(element: Element | None, rate: Fraction) -> tuple[bool | None, Timecode | FrameNumber | None]:
    """Whether the sequence counts drop-frame, and the timecode of its first frame."""
    drops = {"DF": True, "NDF": False}.get(xml.text(element, "displayformat").upper())
    frame, own = _number(xml.text(element, "frame")), None if element is None else _rate(element.find("rate"))
    if frame is not None and frame >= 0 and (own is None or nominal(own) == nominal(rate)):
        return drops, FrameNumber(frame)
    place = timecode(xml.text(element, "string"))
    if place is not None and drops is not None:
        place = Timecode(f"{place.text[:8]}{';' if drops else ':'}{place.text[9:]}")
    return drops, place
