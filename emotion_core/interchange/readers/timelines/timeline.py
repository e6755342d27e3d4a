"""An edited timeline as formats with tracks have it, in exact seconds, and the EditList of one of its tracks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ....errors import CutListError
from ....formatting import frame_rate
from ....timecode import frame_at
from .. import tracks
from ..edit_list import EditList, Event, FrameNumber, Timecode
from ..tracks import Track

MAX_RATE = 1000
"""Highest frame rate, frames a second."""
MAX_SECONDS = 24 * 3600 * 30
"""Longest timeline: a month."""
_ROUNDING = Fraction(1, 20)
"""Frames by which a rounded position may miss a whole frame."""


def limit_denominator(seconds: Fraction) -> Fraction:
    """`seconds`, rounded to a billionth where a sum over many rates would let the fraction grow without bound."""
    return seconds if seconds.denominator < 10**18 else seconds.limit_denominator(10**9)


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip or marker; times are seconds from the timeline's first frame."""

    start: Fraction
    end: Fraction | None
    """None for a marker."""
    name: str
    transition: Fraction = Fraction(0)
    """Length of the transition that it begins with, seconds."""
    transition_offset: Fraction = Fraction(0)
    """Seconds from the beginning of the transition to `start`."""
    source: str = ""
    """See edit_list.Event."""
    source_start: Fraction = Fraction(0)
    """Seconds of the source at its first frame, which runs at the timeline's speed; nothing without a source."""


@dataclass(slots=True)
class Timeline:
    format: str
    rate: Fraction
    pictures: dict[Track, list[Clip]]
    """Picture tracks, the lowest first, with their clips in order."""
    markers: list[Clip] = field(default_factory=list)
    drop_frame: bool | None = None
    starts_at: Timecode | FrameNumber | None = None
    notes: list[str] = field(default_factory=list)


def edit_list(timeline: Timeline, wanted: str | None) -> EditList:
    """The events of the track called `wanted`, by default the lowest with picture.

    Markers are cuts where the timeline has at most one clip. Raises CutListError for a timeline without picture and
    markers, and for an impossible frame rate or time.
    """
    rate = timeline.rate
    if not 0 < rate <= MAX_RATE:
        raise CutListError(f"{frame_rate(rate)} frames a second is no frame rate.", "Export the list anew.")
    pictures = {track: clips for track, clips in timeline.pictures.items() if clips}
    clips: Sequence[Clip] = ()
    notes = timeline.notes
    if pictures:
        at, note = tracks.choose_track(list(pictures), wanted)
        clips, notes = list(pictures.values())[at], [*notes, *note]
    if timeline.markers:
        if sum(map(len, pictures.values())) <= 1:
            clips = _cuts_at_markers(clips, timeline.markers)
            notes = [*notes, "The list's markers were taken for cuts."]
        else:
            notes = [*notes, "The list's markers were not taken for cuts: its clips are the scenes."]
    if not clips:
        raise CutListError("The cut list has no picture.", "Export the timeline with its video track or markers.")
    if any(not -MAX_SECONDS < clip.start < MAX_SECONDS or (clip.end or clip.start) > 2 * MAX_SECONDS for clip in clips):
        raise CutListError("The cut list has times that no film reaches.", "Export the list anew.")
    if any(abs(clip.start * rate - frame_at(clip.start, rate)) > _ROUNDING for clip in clips):
        notes = [*notes, f"Some clips begin between frames at {frame_rate(rate)} a second; the nearest frame is taken."]
    events = tuple(_event(clip, rate) for clip in clips)
    return EditList(
        timeline.format,
        events,
        rate=rate,
        drop_frame=timeline.drop_frame,
        starts_at=timeline.starts_at,
        gaps_are_scenes=any(event.end is not None for event in events),
        notes=tuple(notes),
    )


def _cuts_at_markers(clips: Sequence[Clip], markers: Sequence[Clip]) -> list[Clip]:
    """One cut at each marker's place and at the clip's start. The clip's name is the film's and is left out."""
    cuts = {clip.start: replace(clip, end=None, name="") for clip in clips}
    marked: set[Fraction] = set()
    for marker in markers:
        if marker.start not in marked:
            cuts[marker.start] = replace(marker, end=None)
            marked.add(marker.start)
    return sorted(cuts.values(), key=lambda cut: cut.start)


def _event(clip: Clip, rate: Fraction) -> Event:
    first = frame_at(clip.source_start, rate)
    length = 0 if clip.end is None else frame_at(clip.end, rate) - frame_at(clip.start, rate)
    return Event(
        FrameNumber(frame_at(clip.start, rate)),
        None if clip.end is None else FrameNumber(frame_at(clip.end, rate)),
        clip.name,
        transition=frame_at(clip.transition, rate),
        transition_offset=frame_at(clip.transition_offset, rate),
        source=clip.source,
        source_in=FrameNumber(first) if clip.source else None,
        source_out=FrameNumber(first + length) if clip.source else None,
    )
