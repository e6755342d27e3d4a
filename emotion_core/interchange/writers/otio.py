"""OpenTimelineIO: the scenes as clips of one track, the markers on the timeline, what read them in the metadata."""

from __future__ import annotations

import opentimelineio
from opentimelineio.opentime import RationalTime, TimeRange
from opentimelineio.schema import Clip, ExternalReference, Marker, MarkerColor, Timeline, Track, TrackKind

from ..marker_list import MarkerList
from ..timebase import Timebase
from .palette import Palette

NAMESPACE = "film_emotion"
"""Of this project's entries in the metadata."""
COLOURS = Palette(
    sad=MarkerColor.BLUE, disgust=MarkerColor.GREEN, angry=MarkerColor.RED, neutral=MarkerColor.WHITE,
    fear=MarkerColor.PURPLE, surprise=MarkerColor.CYAN, happy=MarkerColor.YELLOW, contempt=MarkerColor.ORANGE,
    none=MarkerColor.BLACK,
)  # fmt: skip


def write(marker_list: MarkerList) -> bytes:
    """The timeline as OpenTimelineIO's JSON. The film is named, not where it lies."""
    timebase, own = marker_list.timebase, marker_list.own
    film = ExternalReference(
        target_url=marker_list.reference, available_range=_range(own, own.starts_at, marker_list.own_frames)
    )
    begins = _time(own, own.starts_at).rescaled_to(float(timebase.rate))
    track = Track(name="Scenes", kind=TrackKind.Video)
    for scene in marker_list.scenes:
        place = _range(timebase, scene.start, scene.frames)
        place = TimeRange(begins + place.start_time, place.duration)
        said = {NAMESPACE: {"note": scene.note, "emotion": scene.emotion}}
        track.append(Clip(name=scene.name, media_reference=film.deepcopy(), source_range=place, metadata=said))
    read_by = {"source": marker_list.source, "labels": list(marker_list.labels)}
    first = _time(timebase, timebase.starts_at)
    made = Timeline(name=marker_list.film, global_start_time=first, metadata={NAMESPACE: read_by})
    made.tracks.append(track)
    for marker in marker_list.markers:
        made.tracks.markers.append(
            Marker(
                name=marker.name,
                marked_range=_range(timebase, marker.start, marker.frames),
                color=COLOURS.colour(marker.emotion),
                comment=marker.note,
                metadata={NAMESPACE: {"emotion": marker.emotion}},
            )
        )
    text: str = opentimelineio.adapters.write_to_string(made, adapter_name="otio_json")
    return (text + "\n").encode()


def _time(timebase: Timebase, frame: int) -> RationalTime:
    return RationalTime(frame, float(timebase.rate))


def _range(timebase: Timebase, first: int, frames: int) -> TimeRange:
    return TimeRange(_time(timebase, first), _time(timebase, frames))
