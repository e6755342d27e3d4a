"""An edited timeline as formats with tracks have it, in exact seconds, and the EditList of one of its tracks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ....errors import CutListError
from ....timecode import frame_at, per_second
from .. import tracks
from ..edit_list import EditList, Event, FrameNumber, Timecode
from ..tracks import Track

FASTEST = 1000
"""Frames a second; what has more is no frame rate."""
LONGEST = 24 * 3600 * 30
"""Seconds; a timeline is shorter than a month."""
_OFF = Fraction(1, 20)
"""Frames by which rounding in a file may miss a whole frame."""


def tame(seconds: Fraction) -> Fraction:
    """`seconds`, to a billionth where a sum of many rates would make the fraction grow without bound."""
    return seconds if seconds.denominator < 10**18 else seconds.limit_denominator(10**9)


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip or marker; times are seconds from the timeline's first frame."""

    start: Fraction
    end: Fraction | None
    name: str
    transition: Fraction = Fraction(0)
    """Seconds of the transition that it begins with."""
    transition_offset: Fraction = Fraction(0)
    """Seconds before `start` at which that begins."""


@dataclass(slots=True)
class Timeline:
    format: str
    rate: Fraction
    pictures: dict[Track, list[Clip]]
    """Picture tracks from the lowest up, with their clips in order."""
    markers: list[Clip] = field(default_factory=list)
    drop_frame: bool | None = None
    starts_at: Timecode | FrameNumber | None = None
    notes: list[str] = field(default_factory=list)


def edit_list(timeline: Timeline, wanted: str | None) -> EditList:
    """The events of the track that is `wanted`, by default the lowest with picture.

    Markers are cuts where the timeline has one clip or none. Raises CutListError for a timeline without picture and
    markers, and for a frame rate or times that none has.
    """
    rate = timeline.rate
    if not 0 < rate <= FASTEST:
        raise CutListError(f"{per_second(rate)} frames a second is no frame rate.", "Export the list anew.")
    shown = {track: clips for track, clips in timeline.pictures.items() if clips}
    clips: Sequence[Clip] = ()
    notes = timeline.notes
    if shown:
        at, note = tracks.chosen(list(shown), wanted)
        clips, notes = list(shown.values())[at], [*notes, *note]
    if timeline.markers:
        if sum(map(len, shown.values())) <= 1:
            clips = _cuts(clips, timeline.markers)
            notes = [*notes, "The list's markers were taken for cuts."]
        else:
            notes = [*notes, "The list's markers were not taken for cuts: its clips are the scenes."]
    if not clips:
        raise CutListError("The cut list has no picture.", "Export the timeline with its video track or markers.")
    if any(not -LONGEST < clip.start < LONGEST or (clip.end or clip.start) > 2 * LONGEST for clip in clips):
        raise CutListError("The cut list has times that no film reaches.", "Export the list anew.")
    if any(abs(clip.start * rate - frame_at(clip.start, rate)) > _OFF for clip in clips):
        notes = [*notes, f"Some clips begin between frames at {per_second(rate)} a second; the nearest frame is taken."]
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


def _cuts(clips: Sequence[Clip], markers: Sequence[Clip]) -> list[Clip]:
    """Markers as cuts, one a place. The one clip says where the film lies; its name tells nothing of a scene."""
    found = {clip.start: replace(clip, end=None, name="") for clip in clips}
    named: set[Fraction] = set()
    for marker in markers:
        if marker.start not in named:
            found[marker.start] = replace(marker, end=None)
            named.add(marker.start)
    return sorted(found.values(), key=lambda one: one.start)


def _event(clip: Clip, rate: Fraction) -> Event:
    return Event(
        FrameNumber(frame_at(clip.start, rate)),
        None if clip.end is None else FrameNumber(frame_at(clip.end, rate)),
        clip.name,
        transition=frame_at(clip.transition, rate),
        transition_offset=frame_at(clip.transition_offset, rate),
    )
