"""EDLs of many tools as events."""

from __future__ import annotations

from pathlib import Path

import pycmx
import pytest

from emotion_core.errors import CutListError
from emotion_core.interchange import read_cut_list
from tests.support.edl_texts import CUTS, HEAD, ONE, READ, SOURCE, TWO, edl
from tests.support.event_rows import Row, place, rows

EVENTS = [
    # how the events are written: reel, channel, transition
    ["AX       V     C       "],
    ["TAPE 1   V     C       ", "TAPE 1   V     C       ", "TAPE 2 B V C"],
    ["A001_C003_0412AB_LONGER_THAN_ANY_TAPE V C"],
    ["V V C", "C V C", "D V C"],
    ["AX\tV\tC\t"],
    ["ax v c"],
    ["AX V1A1A2 C", "AX VA12 C", "AX VA C"],
    ["AX A/V C", "AX AA/V C", "AX V/A1 C"],
    ["AX B C"],
    ["AX V1 C", "AX V A1 A2 C", "AX AV C"],
    ["AX V"],
]


@pytest.mark.parametrize("fields", EVENTS)
def test_events_are_read_by_the_order_of_their_fields(fields: list[str]) -> None:
    """Reels with spaces and of any length, any spelling of channels, tabs and lower case make no difference."""
    read = read_cut_list(edl(*fields).encode())
    assert rows(read) == CUTS
    assert read.notes == ()
    assert read.drop_frame is False


@pytest.mark.parametrize(("text", "events", "frames"), READ)
def test_a_list_is_read_as_it_is_meant(text: str, events: list[Row], frames: int) -> None:
    """Line ends, numbers, comments, transitions and keys, as many tools write them."""
    read = read_cut_list(text.encode())
    assert rows(read) == events
    assert [event.transition for event in read.events] == [0, frames, 0]
    assert read.notes == ()


def test_an_event_knows_its_line() -> None:
    """An event's line is that of the file, also with other lines between."""
    assert [event.line for event in read_cut_list(edl("AX V C").encode()).events] == [4, 7, 10]


NAMED = [
    # lines put behind the first event, words of the note
    ("M2   AX       050.0                00:00:00:00", ["Line 5 of", "speed"]),
    ("SPLIT:    VIDEO DELAY=  00:00:00:12", ["Line 5 of", "not understood"]),
    ("SOMETHING AX V C 00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00", ["Line 5 of", "not understood"]),
    (f"050  AX X9 C {SOURCE} {ONE}\n* FROM CLIP NAME: lost", ["Line 5 of", "not understood"]),
    (f"050  AX A E {SOURCE} {ONE}", ["Line 5 of", "transition is not known"]),
    ("FCM: DROP FRAME", ["Line 5 of", "FCM changes"]),
    ("* LOC: 01:00:01:00 RED     ADR", ["locators", "not taken for cuts"]),
    (f"050  AX V3 C {SOURCE} {ONE}", ["V1 was read", "not V3"]),
]


@pytest.mark.parametrize(("lines", "words"), NAMED)
def test_what_is_passed_over_is_named(lines: str, words: list[str]) -> None:
    """A line with timecodes that is no event of picture is noted with its number; its comments are left out too."""
    read = read_cut_list(edl("AX V C").replace("\n* FROM CLIP NAME: clip1", f"\n{lines}", 1).encode())
    assert [(row[0], row[2]) for row in rows(read)][1:] == [(row[0], row[2]) for row in CUTS[1:]]
    assert rows(read)[0][2] == ""
    assert len(read.notes) == 1
    for word in words:
        assert word in read.notes[0]


REFUSED = [
    # a line put behind the head, words of the message
    ("001  AX V C 00:00:00:00 00:00:05:00", ["Line 4", "2 of four", "001 AX V C"]),
    ("001  AX V C 00:00:00:00 00:00:05:00 01:00:00:00 01:00:0x:00", ["Line 4", "3 of four"]),
    ("001  AX V C 00:00:00:00 00:00:05:00 01:00:00:00 01:00:00:00 01:00:00:00", ["Line 4", "5 of four"]),
]


@pytest.mark.parametrize(("line", "words"), REFUSED)
def test_an_event_that_is_not_understood_is_refused(line: str, words: list[str]) -> None:
    """An unreadable event is refused with its line, since a cut would be lost."""
    with pytest.raises(CutListError) as refused:
        read_cut_list(edl("AX V C").replace("\n001", f"\n{line}\n001").encode())
    for word in words:
        assert word in str(refused.value)


def test_a_list_without_picture_is_refused() -> None:
    """Sound alone has no cuts."""
    for channel in ("A", "A2", "AA", "NONE", "12"):
        with pytest.raises(CutListError, match="no event of picture"):
            read_cut_list(edl(f"AX {channel} C").encode())


def test_inclusive_outs_are_left_as_they_are() -> None:
    """Inclusive outs are kept as written; conforming the whole list decides about them."""
    text = edl("AX V C", names=False).replace("01:00:02:10\n", "01:00:02:09\n")
    assert rows(read_cut_list(text.encode()))[0] == ("01:00:00:00", "01:00:02:09", "")


def test_another_track_is_read_by_name() -> None:
    """The default is the lowest track with picture; another is chosen by “V2” or “2”; a missing one is refused."""
    text = edl("AX V C") + f"004  AX V2 C {SOURCE} {TWO}\n* FROM CLIP NAME: title\n"
    assert rows(read_cut_list(text.encode())) == CUTS
    for track in ("V2", "v2", "2", " 2 "):
        assert rows(read_cut_list(text.encode(), track=track)) == [("01:00:02:10", "01:00:04:10", "title")]
    with pytest.raises(CutListError, match=r"no picture track “V5”\. It has V1, V2"):
        read_cut_list(text.encode(), track="V5")


MARKERS = [
    # the list, its cuts
    (
        f"{HEAD}001  001      V     C        {ONE} {ONE}  \n |C:ResolveColorBlue |M:Opening |D:1\n\n"
        f"002  001      V     C        {TWO} {TWO}  \nloud 01:00:00:00 |C:ResolveColorRed |M:Street |D:20\n",
        [("01:00:00:00", None, "Opening"), ("01:00:02:10", None, "Street")],
    ),
    (
        f"{HEAD}* LOC: 01:00:00:00 RED     Opening\n* LOC: 01:00:02:10 green Street, day\n",
        [("01:00:00:00", None, "Opening"), ("01:00:02:10", None, "Street, day")],
    ),
    (
        f"{HEAD}001  AX V C {SOURCE} {ONE}\n*LOC: 01:00:01:00 RED     Kitchen\n",
        [("01:00:00:00", "01:00:02:10", ""), ("01:00:01:00", None, "Kitchen")],
    ),
]


@pytest.mark.parametrize(("text", "cuts"), MARKERS)
def test_markers_are_cuts(text: str, cuts: list[Row]) -> None:
    """Resolve's timeline markers are cuts; Avid's locators are where the list has at most one event."""
    assert rows(read_cut_list(text.encode())) == cuts


def test_the_films_own_name_tells_nothing() -> None:
    """Where every event has the same name, other comments are the names."""
    text = "".join(
        f"{number:03}  AX V C {SOURCE} {record}\n* FROM CLIP NAME: film.mov\n* COMMENT: shot {number}\n"
        for number, record in enumerate((ONE, TWO), start=1)
    )
    assert [event.name for event in read_cut_list(text.encode()).events] == ["shot 1", "shot 2"]
    assert [event.name for event in read_cut_list(text.replace("* COMMENT: ", "* ").encode()).events] == [
        "shot 1",
        "shot 2",
    ]


@pytest.mark.parametrize(
    "text",
    [
        edl("AX       V     C       "),
        edl("AX       V     C       ", names=False).replace("\n00", "\n\n00"),  # else it loses the first
        edl("AX       V     C       ", "AX       V     D    008", "AX       V     C       "),
        edl("AX       B     C       ", "AX       V     W001 012", "AX       AA/V  C       "),
    ],
)
def test_pycmx_reads_the_same_places(text: str, tmp_path: Path) -> None:
    """Record in and out and the transition's length equal those that another reader finds."""
    file = tmp_path / "list.edl"
    file.write_text(text)
    with file.open() as opened:
        edits = [edit for event in pycmx.parse_cmx3600(opened).events for edit in event.edits]
    read = read_cut_list(text.encode())
    assert [(edit.record_in, edit.record_out) for edit in edits] == [row[:2] for row in rows(read)]
    assert [int(edit.transition.operand or 0) for edit in edits] == [event.transition for event in read.events]


def test_black_has_no_name() -> None:
    """The black after a fade-out has no name; a fade-in from black has its clip's name."""
    lead = f"003  BL V C {SOURCE} 01:00:04:10 01:00:04:10\n"
    text = edl("AX V C", "BL V D 024", "AX V D 024").replace("\n003 ", f"\n{lead}003 ")
    assert [event.name for event in read_cut_list(text.encode()).events] == ["clip1", "", "clip3"]


def test_signs_are_kept() -> None:
    """Each timecode keeps its separator, which marks drop-frame; some tools write it between all parts."""
    text = (
        edl("AX V C", names=False, head="").replace("01:00:02:10", "01;00;02;10").replace("01:00:07:10", "01:00:07;10")
    )
    read = read_cut_list(text.encode())
    assert [place(event.start) for event in read.events] == ["01:00:00:00", "01:00:02;10", "01:00:04:10"]
    assert place(read.events[-1].end or read.events[-1].start) == "01:00:07;10"
    assert read.drop_frame is None
