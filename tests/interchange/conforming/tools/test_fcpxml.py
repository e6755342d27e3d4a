"""Final Cut Pro's FCPXML moved to another cut."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree

from emotion_core.interchange.conforming import conform_list
from emotion_core.interchange.readers.edit_list import FrameNumber
from emotion_core.interchange.readers.registry import read_cut_list
from tests.support.conformed import two_known_cuts

DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="1.10"><resources>
<format id="r1" frameDuration="1/25s" width="1920" height="1080"/>
<asset id="r2" name="take" start="3600s" duration="60s" hasVideo="1" format="r1"/>
</resources><library><event name="E"><project name="cut &amp; 1">
<sequence format="r1" tcStart="3600s" tcFormat="NDF" duration="40s"><spine>
<asset-clip ref="r2" name="a" offset="3600s" start="3605s" duration="10s" format="r1">
  <note>kept</note>
  <title ref="r9" name="over a and b" lane="1" offset="3613s" start="7s" duration="8s"/>
  <marker start="3606s" duration="1/25s" value="in a"/>
</asset-clip>
<transition name="Dissolve" offset="3609s" duration="2s"/>
<asset-clip ref="r2" name="b" offset="3610s" start="3600s" duration="10s" format="r1">
  <marker start="3601s" duration="1/25s" value="early in b"/>
  <marker start="3605s" duration="1/25s" value="late in b"/>
</asset-clip>
<gap name="Gap" offset="3620s" start="0s" duration="10s">
  <spine lane="2" offset="5s"><asset-clip ref="r2" name="of a line" offset="0s" start="3620s" duration="10s"/></spine>
  <marker start="1s" duration="1/25s" value="on a gap"/>
</gap>
<clip name="d" offset="3630s" start="2s" duration="10s"><video ref="r2" offset="0s" duration="60s">
  <audio lane="-1" ref="r2" offset="0s" duration="60s"/></video></clip>
</spine></sequence></project></event></library></fcpxml>"""


def test_a_project_is_cut_and_stays_valid() -> None:
    """The storyline is cut, what is connected to it goes with its own footage to what lies there now; nothing overlaps,
    and all times are rational and on frames.
    """
    moved = conform_list(DOCUMENT.encode(), "cut.fcpxml", two_known_cuts())
    assert moved.suffix == ".fcpxml"
    root = ElementTree.fromstring(moved.content)
    sequence = root.find(".//sequence")
    assert sequence is not None
    assert (sequence.get("tcStart"), sequence.get("duration")) == ("7200s", "26s")
    spine = sequence.find("spine")
    assert spine is not None
    told = [
        [item.tag, item.get("name"), *(item.get(each) for each in ("offset", "start", "duration"))] for item in spine
    ]
    assert told == [
        ["asset-clip", "a", "7200s", "3605s", "10s"],
        ["asset-clip", "b", "7210s", "3604s", "6s"],
        ["clip", "d", "7216s", "2s", "10s"],
    ]
    a, b, d = spine
    assert [child.tag for child in a] == ["note", "title", "marker"]
    connected = [
        [item.get(each) for each in ("name", "lane", "offset", "start", "duration")]
        for parent in (a, b, d) for item in parent if item.get("lane")
    ]  # fmt: skip
    assert connected == [
        ["over a and b", "1", "3613s", "7s", "2s"],
        ["over a and b", "1", "3604s", "13s", "2s"],
        ["of a line", "2", "2s", "3625s", "5s"],
    ]
    assert [marker.get("value") for marker in root.iter("marker")] == ["in a", "late in b"]
    audio = d.find("video/audio")
    assert audio is not None
    assert audio.get("duration") == "60s"
    lost = {(move.what, move.name, move.state) for move in moved.lost}
    assert lost >= {
        ("clip", "b", "shortened"), ("transition", "Dissolve", "lost"), ("marker", "early in b", "lost"),
        ("marker", "on a gap", "lost"), ("clip", "of a line", "shortened"),
    }  # fmt: skip


def test_the_reader_finds_the_clips_where_their_footage_is() -> None:
    moved = conform_list(DOCUMENT.encode(), "cut.fcpxml", two_known_cuts())
    events = read_cut_list(moved.content, "cut.fcpxml").events
    assert [(event.name, event.start, event.end) for event in events] == [
        ("a", FrameNumber(0), FrameNumber(250)),
        ("b", FrameNumber(250), FrameNumber(400)),
        ("d", FrameNumber(400), FrameNumber(650)),
    ]


def test_times_of_ntsc_stay_rational() -> None:
    """At 24000/1001 every time is a whole number of frames of 1001/24000 s."""
    text = DOCUMENT.replace('frameDuration="1/25s"', 'frameDuration="1001/24000s"')
    moved = conform_list(text.encode(), "cut.fcpxml", two_known_cuts())
    root = ElementTree.fromstring(moved.content)
    frame = Fraction(1001, 24000)
    for item in root.iterfind(".//spine/*"):
        for name in ("offset", "duration"):
            number, _, under = (item.get(name) or "").removesuffix("s").partition("/")
            assert (Fraction(int(number), int(under or 1)) / frame).denominator == 1
