"""The second cut as a timeline of the first one's footage, as EDL and OpenTimelineIO, read back by other programs."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction

import numpy as np
import opentimelineio
import pycmx
import pytest
from opentimelineio.opentime import RationalTime, to_timecode

from emotion_core.analysis import Analysis, analyse
from emotion_core.errors import SettingsError
from emotion_core.export.changes import ComparedCuts, write
from emotion_core.export.changes.timeline import events
from emotion_core.interchange import read_cut_list, writers
from emotion_core.interchange.writers.edl import reel_names
from emotion_core.observations import Layouts
from tests.support import compared
from tests.support.compared import NAMES, changed
from tests.support.films import FILM, NTSC
from tests.support.moving_pictures import footage, measured
from tests.support.planted_footage import Footage, analysed, synthetic_takes
from tests.support.planted_recuts import EDITS, plant
from tests.support.scans import by_cuts, observations

PLACES = [
    ((145 - 55 + 15, 190), (0, 85)),
    ((190, 280), (85, 175)),
    (None, (175, 183)),  # added at the tail
    ((285, 360), (183, 258)),
    (None, (258, 263)),  # slipped beyond what the first cut shows
    ((45, 90), (263, 308)),
]
"""Frames in the first cut and in the second of each event."""


def text(name: str, cuts: ComparedCuts) -> str:
    (content,) = write(name, cuts, "a").values()
    return content.decode()


def test_an_edl_has_each_events_old_place() -> None:
    """pycmx reads in and out of source and record to the frame; what is new comes from the second cut's reel."""
    cuts = changed()
    edits = [edit for event in pycmx.parse_cmx3600(io.StringIO(text("edl", cuts))).events for edit in event.edits]
    for edit, (source, record) in zip(edits, PLACES, strict=True):
        both = source or record
        expected = [to_timecode(RationalTime(frame, 25), 25) for frame in (*both, *record)]
        assert [edit.source_in, edit.source_out, edit.record_in, edit.record_out] == expected
        assert edit.source == ("NEWCUT" if source is None else "OLDCUTB")
    assert [edit.clip_name for edit in edits][2:4] == ["new cut.mov", '=old "cut" 🎬 <b>.mov']
    lines = text("edl", cuts).splitlines()
    assert '* LEFT OUT: scene 1 of =old "cut" 🎬 <b>.mov, 00:00:00:00 00:00:01:20' in lines
    assert "* COMMENT: Scene 3: slipped; 5 frames later in the take; scene 5 of the first cut" in lines
    assert (
        "* COMMENT: Scene 3: slipped; this part is new; 5 frames later in the take; scene 5 of the first cut" in lines
    )


def test_every_frame_has_its_true_place() -> None:
    """Of cuts with a change of every kind, each frame of an event is that of the first cut; what is new, it has not."""
    lengths = np.random.default_rng(5).integers(90, 150, 3 * len(EDITS) + 4).tolist()
    takes = [take[:n] for take, n in zip(synthetic_takes(len(lengths), 150, 5), lengths, strict=True)]
    planted = plant(lengths, EDITS, 5)
    cuts = compared.cuts(*analysed(planted, Footage(takes)))
    first, second = (
        [(piece.take, frame) for piece in pieces for frame in range(piece.first, piece.last)]
        for pieces in (planted.before, planted.after)
    )
    shown = set(first)
    for event in events(cuts):
        record = range(round(event.record.start * 25), round(event.record.end * 25))
        if event.source is None:
            assert shown.isdisjoint(second[frame] for frame in record)
        else:
            source = round(event.source.start * 25)
            assert first[source : source + len(record)] == [second[frame] for frame in record]


@pytest.mark.parametrize(
    ("rate", "starts", "drop_frame", "first"),
    [
        (FILM, (0, 86400), False, ["00:00:04:09", "01:00:00:00"]),
        (NTSC, (1800 - 105, 107892), True, ["00:01:00;02", "01:00:00;00"]),
        (NTSC, (0, 0), False, ["00:00:03:15", "00:00:00:00"]),
    ],
)
def test_an_edl_counts_as_the_films_do(
    rate: Fraction, starts: tuple[int, int], drop_frame: bool, first: list[str]
) -> None:
    """Both start timecodes, drop-frame or not; our reader and OpenTimelineIO's adapter read the same record places."""
    facts = [{"rate": rate, "start_frame": start, "drop_frame": drop_frame} for start in starts]
    content = text("edl", changed(NAMES, *facts))
    line = next(line for line in content.splitlines() if line.startswith("001")).split()
    assert [line[4], line[6]] == first
    read = read_cut_list(content.encode())
    assert (read.drop_frame, len(read.events)) == (drop_frame, len(PLACES))
    timeline = opentimelineio.adapters.read_from_string(content, "cmx_3600", rate=float(rate))
    clips = list(timeline.find_clips())
    assert [round(clip.duration().value) for clip in clips] == [end - start for _, (start, end) in PLACES]


def test_a_timeline_has_clips_of_both_films() -> None:
    """OpenTimelineIO reads clips of the first film at their old places, and what became of each in the metadata."""
    timeline = opentimelineio.adapters.read_from_string(text("otio", changed()), "otio_json")
    clips = list(timeline.find_clips())
    for clip, (source, record) in zip(clips, PLACES, strict=True):
        first, last = source or record
        assert (clip.source_range.start_time.value, clip.source_range.duration.value) == (first, last - first)
        assert clip.range_in_parent().start_time.value == record[0]
        assert clip.metadata["film_emotion"]["is_new"] is (source is None)
        assert clip.media_reference.name == ("new cut.mov" if source is None else '=old "cut" 🎬 <b>.mov')
        assert "/" not in clip.media_reference.target_url
    assert clips[0].metadata["film_emotion"]["kind"] == "trimmed"
    (gone,) = timeline.metadata["film_emotion"]["left_out"]
    assert (gone["kind"], gone["before"]["scene"], gone["after"]) == ("left out", 1, None)
    read = read_cut_list(text("otio", changed()).encode())
    assert read.events[0].name == "Scene 1: trimmed; head −15 frames; scene 3 of the first cut"


def test_two_rates_and_uneven_times_go_into_a_timeline_but_no_edl() -> None:
    """An EDL is refused in words that name the reason; OpenTimelineIO holds both films at their own rates."""
    uneven = changed(NAMES, {}, {"is_vfr": True})
    with pytest.raises(SettingsError, match=r"The frames of new\ncut.mov come at uneven times"):
        write("edl", uneven, "a")
    two = changed(NAMES, {"rate": Fraction(24)}, {})
    with pytest.raises(SettingsError, match="have 24 and 25 frames a second"):
        write("edl", two, "a")
    for cuts, rates in ((uneven, {25.0}), (two, {24.0, 25.0})):
        timeline = opentimelineio.adapters.read_from_string(text("otio", cuts), "otio_json")
        clips = list(timeline.find_clips())
        assert {clip.source_range.start_time.rate for clip in clips} == rates
        assert timeline.duration().value_rescaled_to(25) == 308


@pytest.mark.parametrize("gap", [1, 4, 6])
def test_pictures_that_two_rates_lack_are_no_new_footage(gap: int) -> None:
    """In a scene of one take, a few frames without a counterpart belong to it; more than the edges' slack stand out."""
    film = compared.changed().analyses[0]
    cuts = compared.cuts(film, film)
    source = cuts.shared.source.copy()
    first = film.scenes[1].scene.frame_in + 10
    source[first : first + gap] = -1
    source[first + gap : film.scenes[1].scene.frame_out] -= 1
    cuts = replace(cuts, shared=replace(cuts.shared, source=source), listed=replace(cuts.listed, counts_frames=False))
    lengths = [round(event.record.seconds * 25) for event in events(cuts) if event.source is None]
    assert lengths == ([gap] if gap > 4 else [])


def test_retimed_footage_has_its_speed() -> None:
    """An EDL has an M2 line, OpenTimelineIO a linear time warp; the length is that on the second cut's timeline."""
    takes = [footage(110, seed) for seed in range(3)]
    shown = [np.arange(110), np.arange(55) * 2, np.arange(20, 110)]
    before = film([measured(take, 1) for take in takes])
    after = film([measured(take[frames], 2) for take, frames in zip(takes, shown, strict=True)])
    cuts = compared.cuts(before, after)
    lines = [line.split() for line in text("edl", cuts).splitlines() if line[:1] == "0"]
    assert lines[1][4:] == ["00:00:04:10", "00:00:08:20", "00:00:04:10", "00:00:06:15"]
    (speed,) = [line.split() for line in text("edl", cuts).splitlines() if line.startswith("M2")]
    assert speed == ["M2", "OLDCUTB", "050.000", "00:00:04:10"]
    adapted = opentimelineio.adapters.read_from_string(text("edl", cuts), "cmx_3600", rate=25)
    timeline = opentimelineio.adapters.read_from_string(text("otio", cuts), "otio_json")
    for read in (adapted, timeline):
        clip = list(read.find_clips())[1]
        assert [effect.time_scalar for effect in clip.effects] == [2.0]
    assert clip.trimmed_range().duration.value == 55
    assert list(clip.metadata["film_emotion"]["treatments"]) == ["retimed"]


def test_a_few_frames_of_another_scene_keep_their_place() -> None:
    """Too few for a scene of their own, they stand at the head or tail of one; each has its own place all the same."""
    a, b, c, d = (footage(110, seed) for seed in range(4))
    before = film([measured(take, 1) for take in (a, b, c, d)])
    shown = [a[:100], np.concatenate([a[100:105], c[40:]]), np.concatenate([d, b[:5]]), b[5:]]
    cuts = compared.cuts(before, film([measured(take, 2) for take in shown]))
    places = [
        None if event.source is None else (round(event.source.start * 25), round(event.source.end * 25))
        for event in events(cuts)
    ]
    assert places == [(0, 100), (100, 105), (260, 330), (330, 440), (110, 115), (115, 220)]


def film(scenes: list[Layouts]) -> Analysis:
    """A film of these layouts, a scene each, on which nobody is."""
    edges = np.cumsum([len(scene) for scene in scenes]).tolist()
    scan = observations({}, frames=edges[-1])
    layout = np.concatenate(scenes)
    return analyse(replace(scan, scores=replace(scan.scores, layout=layout)), by_cuts(*edges[:-1]))


def test_reels_have_two_names_of_eight_letters() -> None:
    assert reel_names(("final cut v1.mov", "final cut v2.mov")) == ("FINALCU1", "FINALCU2")
    assert reel_names(("🎬.mov", "bl.mov")) == ("FIRST1", "BL2")
    assert reel_names(("a.mov", "b.mov")) == ("A", "B")


def test_a_long_list_is_several_edls(monkeypatch: pytest.MonkeyPatch) -> None:
    """CMX 3600 counts events to 999; each file counts from 1."""
    monkeypatch.setattr(writers.edl, "MAX_EVENTS", 4)
    files = write("edl", changed(), "a")
    assert list(files) == ["a-changes-1.edl", "a-changes-2.edl"]
    assert [len(read_cut_list(content).events) for content in files.values()] == [4, 2]
    assert b"\n001  NEWCUT " in files["a-changes-2.edl"]
