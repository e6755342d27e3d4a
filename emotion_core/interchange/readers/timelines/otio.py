"""OpenTimelineIO timelines (.otio, and .otioz, which is one in a ZIP), read with the library itself.

The library's rates are decimals, from which the exact rate is derived. A time effect does not change the length of a
clip on the track.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ....errors import CutListError
from ....system import memory_limits
from ....timecode import frame_at, rate_from_header
from ..content import MAX_BYTES, Content
from ..edit_list import EditList, FrameNumber
from ..tracks import Track
from . import timeline
from .timeline import Clip, Timeline

NAME = "OpenTimelineIO"
SUFFIXES: tuple[str, ...] = (".otio", ".otioz")
FORMAT = "OpenTimelineIO"
MAX_DEPTH = 256
"""Nested brackets; the library crashes at some ten thousand."""
MAX_PARTS = 4_000_000
"""Brackets, commas and strings; a feature film's timeline has a tenth of them."""
_PART = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
_DEFAULT_NAMES = ("", "tracks", "Stack", "Sequence", "OperationGroup", "TimelineMobSlot")
"""Names that tools give compositions by default."""
_ZIP = b"PK\x03\x04"
_ZIPPED = "content.otio"


def sniff(content: Content) -> bool:
    """Whether a text is JSON that names an OpenTimelineIO schema, or a file is a ZIP with one."""
    if content.text is None:
        return content.raw.startswith(_ZIP) and _ZIPPED.encode() in content.raw
    return content.head.lstrip().startswith("{") and '"OTIO_SCHEMA"' in content.text


def read(content: Content) -> EditList:
    """Read the clips of one video track, except disabled ones. Raises CutListError."""
    return timeline.edit_list(parse_json(text_of(content), FORMAT), content.track)


def text_of(content: Content) -> str:
    """The JSON of a file. Raises CutListError for a ZIP without any."""
    return content.text if content.text is not None else _unzip(content.raw)


def parse_json(text: str, format_name: str) -> Timeline:
    """Parse a timeline in OpenTimelineIO's JSON; `format_name` is for messages. Raises CutListError."""
    import opentimelineio

    _check(text)
    try:
        document = opentimelineio.adapters.read_from_string(text, adapter_name="otio_json")
        return _timeline(document, format_name)
    except CutListError:
        raise
    except Exception as error:  # the library raises whatever its parser does: KeyError, ValueError, OTIOError, …
        memory_limits.raise_if_memory_error(error, f"The {format_name} timeline")
        reason = str(error)[:200]
        raise CutListError(f"The {format_name} timeline cannot be read: {reason}", "Export it anew.") from error


def _unzip(raw: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open(_ZIPPED) as file:
            inner = file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise CutListError("The file is a ZIP that holds no readable timeline.", "Give the .otio file.") from error
    if len(inner) > MAX_BYTES:
        raise CutListError("The ZIP's timeline is too large to be read.", "Give one timeline alone.")
    return inner.decode("utf-8", "replace")


def _check(text: str) -> None:
    """Raise CutListError for JSON on which the library would crash, or grow without bound."""
    depth = 0
    for number, match in enumerate(_PART.finditer(text)):
        sign = match[0]
        depth += 1 if sign in "[{" else -1 if sign in "]}" else 0
        if depth > MAX_DEPTH or number > MAX_PARTS:
            raise CutListError("The timeline is nested too deeply or too large to be read.", "Export it anew.")


def _timeline(document: Any, format_name: str) -> Timeline:
    import opentimelineio
    from opentimelineio import schema

    notes: list[str] = []
    if isinstance(document, schema.SerializableCollection):
        timelines = _timelines(document)
        if not timelines:
            raise CutListError(f"The {format_name} file has no timeline.", "Export the timeline itself.")
        if len(timelines) > 1:
            notes.append(f"Of the file's {len(timelines)} timelines the first, “{timelines[0].name}”, was read.")
        document = timelines[0]
    first, stack = None, document
    if isinstance(document, schema.Timeline):
        first, stack = document.global_start_time, document.tracks
    if isinstance(stack, opentimelineio.core.Composition) and not isinstance(stack, schema.Stack):
        stack = schema.Stack(children=[stack.deepcopy()])
    if not isinstance(stack, schema.Stack):
        raise CutListError(f"The {format_name} file has no timeline.", "Export the timeline itself.")
    outer = [track for track in stack if isinstance(track, schema.Track) and track.kind == schema.TrackKind.Video]
    inner = [_innermost(track) for track in outer]
    stack_markers = [marker for part in (stack, *outer) for marker in part.markers]
    rate = _rate(first, inner, stack_markers)
    pictures: dict[Track, list[Clip]] = {}
    markers = [_marker(marker) for marker in stack_markers]
    if first is not None and markers and min(marker.start for marker in markers) >= seconds(first):
        # The markers are in the timeline's timecode.
        markers = [replace(marker, start=marker.start - seconds(first)) for marker in markers]
    for number, (track, around) in enumerate(zip(inner, outer, strict=True), start=1):
        name = "" if around.name in _DEFAULT_NAMES else around.name
        clips = _clips(track, notes, markers) if track.enabled else []
        pictures[Track(number, name)] = _trim(_trim(clips, track), stack)
    return Timeline(
        format_name,
        rate,
        pictures,
        sorted(markers, key=lambda marker: marker.start),
        starts_at=None if first is None else FrameNumber(frame_at(seconds(first), rate)),
        notes=list(dict.fromkeys(notes)),
    )


def _timelines(collection: Any) -> list[Any]:
    """The timelines of a collection and of those within it, in order."""
    from opentimelineio import schema

    timelines = []
    for child in collection:
        if isinstance(child, schema.Timeline):
            timelines.append(child)
        elif isinstance(child, schema.SerializableCollection):
            timelines += _timelines(child)
    return timelines


def _innermost(track: Any) -> Any:
    """A track, or the track within it where it holds nothing else."""
    from opentimelineio.schema import Track

    while len(track) == 1 and isinstance(track[0], Track) and track[0].source_range is None and track[0].enabled:
        track = track[0]
    return track


def _rate(first: Any, tracks: Iterable[Any], markers: Iterable[Any]) -> Fraction:
    """The timeline's rate: that of its start, else the most frequent of its durations, else of its markers."""
    if first is not None:
        return exact(first.rate)
    lengths = [item.trimmed_range().duration for track in tracks for item in _items(track)]
    times = lengths or [marker.marked_range.start_time for marker in markers]
    rates = Counter(exact(time.rate) for time in times)
    return rates.most_common(1)[0][0] if rates else Fraction(24)


def _items(track: Any) -> list[Any]:
    from opentimelineio.schema import Transition

    return [child for child in track if not isinstance(child, Transition)]


def exact(rate: float) -> Fraction:
    """The exact rate for the library's decimal."""
    return rate_from_header(Fraction(str(rate)).limit_denominator(10**6))


def seconds(time: Any) -> Fraction:
    """Seconds of the library's RationalTime, exact."""
    return Fraction(str(time.value)) / exact(time.rate)


def _clips(track: Any, notes: list[str], markers: list[Clip]) -> list[Clip]:
    """The clips of a track in seconds. Gaps and disabled items leave time without a clip; a nested track is one clip.

    Markers on its items are added to `markers`, remarks to `notes`.
    """
    from opentimelineio import schema

    clips: list[Clip] = []
    at, lead = Fraction(0), (Fraction(0), Fraction(0))
    for child in track:
        if isinstance(child, schema.Transition):
            before, after = seconds(child.in_offset), seconds(child.out_offset)
            lead = before + after, before
            continue
        source = child.trimmed_range()
        end = timeline.limit_denominator(at + seconds(source.duration))
        for marker in map(_marker, child.markers):
            if at <= (start := marker.start - seconds(source.start_time) + at) < end:
                markers.append(replace(marker, start=start))
        if not isinstance(child, schema.Gap) and child.enabled:
            is_plain = isinstance(child, schema.Clip) and not any(child.effects)
            shown = (media_of(child), seconds(source.start_time)) if is_plain else ("", Fraction(0))
            clips.append(Clip(at, end, _name(child), *lead, *shown))
        if any(isinstance(effect, schema.TimeEffect) for effect in child.effects):
            notes.append("Clips whose speed is changed lie where the timeline has them.")
        at, lead = end, (Fraction(0), Fraction(0))
    return clips


def _trim(clips: list[Clip], parent: Any) -> list[Clip]:
    """Clips as they lie in their `parent`, a track or stack that may show only a range of itself."""
    if parent.source_range is None:
        return clips
    first, length = seconds(parent.source_range.start_time), seconds(parent.source_range.duration)
    moved = [replace(clip, start=clip.start - first, end=(clip.end or clip.start) - first) for clip in clips]
    return [
        replace(clip, start=max(clip.start, Fraction(0)), end=min(clip.end or clip.start, length))
        for clip in moved
        if clip.start < length and (clip.end or clip.start) > 0
    ]


def _name(item: Any) -> str:
    import opentimelineio
    from opentimelineio import schema

    name: str = item.name.strip()
    if name in _DEFAULT_NAMES and isinstance(item, opentimelineio.core.Composition):
        name = next((clip.name for clip in item.find_clips() if clip.name.strip()), "")
    if not name and isinstance(item, schema.Clip) and item.media_reference is not None:
        name = item.media_reference.name
    return name


def media_of(item: Any) -> str:
    """What tells an item's source: the address of its media, else its media's name, else its own; on one line."""
    reference = getattr(item, "media_reference", None)
    address = getattr(reference, "target_url", "") or getattr(reference, "name", "")
    return " ".join(str(address or item.name).split())


def _marker(marker: Any) -> Clip:
    start: Fraction = seconds(marker.marked_range.start_time)
    return Clip(start, None, marker.name or marker.comment)
