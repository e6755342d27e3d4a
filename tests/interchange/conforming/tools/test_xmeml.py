"""Final Cut Pro 7's XML moved to another cut, read back as another program would."""

from __future__ import annotations

from xml.etree import ElementTree

from opentimelineio import adapters, schema
from opentimelineio.opentime import RationalTime, TimeRange

from emotion_core.interchange.conforming import conform_list
from emotion_core.interchange.readers.registry import read_cut_list
from tests.support.conformed import two_known_cuts

_RATE = "<rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate>"


def _clip(number: int, name: str, places: tuple[int, int, int, int], more: str = "") -> str:
    start, end, source_in, source_out = places
    return (
        f'<clipitem id="clip-{number}"><name>{name}</name>{_RATE}<start>{start}</start><end>{end}</end>'
        f"<in>{source_in}</in><out>{source_out}</out>{more}</clipitem>"
    )


def _link(number: int, media: str) -> str:
    return (
        f"<link><linkclipref>clip-{number}</linkclipref><mediatype>{media}</mediatype><trackindex>1</trackindex>"
        f"<clipindex>1</clipindex></link>"
    )


FILE = f'<file id="f1"><name>take.mov</name><pathurl>file:///take.mov</pathurl>{_RATE}</file>'
TRANSITION = (
    "<transitionitem><start>{}</start><end>{}</end><alignment>center</alignment><effect><name>Dissolve</name></effect>"
    "</transitionitem>"
)
PICTURE = "".join(
    [
        _clip(1, "lost", (500, 520, 0, 20), FILE),
        _clip(2, "a", (0, -1, 100, 360), '<file id="f1"/>' + _link(2, "video") + _link(9, "audio")),
        TRANSITION.format(240, 260),
        _clip(3, "b", (-1, 500, 40, 300), '<file id="f1"/><marker><name>in b</name><in>60</in></marker>'),
        _clip(4, "d", (750, 1000, 0, 125), '<file id="f1"/>'),
    ]
)
DOCUMENT = (
    f'<?xml version="1.0"?><!DOCTYPE xmeml><xmeml version="5"><sequence id="s"><name>cut &amp; 1</name>'
    f"<duration>1000</duration>{_RATE}<timecode>{_RATE}<string>01:00:00:00</string><frame>90000</frame>"
    "<displayformat>NDF</displayformat></timecode>"
    f"<media><video><track>{PICTURE}<enabled>TRUE</enabled></track></video>"
    f"<audio><track>{_clip(9, 'sound', (0, 1000, 0, 1000), _link(2, 'video') + _link(9, 'audio'))}</track></audio>"
    "</media><marker><name>far</name><in>900</in><out>-1</out></marker></sequence></xmeml>"
)


def test_a_sequence_is_cut_and_stays_valid() -> None:
    """Trims, a clip cut apart, a lost transition whose cut is gone, a file described by a clip that is lost, links."""
    moved = conform_list(DOCUMENT.encode(), "cut.xml", two_known_cuts())
    assert moved.suffix == ".xml"
    root = ElementTree.fromstring(moved.content)
    clips = {
        clip.get("id"): [clip.findtext(tag) for tag in ("start", "end", "in", "out")] for clip in root.iter("clipitem")
    }
    assert clips == {
        "clip-2": ["0", "250", "100", "350"],
        "clip-3": ["250", "400", "150", "300"],
        "clip-4": ["400", "650", "0", "125"],
        "clip-9": ["0", "250", "0", "250"],
        "clip-9-2": ["250", "400", "350", "500"],
        "clip-9-3": ["400", "650", "750", "1000"],
    }
    assert not list(root.iter("transitionitem"))
    files = list(root.iter("file"))
    assert [file.findtext("pathurl") for file in files] == ["file:///take.mov", None, None]
    links = {
        clip.get("id"): [link.findtext("linkclipref") for link in clip.iter("link")] for clip in root.iter("clipitem")
    }
    assert links["clip-2"] == ["clip-2", "clip-9"]
    assert links["clip-9-2"] == ["clip-9-2"]
    sequence = root.find("sequence")
    assert sequence is not None
    assert [sequence.findtext(tag) for tag in ("duration", "timecode/string", "marker/in", "name")] == [
        "650", "02:00:00:00", "550", "cut & 1",
    ]  # fmt: skip
    assert sorted((move.what, move.name, move.state) for move in moved.lost) == [
        ("clip", "b", "shortened"), ("clip", "lost", "lost"), ("clip", "sound", "broken"),
        ("marker", "in b", "lost"), ("transition", "Dissolve", "lost"),
    ]  # fmt: skip
    assert read_cut_list(moved.content, "new.xml").starts_at is not None


def test_a_transition_stays_where_both_sides_meet() -> None:
    """Its clips keep their reach beyond the cut, and the sequence its rate."""
    inner = "".join(
        [
            _clip(1, "a", (0, -1, 0, 110)), TRANSITION.format(90, 110), _clip(2, "b", (-1, 250, 40, 200)),
            _clip(3, "d", (750, -1, 0, 110)), TRANSITION.format(840, 860), _clip(4, "e", (-1, 1000, 40, 200)),
        ]
    )  # fmt: skip
    document = f"<xmeml><sequence>{_RATE}<media><video><track>{inner}</track></video></media></sequence></xmeml>"
    moved = conform_list(document.encode(), "cut.xml", two_known_cuts())
    root = ElementTree.fromstring(moved.content)
    rows = [[item.findtext("start"), item.findtext("end"), item.findtext("in"), item.findtext("out")]
            for item in root.iter() if item.tag in ("clipitem", "transitionitem")]  # fmt: skip
    assert rows == [
        ["0", "-1", "0", "110"], ["90", "110", None, None], ["-1", "250", "40", "200"],
        ["400", "-1", "0", "110"], ["490", "510", None, None], ["-1", "650", "40", "200"],
    ]  # fmt: skip
    assert not moved.lost


def test_another_program_writes_and_reads_it() -> None:
    """OpenTimelineIO's adapter: its own sequence is moved, and read with the same clips as the moved timeline."""
    timeline = schema.Timeline("T", global_start_time=RationalTime(90_000, 25))
    track = schema.Track("V1", kind="Video")
    timeline.tracks.append(track)
    for name, start in (("a", 100), ("b", 0), ("c", 0), ("d", 7)):
        reference = schema.ExternalReference(
            f"file:///{name}.mov", TimeRange(RationalTime(0, 25), RationalTime(900, 25))
        )
        track.append(schema.Clip(name, reference, TimeRange(RationalTime(start, 25), RationalTime(250, 25))))
    raw = adapters.write_to_string(timeline, "fcp_xml").encode()
    moved = conform_list(raw, "t.xml", two_known_cuts())
    (written,) = adapters.read_from_string(moved.content.decode(), "fcp_xml").video_tracks()
    clips = [
        (clip.name, clip.source_range.start_time.value, clip.source_range.duration.value)
        for clip in written.find_clips()
    ]
    assert clips == [("a", 100, 250), ("b", 100, 150), ("d", 7, 250)]
    assert [clip.range_in_parent().start_time.value for clip in written.find_clips()] == [0, 250, 400]
