"""The second list as a CMX 3600 EDL: each event's source is its place on the first list's timeline.

What the first list does not have comes from the reel of the second, at its own place. Retimed events have an M2 line
with their speed. Comments say the clip and the kinds of its change.
"""

from __future__ import annotations

from ...errors import SettingsError
from ...formatting import frame_rate
from ...interchange.compared_lists import ClipEvent, event_words, timebase_of_list
from ...interchange.timebase import RATES
from ...interchange.writers.edl import SourcedEvent, reel_names, write_events
from .compared_clips import ComparedClips


def write(clips: ComparedClips) -> list[bytes]:
    """The list as UTF-8 text; of more events than one holds several. Raises SettingsError as check does."""
    check(clips)
    first = timebase_of_list(clips.before)
    remarks = [f"* FRAME RATE: {frame_rate(clips.after.rate)}", f"* CHANGES: {clips.sentence}"]
    for change in clips.without_place:
        if (clip := change.before) is not None:
            ends = f"{first.timecode(clip.record_in)} {first.timecode(clip.record_out)}"
            remarks.append(f"* {change.kind.upper()}: {clip.name} of {clips.before.name}, {ends}")
    events = [_event(clips, event) for event in clips.events]
    return write_events(
        f"{clips.after.name}: changes of {clips.before.name}", timebase_of_list(clips.after), events, remarks
    )


def check(clips: ComparedClips) -> None:
    """Raise SettingsError where the second list does not fit into an EDL."""
    tracks = {event.clip.track for event in clips.events}
    if len(tracks) > 1:
        raise SettingsError(
            f"An EDL holds one picture track, and {clips.after.name} has {len(tracks)}.",
            "Take OpenTimelineIO, CSV or JSON, which hold all.",
        )
    if clips.after.rate not in RATES:
        raise SettingsError(
            f"No EDL counts {frame_rate(clips.after.rate)} frames a second.", "Take OpenTimelineIO, CSV or JSON."
        )


def _event(clips: ComparedClips, event: ClipEvent) -> SourcedEvent:
    first, second = (timebase_of_list(each) for each in (clips.before, clips.after))
    reels = reel_names((clips.before.name, clips.after.name))
    record = second.timecode(event.record_in), second.timecode(event.record_out)
    words = event_words(clips.before, event)
    if event.place is None:
        return SourcedEvent(reels[1], record, record, None, clips.after.name, words)
    source = first.timecode(event.place[0]), first.timecode(event.place[1])
    speed = None if event.speed == 1 else float(event.speed * clips.before.rate)
    return SourcedEvent(reels[0], source, record, speed, clips.before.name, words)
