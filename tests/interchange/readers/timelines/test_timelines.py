"""Timelines with tracks as cut lists: OTIO, FCPXML, xmeml, AAF."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import opentimelineio
import pytest
from opentimelineio.opentime import RationalTime, TimeRange
from opentimelineio.schema import (
    Clip,
    LinearTimeWarp,
    Marker,
    SerializableCollection,
    Stack,
    Timeline,
    Track,
    Transition,
)

from emotion_core.errors import CutListError
from emotion_core.interchange import read_cut_list
from emotion_core.interchange.readers.edit_list import FrameNumber
from tests.support import aafs
from tests.support.event_rows import Row, rows
from tests.support.timelines import CLIPS, HOUR, RATES, fcpxml, item, otio, xmeml

EVENTS: list[Row] = [(start, end, name) for name, start, end in CLIPS]

# --- what others would write, at any rate and start; each with a title on a second track from 5 to 10


Writer = Callable[[Fraction, int], bytes]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("first", [0, 1, 10])
@pytest.mark.parametrize("write", [otio, fcpxml, xmeml])
def test_a_timeline_is_read_to_the_frame(write: Writer, first: int, rate: Fraction) -> None:
    """The lowest picture track is read from its first frame at the exact rate, wherever the timecode begins."""
    frames = first * HOUR * round(rate)
    read = read_cut_list(write(rate, frames))
    assert rows(read) == EVENTS
    assert (read.rate, read.starts_at) == (rate, FrameNumber(frames))
    assert read.gaps_are_scenes
    assert len(read.notes) == 1
    assert "was read, not V2" in read.notes[0]


@pytest.mark.parametrize(("write", "named"), [(otio, "titles"), (fcpxml, "V2"), (xmeml, "Titles")])
def test_another_track_is_read_by_name_or_number(write: Writer, named: str) -> None:
    """A second track is read on request, and a note says so."""
    for wanted in (named, "2", "v2"):
        read = read_cut_list(write(RATES[0], 0), track=wanted)
        assert rows(read) == [(5, 10, "title")]
        assert "V2" in read.notes[0].split("was read")[0]
    with pytest.raises(CutListError, match="no picture track “Sky”"):
        read_cut_list(write(RATES[0], 0), track="Sky")


def test_a_spine_may_count_from_zero() -> None:
    """Offsets below the sequence's timecode count from the first frame."""
    assert rows(read_cut_list(fcpxml(RATES[3], 108000, from_zero=True))) == EVENTS


@pytest.mark.parametrize(
    ("name", "rate"),
    [
        ("FFVideoFormat1080p2398", Fraction(24000, 1001)), ("FFVideoFormat1080p24", Fraction(24)),
        ("FFVideoFormat720p5994", Fraction(60000, 1001)), ("FFVideoFormat1080i5994", Fraction(30000, 1001)),
        ("FFVideoFormat1080i50", Fraction(25)),
    ],
)  # fmt: skip
def test_a_format_may_say_its_rate_by_name(name: str, rate: Fraction) -> None:
    """Final Cut Pro's own formats have no frame duration; interlaced ones count fields."""
    read = read_cut_list(fcpxml(rate, 0, format_=f'name="{name}"'))
    assert (read.rate, rows(read)) == (rate, EVENTS)


SPINES: list[tuple[str, list[Row], list[tuple[int, int]]]] = [
    # items of a spine at 25, its events, frames and offset of their transitions
    ('<clip name="a" duration="60/25s"/><clip name="b" duration="50/25s"/>', [(0, 60, "a"), (60, 110, "b")],
     [(0, 0), (0, 0)]),
    ('<clip name="a" offset="0s" duration="60/25s"/><transition offset="54/25s" duration="12/25s"/>'
     '<video name="b" offset="60/25s" duration="2s"/>', [(0, 60, "a"), (60, 110, "b")], [(0, 0), (12, 6)]),
    ('<transition offset="0s" duration="1s"/><clip name="a" offset="0s" duration="60/25s"/>', [(0, 60, "a")],
     [(25, 0)]),
    ('<clip name="a" offset="0s" duration="2.4s" enabled="0"/><ref-clip name="b" offset="2.4s" duration="2s"/>',
     [(60, 110, "b")], [(0, 0)]),
    ('<audition offset="0s"><mc-clip name="a" duration="60/25s"/><clip name="x" duration="9s"/></audition>'
     '<sync-clip name="b" duration="2s"/>', [(0, 60, "a"), (60, 110, "b")], [(0, 0), (0, 0)]),
    ('<clip name="a" offset="0s" duration="60/25s"><timeMap><timept time="0s" value="0s"/></timeMap></clip>'
     '<title name="b" offset="60/25s" duration="2s"/>', [(0, 60, "a"), (60, 110, "b")], [(0, 0), (0, 0)]),
    ('<gap offset="0s" start="3600s" duration="10s"><marker start="3602.4s" value="a"/>'
     '<chapter-marker start="3604.4s" value="b"/><marker start="3700s" value="out"/></gap>',
     [(60, None, "a"), (110, None, "b")], [(0, 0), (0, 0)]),
    ('<gap offset="0s" start="3600s" duration="10s"><spine lane="2" offset="3602.4s"><clip name="a" offset="0s" '
     'duration="2s"/><clip name="b" offset="2s" duration="1s"/></spine></gap>', [(60, 110, "a"), (110, 135, "b")],
     [(0, 0), (0, 0)]),
]  # fmt: skip


@pytest.mark.parametrize(("items", "events", "transitions"), SPINES)
def test_what_a_spine_may_hold(items: str, events: list[Row], transitions: list[tuple[int, int]]) -> None:
    """Clips of all kinds are one event each; what is disabled is time without one; markers on a gap are cuts."""
    head, tail = fcpxml(Fraction(25), 0).decode().split("<spine>")
    read = read_cut_list(f"{head}<spine>{items}</spine>{tail.partition('</spine>')[2]}".encode())
    assert rows(read) == events
    assert [(event.transition, event.transition_offset) for event in read.events] == transitions
    assert ("speed" in " ".join(read.notes)) == ("timeMap" in items)


def between(alignment: str) -> str:
    return f"<transitionitem><start>50</start><end>62</end><alignment>{alignment}</alignment></transitionitem>"


SEQUENCES: list[tuple[str, list[Row], list[tuple[int, int]]]] = [
    # a track's items, its events, frames and offset of their transitions
    (item("a", 0, -1) + between("center") + item("b", -1, 110), [(0, 56, "a"), (56, 110, "b")], [(0, 0), (12, 6)]),
    (item("a", 0, -1) + between("start") + item("b", -1, 110), [(0, 50, "a"), (50, 110, "b")], [(0, 0), (12, 0)]),
    (item("a", 0, -1) + between("end-black") + item("b", -1, 110), [(0, 62, "a"), (62, 110, "b")],
     [(0, 0), (12, 12)]),
    (item("b", 60, 110) + item("a", 0, 60), [(0, 60, "a"), (60, 110, "b")], [(0, 0), (0, 0)]),
    (item("a", 0, 60, "<enabled>FALSE</enabled>") + item("b", 60, 110), [(60, 110, "b")], [(0, 0)]),
    (item("a", 0, 60, "<sequence><media><video><track/></video></media></sequence>"), [(0, 60, "a")], [(0, 0)]),
    (item("", 0, 60, "<file><name>a.mov</name></file>"), [(0, 60, "a.mov")], [(0, 0)]),
    (item("a", 0, 60, "<filter><effect><effectid>timeremap</effectid></effect></filter>"), [(0, 60, "a")], [(0, 0)]),
]  # fmt: skip


@pytest.mark.parametrize(("items", "events", "transitions"), SEQUENCES)
def test_what_a_track_may_hold(items: str, events: list[Row], transitions: list[tuple[int, int]]) -> None:
    """A place of -1 is that of the transition beside it; a nested sequence is one clip."""
    read = read_cut_list(xmeml(Fraction(30000, 1001), 107892, items))
    assert rows(read) == events
    assert [(event.transition, event.transition_offset) for event in read.events] == transitions
    assert ("speed" in " ".join(read.notes)) == ("timeremap" in items)


def test_markers_of_one_clip_are_cuts() -> None:
    """A sequence of one clip with markers is cut at them; the clip's place is kept."""
    marks = "<marker><name>b</name><in>110</in></marker><marker><comment>a</comment><in>60</in><out>-1</out></marker>"
    title = '<track MZ.TrackName="Titles">'
    whole = xmeml(Fraction(25), 0, item("film", 10, 320), marks + marks)
    assert rows(read_cut_list(whole)) == [(10, 320, "film")]  # a title above: there is more than the film
    head, tail = whole.decode().split(title)
    read = read_cut_list(f"{head}{title}{tail[tail.index('</track>') :]}".encode())
    assert rows(read) == [(10, None, ""), (60, None, "a"), (110, None, "b")]
    assert not read.gaps_are_scenes
    read = read_cut_list(xmeml(Fraction(25), 0, more=marks))
    assert rows(read) == EVENTS
    assert "markers were not taken for cuts" in " ".join(read.notes)


def test_how_a_sequence_counts_is_kept() -> None:
    """Drop-frame and the first frame's timecode, by number or by text."""
    text = xmeml(Fraction(30000, 1001), 107892).decode().replace("NDF", "DF")
    read = read_cut_list(text.encode())
    assert (read.drop_frame, read.starts_at) == (True, FrameNumber(107892))
    read = read_cut_list(text.replace("<frame>107892</frame>", "<string>01:00:00:00</string>").encode())
    assert (read.drop_frame, str(read.starts_at)) == (True, "Timecode(text='01:00:00;00')")


def clip(name: str, frames: int, rate: float = 25, *, enabled: bool = True, **more: object) -> Clip:
    result = Clip(name, source_range=TimeRange(RationalTime(7, rate), RationalTime(frames, rate)), **more)
    result.enabled = enabled
    return result


def dissolve(before: int, after: int) -> Transition:
    return Transition("x", "SMPTE_Dissolve", RationalTime(before, 25), RationalTime(after, 25))


TRACKS: list[tuple[Sequence[object], list[Row], list[tuple[int, int]]]] = [
    # children of a track, its events, frames and offset of their transitions
    ([clip("a", 60), dissolve(5, 7), clip("b", 50)], [(0, 60, "a"), (60, 110, "b")], [(0, 0), (12, 5)]),
    ([clip("a", 60), Stack("nested", [Track("t", [clip("x", 20), clip("y", 30)])])],
     [(0, 60, "a"), (60, 110, "nested")], [(0, 0), (0, 0)]),
    ([clip("a", 60, effects=[LinearTimeWarp(time_scalar=2.0)]), clip("b", 50)], [(0, 60, "a"), (60, 110, "b")],
     [(0, 0), (0, 0)]),
    ([clip("a", 60, enabled=False), clip("b", 50)], [(60, 110, "b")], [(0, 0)]),
    ([clip("a", 120, 50.0), clip("b", 50)], [(0, 60, "a"), (60, 110, "b")], [(0, 0), (0, 0)]),
    ([clip("film", 200, markers=[Marker("a", TimeRange(RationalTime(67, 25), RationalTime(1, 25)))])],
     [(0, None, ""), (60, None, "a")], [(0, 0), (0, 0)]),
]  # fmt: skip


@pytest.mark.parametrize(("children", "events", "transitions"), TRACKS)
def test_what_an_otio_track_may_hold(
    children: Sequence[Clip], events: list[Row], transitions: list[tuple[int, int]]
) -> None:
    """Transitions lie around a cut, nested stacks are one clip, a clip of another rate lasts as long."""
    result = Timeline("Cut", global_start_time=RationalTime(90000, 25))
    result.tracks.append(Track("V1", [child.deepcopy() for child in children]))
    read = read_cut_list(opentimelineio.adapters.write_to_string(result, adapter_name="otio_json").encode())
    assert rows(read) == events
    assert [(event.transition, event.transition_offset) for event in read.events] == transitions
    assert ("speed" in " ".join(read.notes)) == any(child.effects for child in children if isinstance(child, Clip))


def test_a_track_may_show_a_part_of_itself() -> None:
    """Only the source range of a track or stack is read."""

    def of(start: int, frames: int) -> TimeRange:
        return TimeRange(RationalTime(start, 25), RationalTime(frames, 25))

    result = Timeline("Cut")
    result.tracks.append(Track("V1", [clip("a", 60), clip("b", 50), clip("c", 75)], source_range=of(10, 110)))
    assert rows(read_cut_list(result.to_json_string().encode())) == [(0, 50, "a"), (50, 100, "b"), (100, 110, "c")]
    result.tracks.source_range = of(50, 50)
    assert rows(read_cut_list(result.to_json_string().encode())) == [(0, 50, "b")]


def test_otio_may_lie_in_a_zip_or_a_collection(tmp_path: Path) -> None:
    """An .otioz is read like its timeline; of a collection the first timeline is read, and a note says so."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("version.txt", "1.0.0")
        archive.writestr("content.otio", otio(RATES[0], 0))
    assert rows(read_cut_list(packed.getvalue(), "cut.otioz")) == EVENTS
    both = SerializableCollection("all")
    for name in ("first", "second"):
        result = Timeline(name)
        result.tracks.append(Track("V1", [clip(name, 60)]))
        both.append(result)
    read = read_cut_list(opentimelineio.adapters.write_to_string(both, adapter_name="otio_json").encode())
    assert rows(read) == [(0, 60, "first")]
    assert "Of the file's 2 timelines the first, “first”, was read." in read.notes


AAFS = [
    # rate, first frame, drop-frame
    (Fraction(25), 90000, False),
    (Fraction(24000, 1001), 86400, False),
    (Fraction(30000, 1001), 107892, True),
]


@pytest.mark.usefixtures("aafs_read_prepared")
@pytest.mark.parametrize(("rate", "start", "drop_frame"), AAFS)
def test_an_aaf_is_read_to_the_frame(rate: Fraction, start: int, drop_frame: bool, tmp_path: Path) -> None:
    """Clips, a dissolve around its cut, the exact rate and the timecode of a composition."""
    clips = (("a", 67), ("b", 55), ("c", 75))
    raw = aafs.make(tmp_path / "a.aaf", rate, clips, start=start, drop_frame=drop_frame, dissolve=(1, 12, 5))
    read = read_cut_list(raw)
    assert rows(read) == [(0, 60, "a"), (60, 110, "b"), (110, 185, "c")]
    assert [(event.transition, event.transition_offset) for event in read.events] == [(0, 0), (12, 5), (0, 0)]
    assert (read.rate, read.starts_at) == (rate, FrameNumber(start))


def test_locators_of_an_aaf_are_cuts(tmp_path: Path) -> None:
    """Locators of a composition of one clip are cuts."""
    raw = aafs.make(tmp_path / "a.aaf", Fraction(25), [("film", 320)], locators=[(60, "a"), (110, "b")])
    assert rows(read_cut_list(raw)) == [(0, None, ""), (60, None, "a"), (110, None, "b")]


REFUSED = [
    # the file, words of the message
    (b"<fcpxml><resources/></fcpxml>", ["no project"]),
    (fcpxml(Fraction(25), 0, format_='name="x"'), ["no frame rate"]),
    (fcpxml(Fraction(25), 0, format_='frameDuration="0s"'), ["no frame rate"]),
    (fcpxml(Fraction(25), 0).replace(b' duration="', b' durations="'), ["“a” (asset-clip)", "no duration"]),
    (fcpxml(Fraction(25), 0).replace(b"asset-clip", b"audio").replace(b"lane", b"l"), ["no picture"]),
    (b"<xmeml><sequence/></xmeml>", ["no sequence"]),
    (xmeml(Fraction(25), 0).replace(b"<timebase>25", b"<timebase>0"), ["no frame rate"]),
    (xmeml(Fraction(25), 0, item("a", 0, -1)), ["Clip “a”", "no start or end"]),
    (xmeml(Fraction(25), 0)[:-20], ["no whole XML"]),
    (b'{"OTIO_SCHEMA": "Timeline.1"}', ["cannot be read"]),
    (b'{"OTIO_SCHEMA": "Clip.2"}', ["cannot be read"]),
    (opentimelineio.adapters.write_to_string(clip("a", 5)).encode(), ["no timeline"]),
    (opentimelineio.adapters.write_to_string(Timeline("empty")).encode(), ["no picture"]),
    (b"PK\x03\x04\0content.otio", ["ZIP"]),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), ["AAF cannot be read"]),
]


@pytest.mark.parametrize(("raw", "words"), REFUSED)
def test_a_timeline_that_is_not_whole_is_refused(raw: bytes, words: list[str]) -> None:
    """The message names the missing part and advises to export again."""
    with pytest.raises(CutListError) as refused:
        read_cut_list(raw)
    for word in words:
        assert word in str(refused.value)
    assert refused.value.advice
