"""What a cut list's clips show, kept with the film's cuts."""

from __future__ import annotations

from fractions import Fraction

from opentimelineio import adapters, schema
from opentimelineio.opentime import RationalTime, TimeRange

from emotion_core.interchange import conform_to_film, read_cut_list
from emotion_core.settings import ReportSettings, ShotSettings, report_from_json, to_json
from tests.support.scans import media

FILM = media(duration=Fraction(40), start_frame=90_000)
EDL = """TITLE: cut
FCM: NON-DROP FRAME
001  TAKE7    V     C        05:00:00:10 05:00:04:10 01:00:00:00 01:00:04:00
002  BL       V     C        00:00:00:00 00:00:02:00 01:00:04:00 01:00:06:00
003  AX       V     C        00:00:01:00 00:00:05:00 01:00:06:00 01:00:10:00
* FROM CLIP NAME: b.mov
004  TAKE7    V     C        05:00:10:00 05:00:14:00 01:00:10:00 01:00:12:00
M2   TAKE7    050.0                05:00:10:00
"""


def test_an_edl_names_reels_and_source_in() -> None:
    """Black and retimed events name nothing; of files with a common reel the clip's name tells them apart."""
    found = conform_to_film(read_cut_list(EDL.encode(), "cut.edl"), FILM)
    hour = 5 * 3600 * 25
    assert found.sources == (
        (0, 100, "TAKE7", hour + 10, hour + 110),
        (150, 250, "AX b.mov", 25, 125),
    )


def test_a_timeline_names_media() -> None:
    track = schema.Track("V1", kind="Video")
    for name, start in (("a", 10), ("b", 400)):
        reference = schema.ExternalReference(f"file:///{name}.mov")
        track.append(schema.Clip(name, reference, TimeRange(RationalTime(start, 25), RationalTime(100, 25))))
    timeline = schema.Timeline("T")
    timeline.tracks.append(track)
    raw = adapters.write_to_string(timeline, "otio_json").encode()
    found = conform_to_film(read_cut_list(raw, "t.otio"), FILM)
    assert found.sources == ((0, 100, "file:///a.mov", 10, 110), (100, 200, "file:///b.mov", 400, 500))


def test_settings_keep_them_and_those_of_earlier_versions_have_none() -> None:
    """Settings without sources have the same JSON, and with it the same digest, as before there were any."""
    shots = ShotSettings(detector="cuts", cuts=((0, "a"),), cut_sources=((0, 100, "TAKE7", 5, 105),))
    settings = ReportSettings(shots=shots)
    assert report_from_json(to_json(settings)) == settings
    older = to_json(ReportSettings(shots=ShotSettings(detector="cuts", cuts=((0, "a"),))))
    assert "cut_sources" not in older["shots"]
    assert report_from_json(older).shots.cut_sources == ()
