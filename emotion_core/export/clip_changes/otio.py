"""The second list as an OpenTimelineIO timeline: clips of the first list's timeline, and of the second's where new.

All picture tracks are kept. A clip's metadata, under NAMESPACE, say what became of its footage and which source shows
it. Retimed clips have a linear time warp; their length is that on the timeline.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from ...interchange.compared_lists import ClipEvent, SourceClip, SourceList, clip_kinds, event_words
from ...interchange.writers.otio import NAMESPACE
from .compared_clips import ComparedClips

if TYPE_CHECKING:
    from opentimelineio.opentime import RationalTime, TimeRange
    from opentimelineio.schema import Clip


def write(clips: ComparedClips) -> bytes:
    """Encode the timeline as OpenTimelineIO's JSON."""
    import opentimelineio
    from opentimelineio.schema import Gap, Timeline, Track, TrackKind

    after = clips.after
    provenance = {
        "changes": clips.sentence,
        "lists": [clips.before.name, after.name],
        "left_out": [_fields(clips.before, change.before) | {"kind": change.kind} for change in clips.without_place],
    }
    timeline = Timeline(
        name=after.name, global_start_time=_time(after, after.starts_at), metadata={NAMESPACE: provenance}
    )
    for number, events in groupby(clips.events, key=lambda event: event.clip.track):
        track, at = Track(name=f"Changes {number}", kind=TrackKind.Video), 0
        for event in events:
            if event.record_in > at:
                track.append(Gap(source_range=_range(after, 0, event.record_in - at)))
            track.append(_clip(clips, event))
            at = event.record_out
        timeline.tracks.append(track)
    text: str = opentimelineio.adapters.write_to_string(timeline, adapter_name="otio_json")
    return (text + "\n").encode()


def _clip(clips: ComparedClips, event: ClipEvent) -> Clip:
    from opentimelineio.schema import Clip, LinearTimeWarp, MissingReference

    of, start = (clips.after, event.record_in) if event.place is None else (clips.before, event.place[0])
    last = max(clip.record_out for clip in of.clips)
    change = event.change
    fields = {
        "is_new": event.place is None,
        "kind": change.kind,
        "kinds": clip_kinds(change),
        "before": _fields(clips.before, change.before),
        "after": _fields(clips.after, change.after),
    }
    clip = Clip(
        name=event_words(clips.before, event),
        media_reference=MissingReference(name=of.name, available_range=_range(of, of.starts_at, last)),
        source_range=_range(of, of.starts_at + start, event.record_out - event.record_in),
        metadata={NAMESPACE: fields},
    )
    if event.speed != 1:
        clip.effects.append(LinearTimeWarp(name="retimed", time_scalar=float(event.speed)))
    return clip


def _fields(of: SourceList, clip: SourceClip | None) -> dict[str, Any]:
    """A clip of a list, as metadata."""
    if clip is None:
        return {}
    return {
        "name": clip.name,
        "source": clip.source,
        "source_frames": [clip.source_in, clip.source_out],
        "track": clip.track,
        "tc_in": of.timecode(clip.record_in),
        "tc_out": of.timecode(clip.record_out),
    }


def _range(of: SourceList, first: int, frames: int) -> TimeRange:
    from opentimelineio.opentime import TimeRange

    return TimeRange(_time(of, first), _time(of, frames))


def _time(of: SourceList, frame: int) -> RationalTime:
    from opentimelineio.opentime import RationalTime

    return RationalTime(frame, float(of.rate))
