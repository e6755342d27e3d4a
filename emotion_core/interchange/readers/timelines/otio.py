"""OpenTimelineIO timelines (.otio, and .otioz, which is one in a ZIP), read with the library itself.

Its rates are decimals, so the exact rate is found from them. A time effect does not change how long a clip is on the
track.
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
from ....timecode import frame_at, rate_from_header
from ..content import MOST_BYTES, Content
from ..edit_list import EditList, FrameNumber
from ..tracks import Track
from . import timeline
from .timeline import Clip, Timeline

FORMAT = "OpenTimelineIO"
DEEPEST = 256
"""Brackets within brackets; the library crashes on some ten thousand."""
MOST_PARTS = 4_000_000
"""Brackets, commas and texts; a feature film's timeline has a tenth of them."""
_PART = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
_GENERIC = ("", "tracks", "Stack", "Sequence", "OperationGroup", "TimelineMobSlot")
"""Names of compositions that nobody gave."""
_ZIP = b"PK\x03\x04"
_ZIPPED = "content.otio"


def is_otio(content: Content) -> bool:
    """Whether a text is JSON that names an OpenTimelineIO schema, or a ZIP with one."""
    if content.text is None:
        return content.raw.startswith(_ZIP) and _ZIPPED.encode() in content.raw
    return content.head.lstrip().startswith("{") and '"OTIO_SCHEMA"' in content.text


def read(content: Content) -> EditList:
    """The clips of one video track, disabled ones left out. Raises CutListError."""
    text = content.text if content.text is not None else _unzipped(content.raw)
    return timeline.edit_list(of_json(text, FORMAT), content.track)


def of_json(text: str, called: str) -> Timeline:
    """The timeline in OpenTimelineIO's JSON, for messages `called` so. Raises CutListError for what is none."""
    import opentimelineio

    _check(text)
    try:
        found = opentimelineio.adapters.read_from_string(text, adapter_name="otio_json")
        return _timeline(found, called)
    except CutListError:
        raise
    except Exception as error:  # the library raises whatever its parser does: KeyError, ValueError, OTIOError, …
        reason = str(error)[:200]
        raise CutListError(f"The {called} timeline cannot be read: {reason}", "Export it anew.") from error


def _unzipped(raw: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open(_ZIPPED) as file:
            inner = file.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise CutListError("The file is a ZIP that holds no readable timeline.", "Give the .otio file.") from error
    if len(inner) > MOST_BYTES:
        raise CutListError("The ZIP's timeline is too large to be read.", "Give one timeline alone.")
    return inner.decode("utf-8", "replace")


def _check(text: str) -> None:
    """Raises CutListError for JSON on which the library would crash, or grow without bound."""
    depth = 0
    for number, match in enumerate(_PART.finditer(text)):
        sign = match[0]
        depth += 1 if sign in "[{" else -1 if sign in "]}" else 0
        if depth > DEEPEST or number > MOST_PARTS:
            raise CutListError("The timeline is nested too deeply or too large to be read.", "Export it anew.")


def _timeline(found: Any, called: str) -> Timeline:
    import opentimelineio
    from opentimelineio import schema

    notes: list[str] = []
    if isinstance(found, schema.SerializableCollection):
        lines = _timelines(found)
        if not lines:
            raise CutListError(f"The {called} file has no timeline.", "Export the timeline itself.")
        if len(lines) > 1:
            notes.append(f"Of the file's {len(lines)} timelines the first, “{lines[0].name}”, was read.")
        found = lines[0]
    first = None
    if isinstance(found, schema.Timeline):
        first, found = found.global_start_time, found.tracks
    if isinstance(found, opentimelineio.core.Composition) and not isinstance(found, schema.Stack):
        found = schema.Stack(children=[found.deepcopy()])
    if not isinstance(found, schema.Stack):
        raise CutListError(f"The {called} file has no timeline.", "Export the timeline itself.")
    outer = [one for one in found if isinstance(one, schema.Track) and one.kind == schema.TrackKind.Video]
    shown = [_inner(one) for one in outer]
    marked = [marker for part in (found, *outer) for marker in part.markers]
    rate = _rate(first, shown, marked)
    made: dict[Track, list[Clip]] = {}
    markers = [_marker(one) for one in marked]
    if first is not None and markers and min(one.start for one in markers) >= _seconds(first):
        markers = [replace(one, start=one.start - _seconds(first)) for one in markers]  # in the timeline's timecode
    for number, (track, around) in enumerate(zip(shown, outer, strict=True), start=1):
        name = "" if around.name in _GENERIC else around.name
        clips = _clips(track, notes, markers) if track.enabled else []
        made[Track(number, name)] = _trimmed(_trimmed(clips, track), found)
    return Timeline(
        called,
        rate,
        made,
        sorted(markers, key=lambda one: one.start),
        starts_at=None if first is None else FrameNumber(frame_at(_seconds(first), rate)),
        notes=list(dict.fromkeys(notes)),
    )


def _timelines(collection: Any) -> list[Any]:
    """The timelines of a collection and those within it, in order."""
    from opentimelineio import schema

    found = []
    for one in collection:
        if isinstance(one, schema.Timeline):
            found.append(one)
        elif isinstance(one, schema.SerializableCollection):
            found += _timelines(one)
    return found


def _inner(track: Any) -> Any:
    """A track, or what it holds where that is nothing but another track."""
    from opentimelineio.schema import Track

    while len(track) == 1 and isinstance(track[0], Track) and track[0].source_range is None and track[0].enabled:
        track = track[0]
    return track


def _rate(first: Any, tracks: Iterable[Any], markers: Iterable[Any]) -> Fraction:
    """The timeline's rate: that of its start, else that of most of its durations, else of its markers."""
    if first is not None:
        return _exact(first.rate)
    lengths = [item.trimmed_range().duration for track in tracks for item in _items(track)]
    rates = Counter(_exact(one.rate) for one in lengths or [marker.marked_range.start_time for marker in markers])
    return rates.most_common(1)[0][0] if rates else Fraction(24)


def _items(track: Any) -> list[Any]:
    from opentimelineio.schema import Transition

    return [child for child in track if not isinstance(child, Transition)]


def _exact(rate: float) -> Fraction:
    return rate_from_header(Fraction(str(rate)).limit_denominator(10**6))


def _seconds(time: Any) -> Fraction:
    return Fraction(str(time.value)) / _exact(time.rate)


def _clips(track: Any, notes: list[str], markers: list[Clip]) -> list[Clip]:
    """The clips of a track in seconds; gaps and what is disabled leave time without a clip. Nested tracks are one.

    Markers on its clips are added to `markers`.
    """
    from opentimelineio import schema

    clips: list[Clip] = []
    at, lead = Fraction(0), (Fraction(0), Fraction(0))
    for child in track:
        if isinstance(child, schema.Transition):
            before, after = _seconds(child.in_offset), _seconds(child.out_offset)
            lead = before + after, before
            continue
        source = child.trimmed_range()
        end = timeline.tame(at + _seconds(source.duration))
        for one in map(_marker, child.markers):
            if at <= (start := one.start - _seconds(source.start_time) + at) < end:
                markers.append(replace(one, start=start))
        if not isinstance(child, schema.Gap) and child.enabled:
            clips.append(Clip(at, end, _name(child), *lead))
        if any(isinstance(effect, schema.TimeEffect) for effect in child.effects):
            notes.append("Clips whose speed is changed lie where the timeline has them.")
        at, lead = end, (Fraction(0), Fraction(0))
    return clips


def _trimmed(clips: list[Clip], around: Any) -> list[Clip]:
    """Clips as they lie in what is `around` them, a track or stack that may show a part of itself alone."""
    if around.source_range is None:
        return clips
    first, length = _seconds(around.source_range.start_time), _seconds(around.source_range.duration)
    moved = [replace(one, start=one.start - first, end=(one.end or one.start) - first) for one in clips]
    return [
        replace(one, start=max(one.start, Fraction(0)), end=min(one.end or one.start, length))
        for one in moved
        if one.start < length and (one.end or one.start) > 0
    ]


def _name(item: Any) -> str:
    import opentimelineio
    from opentimelineio import schema

    name: str = item.name.strip()
    if name in _GENERIC and isinstance(item, opentimelineio.core.Composition):
        name = next((clip.name for clip in item.find_clips() if clip.name.strip()), "")
    if not name and isinstance(item, schema.Clip) and item.media_reference is not None:
        name = item.media_reference.name
    return name


def _marker(marker: Any) -> Clip:
    start: Fraction = _seconds(marker.marked_range.start_time)
    return Clip(start, None, marker.name or marker.comment)
