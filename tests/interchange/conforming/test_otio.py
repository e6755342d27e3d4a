"""Timelines of OpenTimelineIO that are moved to another cut."""

from __future__ import annotations

from opentimelineio import adapters, schema
from opentimelineio.opentime import RationalTime, TimeRange

from emotion_core.interchange.conforming import conform_list
from tests.support.conformed import two_known_cuts


def _range(start: int, frames: int) -> TimeRange:
    return TimeRange(RationalTime(start, 25), RationalTime(frames, 25))


def test_a_timeline_keeps_all_that_its_items_carry() -> None:
    """Metadata, markers of what remains, sound; gaps and the transition whose cut is gone do not stay."""
    timeline = schema.Timeline("T", global_start_time=RationalTime(90_000, 25))
    picture, sound = schema.Track("V1", kind="Video"), schema.Track("A1", kind="Audio")
    timeline.tracks.extend([picture, sound])
    clips = [schema.Clip(name, source_range=_range(start, 250)) for name, start in (("a", 100), ("b", 0), ("c", 0))]
    clips[0].metadata["kept"] = "yes"
    clips[1].markers.extend([schema.Marker("lost", _range(50, 1)), schema.Marker("kept", _range(150, 1))])
    transition = schema.Transition("x", in_offset=RationalTime(5, 25), out_offset=RationalTime(5, 25))
    picture.extend([clips[0], clips[1], transition, clips[2], schema.Clip("d", source_range=_range(7, 250))])
    sound.append(schema.Clip("s", source_range=_range(0, 1000)))
    timeline.tracks.markers.append(schema.Marker("far", _range(90_900, 1)))
    moved = conform_list(adapters.write_to_string(timeline, "otio_json").encode(), "t.otio", two_known_cuts())
    written = adapters.read_from_string(moved.content.decode(), "otio_json")
    assert written.global_start_time == RationalTime(180_000, 25)
    video, audio = written.tracks
    assert [(clip.name, clip.source_range) for clip in video] == [
        ("a", _range(100, 250)), ("b", _range(100, 150)), ("d", _range(7, 250))
    ]  # fmt: skip
    assert video[0].metadata["kept"] == "yes"
    assert [marker.name for marker in video[1].markers] == ["kept"]
    assert [clip.source_range for clip in audio] == [_range(0, 250), _range(350, 150), _range(750, 250)]
    assert written.tracks.markers[0].marked_range == _range(180_550, 1)
    assert [(move.what, move.name, move.state) for move in moved.lost] == [
        ("clip", "b", "shortened"), ("marker", "lost", "lost"), ("clip", "c", "lost"), ("transition", "x", "lost"),
        ("clip", "s", "broken"),
    ]  # fmt: skip
