"""Final Cut Pro's FCPXML, which Resolve and others write too.

Apple, “FCPXML Reference”: times are rational seconds; an item's offset is its place in the time of its parent, and its
own time begins at `start`. The spine is the first picture track here; connected clips of lane 1 are the second, and so
on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from xml.etree.ElementTree import Element

from ....errors import CutListError
from ....timecode import frame_at, rate_from_header
from ..content import Content
from ..edit_list import EditList, FrameNumber
from ..tracks import Track
from . import timeline, xml
from .timeline import Clip, Timeline

NAME = "FCPXML (Final Cut Pro, Resolve)"
SUFFIXES: tuple[str, ...] = (".fcpxml",)
FORMAT = "FCPXML"
_CLIPS = ("clip", "asset-clip", "ref-clip", "sync-clip", "mc-clip", "video", "title", "audition")
ITEMS = (*_CLIPS, "gap", "audio")
MARKERS = ("marker", "chapter-marker")
_TIME = re.compile(r"\s*(-?\d{1,18})(?:\.(\d{1,9}))?(?:/(\d{1,18}))?\s*s?\s*")
_NAMED_RATE = re.compile(r"[pi](\d{2,4})$")
"""Rate in the name of one of Final Cut Pro's formats, such as FFVideoFormat1080p2398; interlaced ones name fields a
second."""


def sniff(content: Content) -> bool:
    """Whether a document's root is fcpxml."""
    return xml.root_name(content) == "fcpxml"


def read(content: Content) -> EditList:
    """Read the clips of one lane of the first project, by default the spine's. Raises CutListError."""
    root = xml.parse(content, FORMAT)
    formats = {element.get("id", ""): element for element in root.iterfind("resources/format")}
    sequences = [sequence for project in root.iter("project") for sequence in project.findall("sequence")]
    if not sequences:
        raise CutListError("The FCPXML has no project.", "Export the project, not its clips.")
    sequence, notes = sequences[0], []
    if len(sequences) > 1:
        name = next((project.get("name", "") for project in root.iter("project")), "")
        notes.append(f"Of the file's {len(sequences)} projects the first, “{name}”, was read.")
    rate = _rate(formats.get(sequence.get("format", "")))
    spine = sequence.find("spine")
    if rate is None or spine is None:
        raise CutListError("The project of the FCPXML has no frame rate or no spine.", "Export it anew.")
    first = time_of(sequence.get("tcStart")) or Fraction(0)
    begins = Fraction(0) if counts_from_zero(spine, first) else first
    pictures: dict[int, list[Clip]] = {0: []}
    markers: list[Clip] = []
    _read_spine(spine, -begins, begins, 0, pictures, markers)
    if sequence.find(".//timeMap") is not None:
        notes.append("Clips whose speed is changed lie where the timeline has them.")
    tracks = {Track(lane + 1): sorted(clips, key=lambda clip: clip.start) for lane, clips in sorted(pictures.items())}
    drops = {"DF": True, "NDF": False}.get(sequence.get("tcFormat", ""))
    starts_at = None if sequence.get("tcStart") is None else FrameNumber(frame_at(first, rate))
    markers.sort(key=lambda marker: marker.start)
    return timeline.edit_list(Timeline(FORMAT, rate, tracks, markers, drops, starts_at, notes), content.track)


def _rate(element: Element | None) -> Fraction | None:
    """Frames a second of a format, from its frameDuration or else its name."""
    if element is None:
        return None
    duration = time_of(element.get("frameDuration"))
    if duration is not None and duration > 0:
        return rate_from_header(1 / duration) if duration.denominator < 10**9 else 1 / duration
    match = _NAMED_RATE.search(element.get("name", ""))
    if match is None:
        return None
    number = match[1]
    rate = rate_from_header(Fraction(int(number), 100)) if len(number) == 4 else Fraction(int(number))
    return rate / 2 if match[0].startswith("i") else rate


def time_of(text: str | None) -> Fraction | None:
    """“1001/24000s”, “5s” or “2.5s” in seconds; None if `text` is no time."""
    match = _TIME.fullmatch(text) if text is not None else None
    if match is None:
        return None
    whole, decimals, denominator = match.groups()
    seconds = Fraction(f"{whole}.{decimals}") if decimals else Fraction(int(whole))
    if denominator is None:
        return seconds
    return seconds / int(denominator) if int(denominator) else None


def _offset(item: Element, default: Fraction) -> Fraction:
    offset = time_of(item.get("offset"))
    return default if offset is None else offset


def _read_spine(
    spine: Element, shift: Fraction, begins: Fraction, lane: int, pictures: dict[int, list[Clip]], markers: list[Clip]
) -> None:
    """Add a spine's clips to `pictures` by lane. Its time begins at `begins`; plus `shift` it is the timeline's."""
    at = begins
    lead: tuple[Fraction, Fraction] | None = None
    for item in spine:
        if item.tag == "transition":
            offset, length = _offset(item, at), time_of(item.get("duration")) or Fraction(0)
            lead = offset, offset + length
            continue
        if item.tag not in ITEMS:
            continue
        chosen = pick(item)
        start = _offset(item, at)
        length = length_of(chosen)
        at = timeline.limit_denominator(start + length)
        if _has_picture(chosen):
            came, over = lead if lead is not None and lead[0] <= start <= lead[1] else (start, start)
            name = chosen.get("name", "")
            pictures.setdefault(lane, []).append(Clip(start + shift, at + shift, name, over - came, start - came))
        lead = None
        _read_attached(chosen, start + shift, length, pictures, markers)


def counts_from_zero(spine: Element, first: Fraction) -> bool:
    """Whether a spine's time begins at 0 and not at its timecode, as some writers have it."""
    return any(_offset(item, first) < first for item in spine if item.tag in ITEMS)


def pick(item: Element) -> Element:
    """The clip that is shown: of an audition its first."""
    if item.tag != "audition":
        return item
    return next((child for child in item if child.tag in ITEMS), item)


def length_of(item: Element) -> Fraction:
    duration = time_of(item.get("duration"))
    if duration is None or duration < 0:
        name = item.get("name", "")
        raise CutListError(f"“{name}” ({item.tag}) of the FCPXML has no duration.", "Export the project anew.")
    return duration


def _has_picture(item: Element) -> bool:
    """Whether an item shows a picture."""
    return item.tag in _CLIPS and item.get("enabled") != "0" and item.get("srcEnable") != "audio"


def _read_attached(
    item: Element, at: Fraction, length: Fraction, pictures: dict[int, list[Clip]], markers: list[Clip]
) -> None:
    """Add the markers of an item that lies at `at` on the timeline, and the clips connected to it in lanes above."""
    shift = at - (time_of(item.get("start")) or Fraction(0))
    for child in item:
        if child.tag in MARKERS:
            start = time_of(child.get("start"))
            if start is not None and at <= start + shift < at + length:
                markers.append(Clip(start + shift, None, child.get("value", "")))
    for child, lane in _connected(item):
        if child.tag == "spine":
            _read_spine(child, _offset(child, Fraction(0)) + shift, Fraction(0), lane, pictures, [])
            continue
        chosen = pick(child)
        if _has_picture(chosen):
            start = _offset(child, Fraction(0)) + shift
            clip = Clip(start, start + length_of(chosen), chosen.get("name", ""))
            pictures.setdefault(lane, []).append(clip)


def _connected(item: Element) -> Iterator[tuple[Element, int]]:
    """Items and storylines connected above an item, with their lanes."""
    for child in item:
        lane = child.get("lane", "")
        if lane.isdecimal() and int(lane[:4]) > 0 and (child.tag in ITEMS or child.tag == "spine"):
            yield child, int(lane[:4])
