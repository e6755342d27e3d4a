"""Markers and cut lists for editing tools, read by OpenTimelineIO's readers or compared with text written by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import opentimelineio
import pytest

from emotion_core.analysis import Analysis, analyse
from emotion_core.errors import SettingsError
from emotion_core.interchange import (
    FORMATS,
    NAMES,
    FormatName,
    MarkerList,
    MarkerSettings,
    Timebase,
    mark_scenes,
    pack_files,
    write_files,
)
from emotion_core.interchange.marker_list import MIXED
from emotion_core.interchange.writers import avid, otio, premiere, resolve
from emotion_core.interchange.writers.format import Palette
from emotion_core.labels import REFERENCE_LABELS
from tests.support.films import FILM, NTSC, PAL
from tests.support.scans import Look, by_cuts, logits_of, media, observations

HAPPY: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.88))
SAD: Look = ((90.0, 10.0, 40.0, 40.0), 0.9, logits_of(sad=0.88))

NOTE = "happy 88 % (88–88 %), sad 2 % (2–2 %), disgust 2 % (2–2 %), angry 2 % (2–2 %), neutral 2 % (2–2 %), fear 2 % (2–2 %), surprise 2 % (2–2 %); intensity 0.98; 3 usable faces on 3 of 3 sampled frames (coverage 100 %); apparent expression, read by test-faces (abababab) on torch fp32, temperature 1 (uncalibrated)"  # noqa: E501
RESOLVE = f"""TITLE: cut.mov
FCM: DROP FRAME

001  001      V     C        00:59:59;20 00:59:59;21 00:59:59;20 00:59:59;21
Opening; {NOTE} |C:ResolveColorYellow |M:1 happy 88 % |D:11

002  001      V     C        01:00:00;01 01:00:00;02 01:00:00;01 01:00:00;02
- 0 usable faces on 0 of 1 sampled frame (coverage 0 %); apparent expression, read by test-faces (abababab) on torch fp32, temperature 1 (uncalibrated) |C:ResolveColorCocoa |M:2 not enough faces |D:49

"""  # noqa: E501
AVID = f"""Emotion\t00:59:59;20\tV1\tyellow\t1 happy 88 %; Opening; {NOTE}\t11
Emotion\t01:00:00;01\tV1\tblack\t2 not enough faces; 0 usable faces on 0 of 1 sampled frame (coverage 0 %); apparent expression, read by test-faces (abababab) on torch fp32, temperature 1 (uncalibrated)\t49
"""  # noqa: E501
CUT_LIST = """TITLE: cut.mov
FCM: DROP FRAME

001  AX       V     C        00:59:59;20 01:00:00;01 00:59:59;20 01:00:00;01
* FROM CLIP NAME: cut.mov
* 1 happy 88 %
"""

TIMELINES = [
    # rate, first frame, drop-frame, its timecode; frames 0, 100 and 160 of the film by hand
    (FILM, 86400, False, ["01:00:00:00", "01:00:04:04", "01:00:06:16"]),
    (PAL, 0, False, ["00:00:00:00", "00:00:04:00", "00:00:06:10"]),
    (NTSC, 107892, False, ["00:59:56:12", "00:59:59:22", "01:00:01:22"]),
    (NTSC, 107892, True, ["01:00:00;00", "01:00:03;10", "01:00:05;10"]),
    (NTSC, 17882, True, ["00:09:56;20", "00:10:00;00", "00:10:02;00"]),
    (NTSC * 2, 3500, True, ["00:00:58;20", "00:01:00;04", "00:01:01;04"]),
]


def film(cuts: Sequence[int | tuple[int, str]], looks: dict[int, list[Look]], **facts: Any) -> Analysis:
    """A film of 200 frames with these cuts."""
    rate: Fraction = facts.get("rate", PAL)
    facts.setdefault("time_base", 1 / rate / 100)
    facts_of_film = media(duration=200 / rate, **facts)
    return analyse(observations(looks, frames=200, film=facts_of_film), by_cuts(*cuts))


def drop_frame_film() -> Analysis:
    film_media = media(rate=NTSC, start_frame=107882, drop_frame=True, duration=60 / NTSC, time_base=Fraction(1, 30000))
    looks = {0: [HAPPY], 4: [HAPPY], 8: [HAPPY], 30: []}
    return analyse(observations(looks, frames=60, film=film_media), by_cuts((0, "Opening"), 11))


@pytest.fixture
def plain() -> Analysis:
    """Scenes of 50 frames: happy, happy, no face, sad."""
    return film((0, 50, 100, 150), {10: [HAPPY], 60: [HAPPY], 110: [], 160: [SAD]})


def starts(marker_list: MarkerList) -> list[int]:
    return [marker.start for marker in marker_list.markers]


def read(name: FormatName, marker_list: MarkerList, adapter: str, **more: Any) -> Any:
    """A marker list in a format, as read by OpenTimelineIO's adapter."""
    text = FORMATS[name].write(marker_list).decode()
    return opentimelineio.adapters.read_from_string(text, adapter_name=adapter, **more)


def test_resolve_and_avid_get_what_they_export_themselves() -> None:
    """The text formats byte for byte, at drop-frame timecode, with and without an expression."""
    marker_list = mark_scenes(drop_frame_film(), "cut.mov", MarkerSettings(without_expression=True))
    assert FORMATS["resolve"].write(marker_list).decode() == RESOLVE
    assert FORMATS["avid"].write(marker_list).decode() == AVID
    assert FORMATS["cut-list"].write(marker_list).decode().startswith(CUT_LIST)


def test_a_mixed_scene_has_both_expressions_and_a_pale_colour() -> None:
    """Where two lead, the marker names both and why it is mixed, in the tool's pale colour."""
    halves = film((0,), {10 * i: [HAPPY if i % 2 else SAD] for i in range(8)})
    (marker,) = mark_scenes(halves, "cut.mov").markers
    assert marker.name.replace("\N{NO-BREAK SPACE}", " ") == "1 mixed: sad 45 %, happy 45 %"
    assert marker.note.startswith("the intervals of the two overlap; ")
    assert "|C:ResolveColorSand |M:1 mixed" in FORMATS["resolve"].write(mark_scenes(halves, "cut.mov")).decode()


@pytest.mark.parametrize(("rate", "first", "drop_frame", "timecodes"), TIMELINES)
def test_every_format_counts_as_the_film(rate: Fraction, first: int, drop_frame: bool, timecodes: list[str]) -> None:
    """In every format markers lie at the film's own timecode and frames, drop-frame or not."""
    analysis = film(
        (0, 100, 160), {10: [HAPPY], 110: [SAD], 170: [HAPPY]}, rate=rate, start_frame=first, drop_frame=drop_frame
    )
    marker_list = mark_scenes(analysis, "cut.mov")
    frames = [(0, 100), (100, 60), (160, 40)]
    marked = FORMATS["resolve"].write(marker_list).decode().splitlines()
    assert marked[1] == ("FCM: DROP FRAME" if drop_frame else "FCM: NON-DROP FRAME")
    assert [line.split()[4] for line in marked if line[:3].isdigit()] == timecodes
    assert [line.split("\t")[1] for line in FORMATS["avid"].write(marker_list).decode().splitlines()] == timecodes
    cuts = [line.split() for line in FORMATS["cut-list"].write(marker_list).decode().splitlines() if line[:3].isdigit()]
    assert [cut[6] for cut in cuts] == timecodes
    assert [cut[7] for cut in cuts][:2] == timecodes[1:]

    sequence = read("premiere", marker_list, "fcp_xml")
    assert sequence.global_start_time.value == first
    assert [
        (round(m.marked_range.start_time.value), round(m.marked_range.duration.value)) for m in sequence.tracks.markers
    ] == frames
    assert round(sequence.duration().value) == 200
    root = ElementTree.fromstring(FORMATS["premiere"].write(marker_list))
    assert {element.text for element in root.iter("string")} == {timecodes[0]}
    assert {element.text for element in root.iter("displayformat")} == {"DF" if drop_frame else "NDF"}

    timeline = read("otio", marker_list, "otio_json")
    assert timeline.global_start_time.value == first
    assert timeline.global_start_time.rate == float(rate)
    assert [(m.marked_range.start_time.value, m.marked_range.duration.value) for m in timeline.tracks.markers] == frames
    assert [(clip.range_in_parent().start_time.value, clip.duration().value) for clip in timeline.tracks[0]] == frames

    gap = ElementTree.fromstring(FORMATS["final-cut"].write(marker_list)).find(".//gap")
    assert gap is not None
    assert seconds(gap.get("offset")) * rate == first
    assert [seconds(m.get("start")) * rate for m in gap.iter("marker")] == [start for start, _ in frames]
    assert seconds(gap.get("duration")) * rate == 200


def seconds(text: str | None) -> Fraction:
    """FCPXML's “1001/24000s”."""
    assert text is not None
    assert text.endswith("s")
    return Fraction(text[:-1])


def test_a_cut_list_is_read_as_cuts(plain: Analysis) -> None:
    """Another reader of CMX 3600 finds each scene at its place, as a cut of the film."""
    timeline = read("cut-list", mark_scenes(plain, "cut.mov"), "cmx_3600", rate=25)
    clips = list(timeline.tracks[0])
    assert [(clip.range_in_parent().start_time.value, clip.duration().value) for clip in clips] == [
        (0, 50), (50, 50), (100, 50), (150, 50),
    ]  # fmt: skip
    assert {clip.name for clip in clips} == {"cut.mov"}


def test_final_cut_gets_a_project(plain: Analysis) -> None:
    """FCPXML: a project with one gap in its spine, on frame boundaries, and points with name and note on the gap."""
    marker_list = mark_scenes(plain, "cut.mov")
    root = ElementTree.fromstring(FORMATS["final-cut"].write(marker_list))
    form = root.find("resources/format")
    assert form is not None
    assert dict(form.attrib) == {"id": "r1", "frameDuration": "1/25s", "width": "320", "height": "240"}
    (gap,) = root.findall("event/project/sequence/spine/gap")
    assert [marker.attrib for marker in gap] == [
        {"start": f"{Fraction(marker.start, 25)}s", "duration": "1/25s", "value": marker.name, "note": marker.note}
        for marker in marker_list.markers
    ]


@pytest.mark.parametrize("palette", [resolve.COLOURS, avid.COLOURS, premiere.COLOURS, otio.COLOURS])
def test_seven_expressions_have_seven_colours(palette: Palette) -> None:
    """The reference model's expressions and a scene without one all differ in colour; other models' labels for the
    same expressions share it.
    """
    colours = {palette.colour(label) for label in (*REFERENCE_LABELS, None)}
    assert len(colours) == len(REFERENCE_LABELS) + 1
    assert palette.colour("Happiness") == palette.happy
    assert palette.colour("boredom") == palette.none
    assert palette.colour(MIXED) == palette.mixed != palette.none
    assert all(getattr(palette, field.name) for field in fields(palette))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (MarkerSettings(), [0, 50, 150]),
        (MarkerSettings(without_expression=True), [0, 50, 100, 150]),
        (MarkerSettings(changes_only=True), [0, 150]),
        (MarkerSettings(expressions=("sad",)), [150]),
        (MarkerSettings(expressions=("happy",), changes_only=True), [0]),
        (MarkerSettings(expressions=(), without_expression=True), [100]),
    ],
)
def test_which_scenes_are_marked(plain: Analysis, settings: MarkerSettings, expected: list[int]) -> None:
    """Every scene with an expression is marked, or only changes, or only some; scenes without one only on request."""
    assert starts(mark_scenes(plain, "cut.mov", settings)) == expected


def test_missing_is_no_colour_of_an_expression(plain: Analysis) -> None:
    """A scene without enough faces says so, and has no shares."""
    marker_list = mark_scenes(plain, "cut.mov", MarkerSettings(without_expression=True))
    marker = marker_list.markers[2]
    assert marker.name == "3 not enough faces"
    assert marker.emotion is None
    assert "happy" not in marker.note
    assert marker.note.startswith("0 usable faces on 0 of 1 sampled frame")


def test_markers_may_be_points(plain: Analysis) -> None:
    """On request a marker is only the scene's first frame."""
    marker_list = mark_scenes(plain, "cut.mov", MarkerSettings(as_long_as_scenes=False))
    assert {marker.frames for marker in marker_list.markers} == {1}
    assert {scene.frames for scene in marker_list.scenes} == {50}


def test_another_timeline_counts_otherwise(plain: Analysis) -> None:
    """In a timeline of another rate and start, markers lie at the same time of the film."""
    marker_list = mark_scenes(plain, "cut.mov", MarkerSettings(rate=Fraction(50), starts_at="01:00:00:00"))
    assert starts(marker_list) == [0, 100, 300]
    assert FORMATS["avid"].write(marker_list).decode().splitlines()[2].split("\t")[1] == "01:00:06:00"


@pytest.mark.parametrize(
    ("rate", "own", "start", "drop_frame", "expected"),
    [
        (PAL, NTSC, 107892, True, "01:00:00:00"),
        (NTSC * 2, NTSC, 1800, True, "00:01:00;04"),
        (NTSC * 2, NTSC, 1800, False, "00:01:00:00"),
        (NTSC, PAL, 90012, False, "01:00:00:00"),
    ],
)
def test_at_another_rate_the_start_is_the_films_second(
    rate: Fraction, own: Fraction, start: int, drop_frame: bool, expected: str
) -> None:
    """At another rate than the film's the suggested start has no frames, or the first that exist."""
    analysis = film((0,), {10: [HAPPY]}, rate=own, start_frame=start, drop_frame=drop_frame)
    assert mark_scenes(analysis, "a", MarkerSettings(rate=rate)).timebase.first == expected


def test_a_varying_rate_is_marked_by_the_clock() -> None:
    """Where the film's rate varies, the timeline has the nearest rate that tools have, and markers lie by time."""
    scan = observations({10: [HAPPY], 160: [SAD]}, frames=200, film=media(rate=PAL, duration=Fraction(8)))
    uneven = replace(scan, media=replace(scan.media, rate=Fraction(2497, 100), is_vfr=True))
    marker_list = mark_scenes(analyse(uneven, by_cuts(0, 150)), "phone.mp4")
    assert marker_list.timebase.rate == 25
    assert starts(marker_list) == [0, 150]


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (Fraction(25, 2), PAL), (Fraction(15), Fraction(30)), (Fraction(2499, 100), PAL), (Fraction(100), Fraction(50)),
        (Fraction(120), Fraction(60)), (Fraction(120000, 1001), NTSC * 2), (FILM, FILM), (Fraction(12), Fraction(24)),
    ],
)  # fmt: skip
def test_a_rate_that_no_timeline_has_becomes_one_that_fits(own: Fraction, expected: Fraction) -> None:
    """A film at a rate that editing tools do not have gets a multiple or part of it, or the nearest."""
    marker_list = mark_scenes(film((0, 100), {10: [HAPPY], 110: [SAD]}, rate=own), "a.mov")
    assert marker_list.timebase.rate == marker_list.own.rate == expected
    assert starts(marker_list) == [0, round(100 / own * expected)]


def test_where_the_timeline_begins_says_nothing_of_the_film() -> None:
    """The film's own timecode stays that of its file, wherever the timeline begins: tools find the file by it."""
    analysis = film((0, 100), {10: [HAPPY], 110: [SAD]}, start_frame=900000)
    marker_list = mark_scenes(analysis, "cut.mov", MarkerSettings(starts_at="01:00:00:00"))
    root = ElementTree.fromstring(FORMATS["premiere"].write(marker_list))
    assert [element.text for element in root.iter("string")] == ["01:00:00:00", "10:00:00:00"]
    clip = read("otio", marker_list, "otio_json").tracks[0][1]
    assert clip.media_reference.available_range.start_time.value == 900000
    assert clip.source_range.start_time.value == 900100
    cuts = [line.split() for line in FORMATS["cut-list"].write(marker_list).decode().splitlines() if line[:3].isdigit()]
    assert cuts[1][4:] == ["10:00:04:00", "10:00:08:00", "01:00:04:00", "01:00:08:00"]


def test_a_cut_list_has_one_rate(plain: Analysis) -> None:
    """A cut list counts source and record alike: at another rate than the film's it is refused."""
    marker_list = mark_scenes(plain, "cut.mov", MarkerSettings(rate=Fraction(24)))
    with pytest.raises(SettingsError, match="the film has 25 frames a second"):
        FORMATS["cut-list"].write(marker_list)
    assert read("otio", marker_list, "otio_json").tracks[0][1].source_range.start_time.value == 48


def test_scenes_shorter_than_a_frame_of_the_timeline_move_nothing() -> None:
    """At a lower rate than the film's clips are still adjacent and begin at the markers."""
    analysis = film((0, 1, 2, 3, 4, 104), {0: [HAPPY], 1: [SAD], 2: [HAPPY], 3: [SAD], 110: [SAD]}, rate=Fraction(60))
    marker_list = mark_scenes(analysis, "cut.mov", MarkerSettings(rate=Fraction(24)))
    assert [scene.end for scene in marker_list.scenes[:-1]] == [scene.start for scene in marker_list.scenes[1:]]
    assert marker_list.scenes[-1].end == marker_list.frames == 80
    assert starts(marker_list) == sorted(set(starts(marker_list)))
    timeline = read("otio", marker_list, "otio_json")
    assert [clip.range_in_parent().start_time.value for clip in timeline.tracks[0]] == [
        s.start for s in marker_list.scenes
    ]
    assert timeline.duration().value == 80


@pytest.mark.parametrize("name", ["my  film.mp4", "a\u00a0b.mp4", "100% #1?.mp4", "می\u200cخواهم.mp4", "a\udcff.mp4"])
def test_the_film_is_named_as_it_is(name: str, plain: Analysis) -> None:
    """Formats that refer to the film's file have its exact name, as a URL."""
    marker_list = mark_scenes(plain, name)
    url = ElementTree.fromstring(FORMATS["premiere"].write(marker_list)).findtext(".//pathurl")
    assert url is not None
    assert unquote(url) == name.encode("utf-8", "replace").decode()
    assert read("otio", marker_list, "otio_json").tracks[0][0].media_reference.target_url == url


def test_points_have_no_end(plain: Analysis) -> None:
    """In xmeml a marker of one frame is a point, with out -1."""
    marker_list = mark_scenes(plain, "cut.mov", MarkerSettings(as_long_as_scenes=False))
    root = ElementTree.fromstring(FORMATS["premiere"].write(marker_list))
    assert {marker.findtext("out") for marker in root.iter("marker")} == {"-1"}


@pytest.mark.parametrize("name", ["99 Luftballons", "😀 99 Luftballons", "* starred", "FCM: DROP FRAME", "TITLE: x"])
def test_no_note_is_taken_for_a_line_of_the_list(name: str) -> None:
    """A scene's name that looks like an event, a comment or the head of an EDL begins with a dash in Resolve's list."""
    marker_list = mark_scenes(film(((0, name),), {10: [HAPPY]}), "cut.mov")
    note = FORMATS["resolve"].write(marker_list).decode().splitlines()[4]
    assert note.startswith("- ")


HOSTILE = "Küche |C:x\t“1\n2”\x07 \u202e😀 <&]]> * FROM"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_breaks_no_format(name: FormatName) -> None:
    """Special characters in the names of film and scenes stay text on one line in every format."""
    analysis = film(((0, HOSTILE), (100, "99 Luftballons")), {10: [HAPPY], 110: [SAD]})
    marker_list = mark_scenes(analysis, f"{HOSTILE}.mov")
    text = FORMATS[name].write(marker_list).decode()
    assert "Küche" in text
    assert not set("\x07\u202e\r") & set(text)
    if name == "resolve":
        events, notes = text.splitlines()[3::3], text.splitlines()[4::3]
        assert [event.split()[0] for event in events] == ["001", "002"]
        assert all(line.count("|") == 3 for line in notes)
        assert not any(line[0].isdigit() for line in notes)
        assert "😀" not in text
    elif name == "avid":
        assert [line.count("\t") for line in text.splitlines()] == [5, 5]
    elif name == "cut-list":
        assert len([line for line in text.splitlines() if line and not line.startswith(("*", "TITLE", "FCM"))]) == 2
    else:
        texts = {"premiere": ".//marker/name", "final-cut": ".//marker"}
        elements = ElementTree.fromstring(text).findall(texts[name]) if name in texts else []
        assert [element.text or element.get("value") for element in elements] == [
            marker.name for marker in marker_list.markers if elements
        ]
        assert name != "otio" or [element.name for element in read(name, marker_list, "otio_json").tracks.markers]


@pytest.mark.parametrize(("name", "kind"), [("resolve", "markers"), ("cut-list", "scenes"), ("avid", "markers")])
def test_long_lists_become_several_files(name: FormatName, kind: str, plain: Analysis) -> None:
    """An EDL has at most 999 events: more become numbered files in one ZIP, each scene once; others have no limit."""
    marker_list = mark_scenes(plain, "cut.mov")
    many = tuple(replace(marker_list.markers[0], start=2 * i, frames=2) for i in range(2000))
    marker_list = (
        replace(marker_list, scenes=many, frames=4000)
        if kind == "scenes"
        else replace(marker_list, markers=many, frames=4000)
    )
    written = write_files(name, marker_list, "cut")
    if name == "avid":
        assert list(written) == ["cut.txt"]
        return
    assert list(written) == ["cut-1.edl", "cut-2.edl", "cut-3.edl"]
    events = [line for part in written.values() for line in part.decode().splitlines() if line[:3].isdigit()]
    assert [int(event[:3]) for event in events] == [*range(1, 1000), *range(1, 1000), 1, 2]
    timecodes = [event.split()[6] for event in events]
    assert timecodes == sorted(set(timecodes))
    file, content = pack_files(written, "cut")
    assert file == "cut.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry: archive.read(entry) for entry in archive.namelist()} == written
    assert pack_files(write_files(name, marker_list, "cut"), "cut") == (file, content)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (MarkerSettings(starts_at="1:00"), "“1:00” is no timecode"),
        (MarkerSettings(starts_at="01:00:00:25"), "no timecode at 25.000"),
        (MarkerSettings(starts_at="01:00:00;00"), "Drop-frame is not defined at 25.000"),
        (MarkerSettings(starts_at="25:00:00:00"), "“25:00:00:00” is no timecode of a day"),
        (MarkerSettings(rate=Fraction(25, 2)), "No editing tool has timelines of 12.5 frames a second"),
        (MarkerSettings(expressions=("joy",)), "no label “joy”"),
        (MarkerSettings(expressions=("fear",)), "No scene gets a marker"),
    ],
)
def test_what_cannot_be_is_refused(plain: Analysis, settings: MarkerSettings, problem: str) -> None:
    """An impossible timecode, an unknown label and an empty selection are refused with the reason."""
    for name in NAMES:
        if problem.startswith("No scene") and FORMATS[name].has_every_scene:
            continue
        with pytest.raises(SettingsError, match=problem.replace(".", r"\.")):
            write_files(name, mark_scenes(plain, "cut.mov", settings), "cut")


@pytest.mark.parametrize(
    ("starts_at", "last"),
    [("23:59:52:00", ["23:59:58:00", "00:00:00:00"]), ("23:59:55:00", ["00:00:01:00", "00:00:03:00"])],
)
def test_a_timeline_may_pass_midnight(starts_at: str, last: list[str], plain: Analysis) -> None:
    """A film may end at midnight or later; timecode starts again at 00:00:00:00."""
    marker_list = mark_scenes(plain, "cut.mov", MarkerSettings(starts_at=starts_at))
    events = [line for line in FORMATS["cut-list"].write(marker_list).decode().splitlines() if line[:3].isdigit()]
    assert events[-1].split()[6:] == last


def test_a_day_is_the_longest() -> None:
    """A film of more than 24 hours is refused: two of its frames would have one timecode."""
    base = Timebase(PAL, False, 90000)
    base.check(2160000)
    with pytest.raises(SettingsError, match="longer than 24 hours"):
        base.check(2160001)


def test_too_few_frames_are_told(plain: Analysis) -> None:
    """A note whose shares have no intervals states why."""
    assert "surprise 2 % (too few frames for intervals)" in mark_scenes(plain, "cut.mov").markers[0].note
