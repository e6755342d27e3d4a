"""Lists of a film that runs at another speed in the second cut."""

from __future__ import annotations

from fractions import Fraction

from opentimelineio import adapters, schema
from opentimelineio.opentime import RationalTime, TimeRange

from emotion_core.interchange.conforming import Cut, TwoCuts, conform_list
from emotion_core.interchange.conforming.cuts import footage
from emotion_core.interchange.conforming.stretches import FrameStretch
from tests.support.scans import media

LIST = """TITLE: cut
FCM: NON-DROP FRAME

001  TAKE     V     C        05:00:00:00 05:00:10:00 00:00:00:00 00:00:10:00
002  TAKE     V     C        06:00:00:00 06:00:20:00 00:00:10:00 00:00:20:00
M2   TAKE     050.0                06:00:00:00
"""


def cuts() -> TwoCuts:
    """A film of 20 s, and the same in 19.2 s."""
    first, second = Cut(media(duration=Fraction(20)), 500, ()), Cut(media(duration=Fraction(96, 5)), 480, ())
    return TwoCuts(first, second, footage((first, second), [FrameStretch((0, 500), (0, 480))]))


def test_an_edl_has_each_event_once_with_its_speed() -> None:
    """An event at its own speed gets one, another's is changed; nothing is said to be left out."""
    moved = conform_list(LIST.encode(), "cut.edl", cuts())
    assert not moved.lost
    events = [line for line in moved.content.decode().splitlines() if line[:1] in "0M"]
    assert events == [
        "001  TAKE     V     C        05:00:00:00 05:00:10:00 00:00:00:00 00:00:09:15",
        "M2   TAKE     026.042                05:00:00:00",
        "002  TAKE     V     C        06:00:00:00 06:00:20:00 00:00:09:15 00:00:19:05",
        "M2   TAKE     052.083                06:00:00:00",
    ]


def test_a_timeline_has_time_warps() -> None:
    track = schema.Track("V1", kind="Video")
    for name, start in (("a", 100), ("b", 0)):
        track.append(schema.Clip(name, None, TimeRange(RationalTime(start, 25), RationalTime(250, 25))))
    timeline = schema.Timeline("T")
    timeline.tracks.append(track)
    moved = conform_list(adapters.write_to_string(timeline, "otio_json").encode(), "t.otio", cuts())
    (written,) = adapters.read_from_string(moved.content.decode(), "otio_json").video_tracks()
    assert [(clip.name, clip.source_range.start_time.value, clip.duration().value) for clip in written] == [
        ("a", 100, 240), ("b", 0, 240),
    ]  # fmt: skip
    assert [round(clip.effects[0].time_scalar, 4) for clip in written] == [1.0417, 1.0417]
