"""The second cut as an OpenTimelineIO timeline: clips of the first cut, and of the second where footage is new.

A clip's metadata, under NAMESPACE, say what became of its footage. Places are at each film's own rate, so films of two
rates stand in one timeline. Retimed clips have a linear time warp; their length is that on the timeline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ...compare import have_same_readings
from ...compare.change_list import reading_text, size_text
from ...interchange.marker_list import one_line
from ...interchange.writers.otio import NAMESPACE
from ...timecode import frame_at
from .document import scene_fields
from .timeline import TimelineEvent, event_words, events, left_out

if TYPE_CHECKING:
    from fractions import Fraction

    from opentimelineio.opentime import RationalTime, TimeRange
    from opentimelineio.schema import Clip

    from ...compare.change_list import FootageChange
    from ...media import Media
    from .compared_cuts import ComparedCuts


def write(cuts: ComparedCuts) -> bytes:
    """Encode the timeline as OpenTimelineIO's JSON. It names the films without their folders."""
    import opentimelineio
    from opentimelineio.schema import Timeline, Track, TrackKind

    films = [analysis.observations.media for analysis in cuts.analyses]
    provenance = {
        "changes": one_line(cuts.sentence),
        "films": [
            {"name": one_line(name), "sha256": film.content_id, "drop_frame": film.drop_frame}
            for name, film in zip(cuts.files, films, strict=True)
        ],
        "left_out": [_change_fields(cuts, change) for change in left_out(cuts)],
    }
    after = films[1]
    timeline = Timeline(
        name=one_line(cuts.files[1]),
        global_start_time=_time(after, after.start_frame),
        metadata={NAMESPACE: provenance},
    )
    track = Track(name="Changes", kind=TrackKind.Video)
    for event in events(cuts):
        clip = _clip(cuts, event, films)
        if clip is not None:
            track.append(clip)
    timeline.tracks.append(track)
    text: str = opentimelineio.adapters.write_to_string(timeline, adapter_name="otio_json")
    return (text + "\n").encode()


def _clip(cuts: ComparedCuts, event: TimelineEvent, films: list[Media]) -> Clip | None:
    """A clip of the first cut, or of the second where footage is new; None for one of no frame."""
    from opentimelineio.opentime import TimeRange
    from opentimelineio.schema import Clip, ExternalReference, LinearTimeWarp

    start, end = (frame_at(at, films[1].rate) for at in (event.record.start, event.record.end))
    if end <= start:
        return None
    side, place = (1, event.record) if event.source is None else (0, event.source)
    film = films[side]
    first = film.start_frame + frame_at(place.start, film.rate)
    reference = ExternalReference(
        target_url=quote(cuts.files[side].encode("utf-8", "replace")), available_range=_whole(film)
    )
    reference.name = one_line(cuts.files[side])
    fields = {"is_new": event.source is None, "is_retimed": event.speed != 1}
    if event.change is not None:
        fields |= _change_fields(cuts, event.change)
    clip = Clip(
        name=event_words(cuts, event),
        media_reference=reference,
        # The length counts in frames of the second cut, so that each clip ends where the next begins.
        source_range=TimeRange(_time(film, first), _time(films[1], end - start)),
        metadata={NAMESPACE: fields},
    )
    if event.speed != 1:
        clip.effects.append(LinearTimeWarp(name="retimed", time_scalar=float(event.speed)))
    return clip


def _change_fields(cuts: ComparedCuts, change: FootageChange) -> dict[str, Any]:
    """What became of a scene, as metadata."""
    before, after = cuts.analyses
    told = reading_text(before.labels, change, same_readings=have_same_readings(before, after))
    return {
        "kind": change.kind,
        "kinds": list(change.kinds),
        "treatments": list(change.treatments),
        "how_much": size_text(cuts.listed, change),
        "expressions": told,
        "before": scene_fields(before, change.before, change.place_before),
        "after": scene_fields(after, change.after, change.place_after),
    }


def _whole(film: Media) -> TimeRange:
    from opentimelineio.opentime import TimeRange

    return TimeRange(_time(film, film.start_frame), _time(film, frame_at(film.duration, film.rate)))


def _time(film: Media, frame: int) -> RationalTime:
    from opentimelineio.opentime import RationalTime

    rate: Fraction = film.rate
    return RationalTime(frame, float(rate))
