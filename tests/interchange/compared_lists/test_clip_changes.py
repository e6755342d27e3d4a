"""Two lists compared by source and source range."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from opentimelineio import adapters, schema
from opentimelineio.opentime import RationalTime, TimeRange

from emotion_core.errors import SettingsError
from emotion_core.interchange.compared_lists import (
    SourceClip,
    SourceList,
    clip_change_table,
    clip_changes_json,
    clip_sentence,
    compare_lists,
    rate_of_fields,
    read_sources,
    read_two_lists,
)

OLD = [("a", 0, 100), ("b", 0, 100), ("c", 0, 100), ("d", 0, 100), ("e", 0, 200), ("f", 0, 50), ("f", 50, 100),
       ("g", 0, 100), ("h", 0, 100), ("i", 0, 100), ("j", 0, 100), ("k", 0, 100)]  # fmt: skip
NEW = [("a", 0, 100), ("b", 10, 95), ("c", 5, 105), ("x", 0, 90), ("e", 0, 100), ("e", 110, 200), ("f", 0, 100),
       ("i", 0, 100), ("g", 0, 100), ("j", -12, 100), ("a", 0, 100), ("k", 0, 100)]  # fmt: skip


def _list(clips: list[tuple[str, int, int]]) -> SourceList:
    at, placed = 0, []
    for source, first, last in clips:
        placed.append(SourceClip(source, source, first, last, at, at + last - first))
        at += last - first
    return SourceList("list", tuple(placed), Fraction(25))


def test_every_kind_is_told() -> None:
    """Frames are exact."""
    changes = compare_lists(_list(OLD), _list(NEW))
    told = [
        (
            change.kind,
            change.before and change.before.source,
            change.after and change.after.source,
            change.head,
            change.tail,
        )
        for change in changes
    ]
    assert told == [
        ("unchanged", "a", "a", 0, 0),
        ("trimmed", "b", "b", 10, 5),
        ("slipped", "c", "c", 5, -5),
        ("replaced", "d", "x", 0, 0),
        ("split", "e", "e", 0, 100),
        ("split", "e", "e", 110, 0),
        ("merged", "f", "f", 0, -50),
        ("merged", "f", "f", -50, 0),
        ("moved", "i", "i", 0, 0),
        ("unchanged", "g", "g", 0, 0),
        ("left out", "h", None, 0, 0),
        ("extended", "j", "j", -12, 0),
        ("repeated", "a", "a", 0, 0),
        ("unchanged", "k", "k", 0, 0),
    ]
    assert clip_sentence(changes).startswith("1 clip left out, 1 replaced, 1 trimmed, 1 extended, 1 slipped, 2 split")
    document = json.loads(clip_changes_json(_list(OLD), _list(NEW), changes))
    assert document["changes"][1]["head_frames"] == 10


def test_an_edls_speed_is_told_and_its_rate_found() -> None:
    """Reels of one name are told apart by the clips' names; a source twice as fast is retimed."""
    line = "{n:03}  AX  V  C  00:00:00:00 {out} 01:00:0{n}:00 01:00:0{m}:00\n* FROM CLIP NAME: {name}.mov\n"
    old = (
        "TITLE: a\n"
        + line.format(n=0, m=1, out="00:00:01:00", name="p")
        + line.format(n=1, m=2, out="00:00:01:00", name="q")
    )
    new = (
        "TITLE: a\n"
        + line.format(n=0, m=1, out="00:00:02:00", name="p")
        + line.format(n=1, m=2, out="00:00:00:24", name="q")
    )
    raws = [text.encode() for text in (old, new)]
    rate = rate_of_fields(raws)
    assert rate == 25
    first, second = (read_sources(raw, "a.edl", rate) for raw in raws)
    assert [change.kind for change in compare_lists(first, second)][:1] == ["retimed"]


def test_comments_of_sound_name_no_picture() -> None:
    """A comment after a line of sound is that line's; after lines of one number it is all of theirs."""
    text = """TITLE: a
001  AX  V  C  00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00
* FROM CLIP NAME: face.mov
002  AX  A  C  00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00
* FROM CLIP NAME: music.wav
003  AX  V  C  00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00
003  AX  A  C  00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00
* FROM CLIP NAME: hand.mov
"""
    read = read_sources(text.encode(), "a.edl")
    assert [clip.source for clip in read.clips] == ["AX face.mov", "AX hand.mov"]


def test_drop_frame_is_counted_and_shown_as_written() -> None:
    """Sources keep their own counting; under a head that says drop-frame colons mean it, if all numbers exist there."""
    head = "FCM: DROP FRAME\n001  A1  V  C  "
    semicolons = head + "01:00:00;00 01:00:00;18 01:00:59;20 01:01:00;10\n"
    colons = semicolons.replace(";", ":")
    first, second = read_two_lists((semicolons.encode(), "a.edl"), (colons.encode(), "b.edl"))
    assert first.rate == second.rate == Fraction(30000, 1001)
    assert [(clip.frames, clip.source_frames) for clip in (*first.clips, *second.clips)] == [(18, 18)] * 2
    row = clip_change_table(first, second, compare_lists(first, second)).iloc[0]
    assert (row["kind"], row["source_tc_in_before"], row["tc_in_after"]) == ("unchanged", "01:00:00;00", "01:00:59;20")
    no_drop = head + "01:00:00:00 01:00:00:11 01:00:59:20 01:01:00:01\n"
    assert rate_of_fields([no_drop.encode()]) == 24  # drop-frame has no 01:01:00:01


def test_otio_is_compared_by_its_media() -> None:
    """Not by the names of clips."""

    def timeline(name: str, start: int) -> bytes:
        media = schema.ExternalReference("file:///takes/a.mov")
        clip = schema.Clip(name, media, TimeRange(RationalTime(start, 25), RationalTime(100, 25)))
        track = schema.Track("V1", kind="Video", children=[clip])
        whole = schema.Timeline("t", tracks=[track])
        return bytes(adapters.write_to_string(whole, "otio_json"), "utf-8")

    first, second = read_sources(timeline("a", 0), "a.otio"), read_sources(timeline("b", 10), "b.otio")
    (change,) = compare_lists(first, second)
    assert (change.kind, change.head, change.tail) == ("slipped", 10, -10)


def test_an_edl_counts_as_the_timeline_beside_it() -> None:
    """An EDL gives no rate; its clips have their files' names where its reels are not the timeline's media."""
    clips = [
        schema.Clip(
            name,
            schema.ExternalReference(f"file:///takes/{name}"),
            TimeRange(RationalTime(start, 23.976), RationalTime(40, 23.976)),
        )
        for name, start in (("a.mov", 10), ("b.mov", 0))
    ]
    whole = schema.Timeline("t", tracks=[schema.Track("V1", kind="Video", children=clips)])
    timeline = bytes(adapters.write_to_string(whole, "otio_json"), "utf-8"), "new.otio"
    edl = (
        b"TITLE: a\n001  AA  V  C  00:00:00:00 00:00:02:02 01:00:00:00 01:00:02:02\n* FROM CLIP NAME: a.mov\n"
        b"002  AB  V  C  00:00:00:00 00:00:01:16 01:00:02:02 01:00:03:18\n* FROM CLIP NAME: b.mov\n"
    )
    first, second = read_two_lists((edl, "old.edl"), timeline)
    assert first.rate == second.rate == Fraction(24000, 1001)
    assert "compared by their names" in first.notes[-1]
    assert [(change.kind, change.head) for change in compare_lists(first, second)] == [
        ("trimmed", 10),
        ("unchanged", 0),
    ]
    beyond = edl.replace(b"01:00:03:18", b"01:00:03:24").replace(b"00:00:01:16", b"00:00:01:22")
    with pytest.raises(SettingsError, match=r"The lists count 25 and 23\.976 frames a second"):
        read_two_lists((beyond, "old.edl"), timeline)


def test_held_frames_and_clips_that_run_backwards_are_the_same_in_two_timelines() -> None:
    """By OpenTimelineIO's time warps of 0 and below."""

    def timeline(held: int) -> bytes:
        media = schema.ExternalReference("file:///takes/a.mov")
        clips = [schema.Clip("a", media, TimeRange(RationalTime(at, 25), RationalTime(50, 25))) for at in (90, held)]
        clips[0].effects.append(schema.LinearTimeWarp(time_scalar=-1))
        clips[1].effects.append(schema.FreezeFrame())
        whole = schema.Timeline("t", tracks=[schema.Track("V1", kind="Video", children=clips)])
        return bytes(adapters.write_to_string(whole, "otio_json"), "utf-8")

    first, second, third = (read_sources(timeline(held), "a.otio") for held in (200, 200, 300))
    assert [change.kind for change in compare_lists(first, second)] == ["unchanged", "unchanged"]
    assert [change.kind for change in compare_lists(first, third)] == ["unchanged", "replaced"]
