"""The second cut as a CMX 3600 EDL: each event's source is its place in the first cut.

What the first cut does not have comes from the reel of the second cut, at its own place. Retimed events have an M2 line
with their speed. Comments name the film, the scene and the kinds of its change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...compare.change_list import kind_words
from ...errors import SettingsError
from ...formatting import frame_rate
from ...interchange import timebase_of
from ...interchange.marker_list import one_line
from ...interchange.writers.edl import MAX_EVENTS, SourcedEvent, reel_names, write_events
from .timeline import TimelineEvent, event_words, events, frames_alike, left_out

if TYPE_CHECKING:
    from ...interchange import Timebase
    from .compared_cuts import ComparedCuts


def write(cuts: ComparedCuts) -> list[bytes]:
    """The list as UTF-8 text; of more than MAX_EVENTS events several.

    Raises SettingsError for films that it cannot hold.
    """
    bases = check(cuts)
    films = one_line(cuts.files[0]), one_line(cuts.files[1])
    remarks = [f"* FRAME RATE: {frame_rate(bases[1].rate)}", f"* CHANGES: {one_line(cuts.sentence)}"]
    for change in left_out(cuts):
        if (place := change.place_before) is not None and change.before is not None:
            ends = " ".join(bases[0].timecode(bases[0].frame(at)) for at in (place.span.start, place.span.end))
            words = ", ".join(kind_words(change)).upper()
            remarks.append(f"* {words}: scene {change.before.scene.number} of {films[0]}, {ends}")
    entries = [entry for each in events(cuts) if (entry := _entry(cuts, each, bases, films)) is not None]
    return write_events(f"{films[1]}: changes of {films[0]}", bases[1], entries, remarks)


def is_several(cuts: ComparedCuts) -> bool:
    """Whether the list has more events than one file holds."""
    at_most = len(cuts.analyses[1].scenes) + 2 * len(cuts.listed.changes)
    return at_most > MAX_EVENTS and len(events(cuts)) > MAX_EVENTS


def check(cuts: ComparedCuts) -> tuple[Timebase, Timebase]:
    """How both films count. Raises SettingsError where their frames cannot stand in one list."""
    media = [analysis.observations.media for analysis in cuts.analyses]
    for film, name in zip(media, cuts.names, strict=True):
        if film.is_vfr:
            raise SettingsError(
                f"The frames of {name} come at uneven times: an EDL counts frames, and would say the wrong places.",
                "Take OpenTimelineIO, CSV or JSON, which hold times, or a copy of the film at a constant rate.",
            )
    if not frames_alike(cuts.analyses):
        rates = " and ".join(frame_rate(film.rate) for film in media)
        raise SettingsError(
            f"An EDL counts both cuts alike, and these have {rates} frames a second.",
            "Take OpenTimelineIO, CSV or JSON, which hold both rates.",
        )
    bases = timebase_of(media[0]), timebase_of(media[1])
    if bases[1].rate != media[1].rate:
        raise SettingsError(
            f"No EDL counts {frame_rate(media[1].rate)} frames a second.", "Take OpenTimelineIO, CSV or JSON."
        )
    for base, analysis in zip(bases, cuts.analyses, strict=True):
        base.check(analysis.observations.frames)
    return bases


def _entry(
    cuts: ComparedCuts, event: TimelineEvent, bases: tuple[Timebase, Timebase], films: tuple[str, str]
) -> SourcedEvent | None:
    """An event of the list; None for one of no frame."""
    before, after = bases
    start, end = (after.frame(at) for at in (event.record.start, event.record.end))
    if end <= start:
        return None
    record = after.timecode(start), after.timecode(end)
    first, second = reel_names(cuts.files)
    if event.source is None:
        return SourcedEvent(second, record, record, None, films[1], event_words(cuts, event))
    speed, begins = event.speed, before.frame(event.source.start)
    length = max(1, round((end - start) * speed))
    source = before.timecode(begins), before.timecode(begins + length)
    fps = None if speed == 1 else float(speed * before.rate)
    return SourcedEvent(first, source, record, fps, films[0], event_words(cuts, event))
