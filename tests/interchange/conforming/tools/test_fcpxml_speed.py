"""Clips with a speed of their own, and footage that runs at another speed in the second cut, of FCPXML and xmeml.

A moved clip shows at each frame of the second cut what it showed at the same frame of the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from opentimelineio import adapters

from emotion_core.interchange.conforming import Cut, MovedList, TwoCuts, conform_list
from emotion_core.interchange.conforming.cuts import footage
from emotion_core.interchange.conforming.stretches import FrameStretch
from emotion_core.interchange.readers.timelines.fcpxml import time_of
from tests.support.scans import PAL, media

MOVES = {
    "trimmed": [FrameStretch((0, 250), (0, 250)), FrameStretch((300, 480), (250, 430))],
    "faster": [FrameStretch((0, 250), (0, 240)), FrameStretch((250, 500), (240, 480))],
    "half as long, its middle left out": [FrameStretch((0, 250), (0, 125)), FrameStretch((300, 500), (125, 225))],
    "twice as long, in another order": [FrameStretch((250, 500), (0, 500)), FrameStretch((0, 250), (500, 1000))],
    "one kept, one retimed": [FrameStretch((0, 250), (0, 250)), FrameStretch((250, 500), (250, 600))],
}
Source = Callable[[bytes], dict[int, Fraction]]
"""Frame of the source, of each frame of a list's track that shows one."""

_RATE = "<rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate>"
_SPEED = (
    "<filter><effect><name>Time Remap</name><effectid>timeremap</effectid><parameter><parameterid>speed</parameterid>"
    "<value>{}</value></parameter></effect></filter>"
)
_GRAPH = (
    "<filter><effect><effectid>timeremap</effectid><parameter><parameterid>variablespeed</parameterid><value>1</value>"
    "</parameter><parameter><parameterid>speed</parameterid><value>100</value></parameter><parameter><parameterid>"
    "graphdict</parameterid>{}</parameter></effect></filter>"
)
_FADE = (
    "<filter><effect><effectid>opacity</effectid><parameter><parameterid>opacity</parameterid><keyframe>"
    "<when>200</when><value>100</value></keyframe></parameter></effect></filter>"
)


def _xmeml(*clips: tuple[int, int, str]) -> bytes:
    """Two clips of 250 frames, each with its in, its out and more."""
    items = "".join(
        f'<clipitem id="c{number}"><name>c{number}</name><duration>2000</duration>{_RATE}<start>{250 * number}</start>'
        f'<end>{250 * number + 250}</end><in>{first}</in><out>{last}</out><file id="f{number}"><name>t</name>'
        f"<pathurl>file:///t.mov</pathurl>{_RATE}<duration>1000</duration></file>{more}</clipitem>"
        for number, (first, last, more) in enumerate(clips)
    )
    sound = items.replace('"c', '"s').replace('"f', '"g')
    return (
        f'<?xml version="1.0"?><!DOCTYPE xmeml><xmeml version="5"><sequence id="s"><name>s</name>'
        f"<duration>500</duration>{_RATE}<media><video><track>{items}</track></video><audio><track>{sound}</track></audio></media>"
        "</sequence></xmeml>"
    ).encode()


def _graph(*points: tuple[int, int]) -> str:
    return _GRAPH.format("".join(f"<keyframe><when>{a}</when><value>{b}</value></keyframe>" for a, b in points))


def _between(points: list[tuple[Fraction, Fraction]], at: Fraction) -> Fraction:
    """On a line through points; beyond them it goes on."""
    for (a, low), (b, high) in pairwise(points):
        if at < b or (b, high) == points[-1]:
            return low + (at - a) * (high - low) / (b - a)
    raise AssertionError(at)


def _xmeml_source(content: bytes) -> dict[int, Fraction]:
    shown = {}
    for clip in ElementTree.fromstring(content).iterfind(".//video/track/clipitem"):
        start, end, first, last = (Fraction(clip.findtext(tag) or "") for tag in ("start", "end", "in", "out"))
        keys = [key for each in clip.iterfind("filter/effect[effectid='timeremap']//keyframe") for key in [each]]
        points = [(Fraction(key.findtext("when") or ""), Fraction(key.findtext("value") or "")) for key in keys]
        speed = [
            Fraction(parameter.findtext("value") or "") / 100
            for parameter in clip.iterfind("filter/effect[effectid='timeremap']/parameter[parameterid='speed']")
        ]
        for frame in range(int(start), int(end)):
            own = first + frame - start
            if points:
                shown[frame] = _between(points, own)
            elif last - first != end - start:  # in and out count the source
                assert abs((last - first) / (end - start) - speed[0]) < Fraction(1, 50)
                shown[frame] = first + (frame - start) * speed[0]
            else:
                shown[frame] = own * (speed[0] if speed else 1)
    return shown


def _fcpxml(*clips: str) -> bytes:
    """Clips of 10 s, each with an element's name, its attributes and what it holds."""
    spine = "".join(clips)
    return (
        '<?xml version="1.0"?><!DOCTYPE fcpxml><fcpxml version="1.10"><resources>'
        '<format id="r1" frameDuration="1/25s"/><asset id="r2" name="t" start="100s" duration="60s" '
        'hasVideo="1" format="r1"/></resources><library>'
        f'<event><project><sequence format="r1" tcStart="0s" duration="20s"><spine>{spine}</spine></sequence></project>'
        "</event></library></fcpxml>"
    ).encode()


def _asset_clip(offset: int, start: int, more: str = "") -> str:
    return (
        f'<asset-clip ref="r2" name="a{offset}" offset="{offset}s" start="{start}s" duration="10s">{more}</asset-clip>'
    )


def _map(*points: tuple[int, int]) -> str:
    inner = "".join(f'<timept time="{time}s" value="{value}s" interp="linear"/>' for time, value in points)
    return f"<timeMap>{inner}</timeMap>"


def _seconds(item: Element, name: str) -> Fraction:
    return time_of(item.get(name)) or Fraction(0)


def _fcpxml_source(content: bytes) -> dict[int, Fraction]:
    shown = {}
    for clip in ElementTree.fromstring(content).iterfind(".//spine/asset-clip"):
        offset, start, length = (_seconds(clip, name) for name in ("offset", "start", "duration"))
        points = [(_seconds(point, "time"), _seconds(point, "value")) for point in clip.iterfind("timeMap/timept")]
        for frame in range(int(offset * PAL), int((offset + length) * PAL)):
            own = start + frame / PAL - offset
            if points:
                assert points[0][0] <= own <= points[-1][0], "shows what its map has"
            shown[frame] = (_between(points, own) if points else own) * PAL
    return shown


LISTS: dict[str, tuple[str, Source, bytes]] = {
    "xmeml, no speed": ("t.xml", _xmeml_source, _xmeml((100, 350, ""), (0, 250, ""))),
    "xmeml, half and three times": (
        "t.xml", _xmeml_source, _xmeml((100, 350, _SPEED.format(50)), (40, 290, _SPEED.format(300)))),
    "xmeml, in and out of the source": (
        "t.xml", _xmeml_source, _xmeml((100, 225, _SPEED.format(50)), (40, 790, _SPEED.format(300)))),
    "xmeml, backwards": ("t.xml", _xmeml_source, _xmeml((100, 350, _graph((0, 900), (900, 0))), (0, 250, ""))),
    "xmeml, a ramp": (
        "t.xml", _xmeml_source, _xmeml((0, 250, _graph((0, 40), (100, 90), (400, 700))), (9, 259, ""))),
    "fcpxml, no speed": ("t.fcpxml", _fcpxml_source, _fcpxml(_asset_clip(0, 105), _asset_clip(10, 100))),
    "fcpxml, half and three times": ("t.fcpxml", _fcpxml_source, _fcpxml(
        _asset_clip(0, 120, _map((100, 100), (220, 160))), _asset_clip(10, 103, _map((100, 100), (120, 160))))),
    "fcpxml, a map from 0, backwards, and a ramp": ("t.fcpxml", _fcpxml_source, _fcpxml(
        _asset_clip(0, 20, _map((0, 160), (60, 100))), _asset_clip(10, 2, _map((0, 100), (5, 102), (17, 140))))),
}  # fmt: skip


@pytest.mark.parametrize("moves", MOVES)
@pytest.mark.parametrize("name", LISTS)
def test_each_frame_shows_what_it_showed(name: str, moves: str) -> None:
    """To a frame of the source where the speed stays, and to what a whole frame's in can say where it changes."""
    file, source, content = LISTS[name]
    stretches = MOVES[moves]
    before, after = source(content), source(_moved(content, file, stretches).content)
    assert set(after) == {frame for stretch in stretches for frame in range(*stretch.after)}
    for stretch in stretches:
        (first, last), (start, end) = stretch.before, stretch.after
        speed = Fraction(last - first, end - start)
        step = max(abs(before[frame + 1] - before[frame]) for frame in range(first, last - 1) if (frame + 1) % 250)
        for frame in range(start, end):
            at = first + (frame - start) * speed
            whole = int(at)
            further = before[whole + 1] - before[whole] if (whole + 1) % 250 else before[whole] - before[whole - 1]
            wanted = before[whole] + further * (at - whole)
            miss = (
                Fraction(0)
                if moves == "trimmed"
                else Fraction(1)
                if "fcpxml" in name
                else max(Fraction(1), step * speed)
            )
            assert abs(after[frame] - wanted) <= miss, (frame, at)


def test_a_speed_of_its_own_is_changed_and_keys_go_with_their_pictures() -> None:
    """xmeml: the speed in percent, key frames, markers and the length of the whole at the new speed; sound, too. A
    generator has no speed. Another program reads it.
    """
    mark = "<marker><name>m</name><in>300</in><out>310</out></marker>"
    still = _RATE + "<start>250</start><end>500</end><in>0</in><out>250</out>"
    still += "<effect><name>Text</name><effectid>Text</effectid><effecttype>generator</effecttype></effect>"
    content = _xmeml((100, 350, _SPEED.format(50) + _FADE + mark), (0, 250, ""))
    text = re.sub(
        '<clipitem id="c1">.*?</clipitem>', f'<generatoritem id="c1"><name>title</name>{still}</generatoritem>',
        content.decode(), count=1,
    )  # fmt: skip
    moved = _moved(text.encode(), "t.xml", MOVES["half as long, its middle left out"])
    root = ElementTree.fromstring(moved.content)
    for media_type in ("video", "audio"):
        clip = root.find(f".//{media_type}/track/clipitem")
        assert clip is not None
        assert [clip.findtext(tag) for tag in ("duration", "start", "end", "in", "out")] == [
            "1000", "0", "125", "50", "175",
        ]  # fmt: skip
        assert [clip.findtext("filter/effect[effectid='timeremap']/parameter/value")] == ["100"]
        assert [when.text for when in clip.iterfind(".//when")] == ["100"]
        assert [clip.findtext(f"marker/{tag}") for tag in ("in", "out")] == ["150", "155"]
    second = root.findall(".//audio/track/clipitem")[1]  # had no speed
    assert second.findtext("filter/effect/mediatype") == "audio"
    assert second.findtext("filter/effect/parameter[parameterid='speed']/value") == "200"
    generator = root.find(".//generatoritem")
    assert generator is not None
    assert [generator.findtext(tag) for tag in ("start", "end", "filter")] == ["125", "225", None]
    (video,) = adapters.read_from_string(moved.content.decode(), "fcp_xml").video_tracks()
    (clip, _) = list(video)
    assert (clip.source_range.start_time.value, clip.source_range.duration.value) == (50, 125)
    assert clip.effects[0].name == "Time Remap"
    assert not any("speed" in note for note in moved.notes)


@pytest.mark.parametrize("speed", ["1e999999999", "fast", "1/0"])
def test_a_speed_that_is_no_sensible_number_stays_as_it_is(speed: str) -> None:
    """It is not computed with: exact numbers of any size take any time."""
    moved = _moved(_xmeml((100, 350, _SPEED.format(speed))), "t.xml", MOVES["faster"])
    clip = ElementTree.fromstring(moved.content).find(".//video/track/clipitem")
    assert clip is not None
    assert clip.findtext("filter/effect[effectid='timeremap']/parameter/value") == speed


def test_a_map_keeps_what_was_cut_off_and_stands_where_the_format_wants_it() -> None:
    """FCPXML: over the whole asset, behind note and conform-rate; markers and key frames at the new speed; a connected
    clip gets one, too; a title has none.
    """
    more = (
        '<note>n</note><conform-rate srcFrameRate="24"/><adjust-transform><param name="position"><keyframeAnimation>'
        '<keyframe time="107s" value="1 1"/></keyframeAnimation></param></adjust-transform>'
        '<title ref="r9" name="over" lane="1" offset="106s" start="5s" duration="2s"/>'
        '<asset-clip ref="r2" name="connected" lane="2" offset="106s" start="130s" duration="2s"/>'
        '<marker start="107s" duration="1/25s" value="in a"/>'
    )
    content = _fcpxml(_asset_clip(0, 105, more), _asset_clip(10, 100))
    moved = _moved(content, "t.fcpxml", MOVES["half as long, its middle left out"])
    clip = ElementTree.fromstring(moved.content).find(".//spine/asset-clip")
    assert clip is not None
    assert [child.tag for child in clip] == [
        "note", "conform-rate", "timeMap", "adjust-transform", "title", "asset-clip", "marker",
    ]  # fmt: skip
    points = [[_seconds(point, name) for name in ("time", "value")] for point in clip.iterfind("timeMap/timept")]
    start = _seconds(clip, "start")
    shift = start - Fraction(205, 2)  # it begins 2.5 s into the asset, and lies on a whole frame
    assert 0 <= shift < 1 / PAL
    assert points == [[100 + shift, 100], [130 + shift, 160]]
    assert _seconds(clip, "duration") == 5
    at = 100 + shift + Fraction(7, 2)
    assert [_seconds(key, "time") for key in clip.iter("keyframe")] == [at]
    assert {marker.get("value"): _seconds(marker, "start") for marker in clip.iter("marker")} == {"in a": at}
    title, connected = clip.find("title"), clip.find("asset-clip")
    assert title is not None
    assert connected is not None
    assert title.find("timeMap") is None
    assert [_seconds(title, name) for name in ("start", "duration")] == [5, 1]
    assert (_seconds(connected, "offset") - start) * PAL in (12, 13)  # 0.5 s
    assert [_seconds(point, "value") for point in connected.iterfind("timeMap/timept")] == [100, 160]
    assert not any("speed" in note for note in moved.notes)


def _moved(content: bytes, file: str, stretches: list[FrameStretch]) -> MovedList:
    frames = max(stretch.after[1] for stretch in stretches)
    first, second = Cut(media(duration=Fraction(20)), 500, ()), Cut(media(duration=frames / PAL), frames, ())
    return conform_list(content, file, TwoCuts(first, second, footage((first, second), stretches)))
