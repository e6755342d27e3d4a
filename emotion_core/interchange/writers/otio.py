"""OpenTimelineIO: scenes as clips of one track, markers on the timeline, model and engine in the metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..marker_list import MarkerList
from ..timebase import Timebase
from .format import Format, Palette

if TYPE_CHECKING:  # the formats are listed without it
    from opentimelineio.opentime import RationalTime, TimeRange

NAMESPACE = "film_emotion"
"""Key of this project's entries in the metadata."""
COLOURS = Palette(
    sad="BLUE", disgust="GREEN", angry="RED", neutral="WHITE",
    fear="PURPLE", surprise="CYAN", happy="YELLOW", contempt="ORANGE",
    mixed="WHITE", note="PINK", none="BLACK",
)  # fmt: skip
"""Values of opentimelineio.schema.MarkerColor."""


def write(marker_list: MarkerList) -> bytes:
    """Encode the timeline as OpenTimelineIO's JSON. It names the film without its folder."""
    import opentimelineio
    from opentimelineio.opentime import TimeRange
    from opentimelineio.schema import Clip, ExternalReference, Marker, Timeline, Track, TrackKind

    timebase, own = marker_list.timebase, marker_list.own
    film = ExternalReference(
        target_url=marker_list.reference, available_range=_range(own, own.starts_at, marker_list.own_frames)
    )
    begins = _time(own, own.starts_at).rescaled_to(float(timebase.rate))
    track = Track(name="Scenes", kind=TrackKind.Video)
    for scene in marker_list.scenes:
        place = _range(timebase, scene.start, scene.frames)
        place = TimeRange(begins + place.start_time, place.duration)
        metadata = {NAMESPACE: {"note": scene.note, "emotion": scene.emotion}}
        track.append(Clip(name=scene.name, media_reference=film.deepcopy(), source_range=place, metadata=metadata))
    provenance = {"source": marker_list.source, "labels": list(marker_list.labels)}
    first = _time(timebase, timebase.starts_at)
    timeline = Timeline(name=marker_list.film, global_start_time=first, metadata={NAMESPACE: provenance})
    timeline.tracks.append(track)
    for marker in marker_list.markers:
        timeline.tracks.markers.append(
            Marker(
                name=marker.name,
                marked_range=_range(timebase, marker.start, marker.frames),
                color=COLOURS.colour(marker.emotion),
                comment=marker.note,
                metadata={NAMESPACE: {"emotion": marker.emotion}},
            )
        )
    text: str = opentimelineio.adapters.write_to_string(timeline, adapter_name="otio_json")
    return (text + "\n").encode()


def _time(timebase: Timebase, frame: int) -> RationalTime:
    from opentimelineio.opentime import RationalTime

    return RationalTime(frame, float(timebase.rate))


def _range(timebase: Timebase, first: int, frames: int) -> TimeRange:
    from opentimelineio.opentime import TimeRange

    return TimeRange(_time(timebase, first), _time(timebase, frames))


FORMAT = Format(
    "otio", "OpenTimelineIO – scenes and markers", ".otio", "application/json",
    "For tools that read OpenTimelineIO, and for scripts: every scene is a clip, markers lie on the timeline.",
    "scenes", write,
)  # fmt: skip
