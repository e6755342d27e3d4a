"""Every format of two lists' changes, and all in one archive."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from string import ascii_uppercase

import opentimelineio
import pycmx
import pytest
from opentimelineio import schema
from opentimelineio.opentime import RationalTime, TimeRange

from emotion_core.errors import SettingsError
from emotion_core.export.clip_changes import FORMATS, ComparedClips, archive, markers_of, problem_of, write
from emotion_core.interchange import read_cut_list
from emotion_core.interchange.compared_lists import read_two_lists
from tests.support.workbooks import sheet

OLD = b"""TITLE: old
001  A001  V   C  00:00:00:00 00:00:04:00 01:00:00:00 01:00:04:00
* FROM CLIP NAME: <i>one</i>
002  A002  V2  C  00:00:00:00 00:00:02:00 01:00:01:00 01:00:03:00
003  A003  V   C  00:00:00:00 00:00:04:24 01:00:04:00 01:00:08:24
"""
NEW = b"""TITLE: new
001  A001  V   C  00:00:01:00 00:00:04:00 01:00:00:00 01:00:03:00
* FROM CLIP NAME: <i>one</i>
002  A002  V2  C  00:00:00:00 00:00:01:10 01:00:01:00 01:00:02:10
003  A003  V   C  00:00:00:00 00:00:04:24 01:00:03:00 01:00:07:24
"""
FIRST = b"""TITLE: first
001  A001  V  C  00:00:10:00 00:00:14:00 01:00:00:00 01:00:04:00
002  A002  V  C  00:00:00:00 00:00:02:00 01:00:04:00 01:00:06:00
003  A003  V  C  00:00:00:00 00:00:04:24 01:00:06:00 01:00:10:24
004  A004  V  C  00:00:00:00 00:00:02:00 01:00:10:24 01:00:12:24
"""
SECOND = b"""TITLE: second
001  A003  V  C  00:00:00:00 00:00:04:24 10:00:00:00 10:00:04:24
002  A001  V  C  00:00:09:00 00:00:13:00 10:00:04:24 10:00:08:24
003  A004  V  C  00:00:00:00 00:00:02:00 10:00:08:24 10:00:09:24
"""


def lists(old: bytes = FIRST, new: bytes = SECOND) -> ComparedClips:
    return ComparedClips.of(*read_two_lists((old, "first.edl"), (new, "second.edl")))


def text(name: str, clips: ComparedClips) -> str:
    return next(iter(write(name, clips, "a").values())).decode()


def test_all_picture_tracks_are_in_the_workbook_and_on_the_page() -> None:
    """Names are text: no markup, no formula; unchanged clips are counted on the page, and are in the workbook."""
    clips = lists(OLD, NEW)
    cells = sheet(write("xlsx", clips, "a")["a-clips.xlsx"], 2)
    column = {str(cells[f"{letter}1"]): letter for letter in ascii_uppercase if f"{letter}1" in cells}
    names = ("kind", "track_after", "head_frames", "tail_frames")
    told = [[cells[f"{column[name]}{row}"] for name in names] for row in (2, 3, 4)]
    assert told == [["trimmed", 1, 25, 0], ["unchanged", 1, 0, 0], ["trimmed", 2, 0, 15]]
    page = text("html", clips)
    assert "2 clips trimmed, 1 unchanged." in page
    assert "&lt;i&gt;one&lt;/i&gt;" in page
    assert "<i>" not in page
    assert page.count("<tr>") == 3


def test_an_edl_has_each_events_place_in_the_first_list() -> None:
    """What a slip brought in comes from the second list's own reel; a faster clip has its speed; two readers agree."""
    content = text("edl", lists())
    edits = [edit for event in pycmx.parse_cmx3600(io.StringIO(content)).events for edit in event.edits]
    assert [(edit.source, edit.source_in, edit.source_out, edit.record_in) for edit in edits] == [
        ("FIRST", "01:00:06:00", "01:00:10:24", "10:00:00:00"),
        ("SECOND", "10:00:04:24", "10:00:05:24", "10:00:04:24"),
        ("FIRST", "01:00:00:00", "01:00:03:00", "10:00:05:24"),
        ("FIRST", "01:00:10:24", "01:00:12:24", "10:00:08:24"),
    ]
    lines = content.splitlines()
    assert "M2   FIRST    050.000                01:00:10:24" in lines
    assert "* LEFT OUT: A002 of first.edl, 01:00:04:00 01:00:06:00" in lines
    assert "* COMMENT: A001: slipped, moved; 25 frames earlier in the take; 01:00:00:00 in the first list" in lines
    assert len(read_cut_list(content.encode()).events) == 4


def test_a_timeline_has_clips_of_both_lists_on_all_tracks() -> None:
    """OpenTimelineIO reads each clip at its place, with what became of it and its source."""
    timeline = opentimelineio.adapters.read_from_string(text("otio", lists()), "otio_json")
    clips = list(timeline.find_clips())
    assert [clip.media_reference.name for clip in clips] == ["first.edl", "second.edl", "first.edl", "first.edl"]
    assert [clip.range_in_parent().start_time.value for clip in clips] == [0, 124, 149, 224]
    assert [effect.time_scalar for effect in clips[-1].effects] == [2.0]
    facts = clips[2].metadata["film_emotion"]
    assert (facts["kind"], facts["before"]["source"], facts["after"]["tc_in"]) == ("slipped", "A001", "10:00:04:24")
    (gone,) = timeline.metadata["film_emotion"]["left_out"]
    assert (gone["kind"], gone["source"], gone["tc_in"]) == ("left out", "A002", "01:00:04:00")
    both = opentimelineio.adapters.read_from_string(text("otio", lists(OLD, NEW)), "otio_json")
    (laid_over,) = both.tracks[1].find_clips()
    assert laid_over.range_in_parent() == TimeRange(RationalTime(25, 25), RationalTime(35, 25))


def test_an_edl_holds_one_track() -> None:
    """Its menu's entry says why, and what to take."""
    clips = lists(OLD, NEW)
    assert "holds one picture track, and second.edl has 2" in problem_of("edl", clips)
    with pytest.raises(SettingsError, match="holds one picture track"):
        write("edl", clips, "a")
    assert [problem_of(name, lists()) for name in FORMATS] == [""] * len(FORMATS)


def test_no_edl_counts_twelve_frames_a_second() -> None:
    """A list with such a rate goes into the other formats."""
    clip = schema.Clip("a", schema.ExternalReference("a.mov"), TimeRange(RationalTime(0, 12), RationalTime(24, 12)))
    timeline = schema.Timeline("t", tracks=[schema.Track("V1", kind="Video", children=[clip])])
    raw = opentimelineio.adapters.write_to_string(timeline, "otio_json").encode()
    clips = ComparedClips.of(*read_two_lists((raw, "a.otio"), (raw, "b.otio")))
    assert "No EDL counts 12 frames a second" in problem_of("edl", clips)
    assert json.loads(text("json", clips))["rate"] == "12"


def test_the_tables_have_a_row_a_change() -> None:
    rows = list(csv.DictReader(io.StringIO(text("csv", lists()).lstrip("\ufeff"))))
    assert [row["kind"] for row in rows] == [each["kind"] for each in json.loads(text("json", lists()))["changes"]]
    assert [row["kind"] for row in rows] == ["unchanged", "slipped", "left out", "retimed"]


def test_the_archive_has_every_format_and_both_lists_markers() -> None:
    """What cannot hold the lists is named in a text file."""
    name, content = archive(lists(OLD, NEW))
    assert name == "first-vs-second-clips.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        names = files.namelist()
        assert "An EDL holds one picture track" in files.read("not included.txt").decode()
    for form in FORMATS.values():
        assert any(each.endswith(form.suffix) for each in names) == (form.name != "edl")
    for words in ("first", "second"):
        assert sum(each.startswith(f"markers of the {words} list/") for each in names) == 5


def test_markers_lie_at_the_lists_timecode() -> None:
    ((name, content),) = markers_of(lists(), "before", "resolve").items()
    assert name == "first-changes-resolve.edl"
    lines = content.decode().splitlines()
    assert [line.split()[6] for line in lines if line[:1] == "0"] == [
        "01:00:00:00", "01:00:04:00", "01:00:10:24",
    ]  # fmt: skip
    assert any("A002: left out" in line for line in lines)
