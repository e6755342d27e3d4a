"""Cut lists on films: which frame a list begins with, and how it counts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import pytest

from emotion_core.errors import CutListError
from emotion_core.interchange import CutList, conform_to_film
from emotion_core.interchange.readers.edit_list import EditList, Event, FrameNumber, Seconds, Timecode
from emotion_core.media import Media
from tests.support.cut_lists import CUTS, DF90, HEAD, LEADER, MIDNIGHT, PLAIN, edl, film, frames, laid
from tests.support.films import FILM, NTSC, PAL

FIFTY, SIXTY = Fraction(50), 2 * NTSC


PLACES = ("01:00:00:00", "01:00:02:10", "01:00:04:10", "01:00:07:10", "01:00:10:10", "01:00:12:20")

FIRST = "in the cut list was taken for the film's first frame"
COUNTS = "they were compared in real time"
BY_TIME = "it was read by its times"
DROPS = "FCM: DROP FRAME\n"
INCLUSIVE = "outs were taken as inclusive"


def inclusive(*spans: str) -> str:
    """An EDL of “in out” pairs."""
    return HEAD + "".join(
        f"{number:03}  AX V     C        {span} {span}\n" for number, span in enumerate(spans, start=1)
    )


@dataclass(frozen=True)
class Case:
    situation: str
    text: str
    film: Media
    frames: list[int]
    notes: tuple[str, ...] = ()
    """Words of the notes, one entry a note; there are no other notes."""
    cuts: tuple[int, ...] = ()
    """Cuts of a detector."""


CASES = [
    # Which frame it begins with.
    Case("as the film counts", edl(*PLACES), PLAIN, CUTS),
    Case("of a film that counts from 0", edl(*PLACES), film(PAL, 320), CUTS, (FIRST,)),
    Case("after leader and bars", edl(*PLACES), LEADER, [2250, 2310, 2360, 2435, 2510]),
    Case("with leader and bars", edl("00:58:30:00", "00:59:30:00", *PLACES), LEADER,
         [0, 1500, 2250, 2310, 2360, 2435, 2510]),
    Case("within a reel", edl("02:10:00:00", "02:10:10:00", "02:19:00:00"), film(PAL, 30000, 180000),
         [15000, 15250, 28500]),
    Case("before the film's first frame", edl("00:59:59:00", *PLACES[1:4]), PLAIN, [0, 85, 135, 210], (FIRST,)),
    Case("gap first, ends elsewhere", edl("10:00:03:00", "10:00:05:00", "10:00:08:00"), PLAIN, [0, 50, 125], (FIRST,)),
    Case("gap first, ends with the film", edl("10:00:03:00", "10:00:05:00", "10:00:12:20"), PLAIN, [75, 125],
         ("10:00:00:00",)),
    Case("gap first, by detected cuts", edl("10:00:03:00", "10:00:05:00", "10:00:08:00"), PLAIN, [75, 125, 200],
         ("10:00:00:00",), (75, 125, 200)),
    Case("fades in at its begin", edl("01:00:00:00", "01:00:12:20").replace("C  ", "D    024"), PLAIN, [0]),
    # Drop-frame and non-drop.
    Case("non-drop list of a drop-frame film",
         edl("01:00:00:00", "01:00:12:23", "01:00:25:16", "01:00:38:09", "01:00:51:02"), DF90,
         [0, 383, 766, 1149, 1532], (COUNTS,)),
    Case("non-drop list, past a minute", edl("01:00:00:00", "01:01:10:00", "01:01:30:00"), DF90, [0, 2100], (COUNTS,)),
    Case("drop-frame list of a non-drop film", edl("01:00:00;00", "01:01:00;02", "01:01:30;00", head=""),
         film(NTSC, 2698, 108000), [0, 1800], (COUNTS,)),
    Case("sign against a head of non-drop", edl("01:00:00;00", "01:01:00;02", "01:01:30;02"), DF90, [0, 1800],
         ("were read as they are written",)),
    Case("sign against a head of drop-frame", edl("01:00:00:00", "01:01:00:00", "01:01:30:00", head=DROPS),
         film(NTSC, 2700, 108000), [0, 1800], ("were read as they are written",)),
    Case("colons that drop-frame leaves out", edl("01:00:00:00", "01:01:00:00", "01:01:30:00", head=DROPS),
         DF90, [0, 1800], ("were read as they are written", COUNTS)),
    Case("colons throughout of drop-frame", edl("01:00:00:00", "01:01:00:02", "01:01:30:02", head=DROPS),
         DF90, [0, 1800]),
    Case("both signs", edl("01:00:00;00", "01:01:00;02", "01:01:10:00", "01:01:30;00", head=""), DF90, [0, 1800, 2100],
         ("each was read as it is written",)),
    Case("drop-frame head at 25", edl(*PLACES, head=DROPS), PLAIN, CUTS,
         ("were read as they are written",)),
    # Other rates.
    Case("29.97 of 59.94", edl("01:00:00;00", "01:00:10;15", "01:01:00;02", "01:01:20;03", "01:01:22;08", "01:01:25;29",
                               "01:01:30;02", head=""), film(SIXTY, 5400, 215784, drop_frame=True),
         [0, 630, 3600, 4802, 4932, 5154], (BY_TIME,)),
    Case("29.97 of 59.94, few events, ends with the film", edl("01:00:00:00", "01:00:10:15", "01:00:20:14"),
         film(SIXTY, 1228, 216000), [0, 630], (BY_TIME,)),
    Case("25 of 50", edl(*PLACES), film(FIFTY, 640, 180000), [2 * cut for cut in CUTS], (BY_TIME,)),
    Case("25 of 50 by detected cuts", edl(*PLACES[:-1]), film(FIFTY, 640, 180000), [0, 120, 220, 370, 520],
         (BY_TIME,), (120, 220, 370)),
    Case("50 of 50", edl("01:00:00:00", "01:00:02:20", "01:00:04:49", "01:00:12:40"), film(FIFTY, 640, 180000),
         [0, 120, 249]),
    Case("25 or 50, nothing tells", edl(*PLACES[:3], "01:00:05:15", "01:00:06:03"), film(FIFTY, 640, 180000),
         [0, 110, 210, 265, 303], ("it may count 25, but was read at 50",)),
    Case("50 of 25", edl("01:00:00:00", "01:00:02:20", "01:00:04:48", "01:00:12:40"), PLAIN, [0, 60, 124], (BY_TIME,)),
    Case("59.94 of 29.97", edl("00:00:00:00", "00:00:02:20", "00:00:04:50", "00:00:09:58", head=""), film(NTSC, 300),
         [0, 70, 145], (BY_TIME,)),
    Case("29.97 drop-frame of 23.976", edl("01:00:00;00", "01:00:05;00", "01:01:00;02", "01:01:10;00", head=""),
         film(FILM, 1680, 86400), [0, 120, 1440], (BY_TIME,)),
    # Midnight.
    Case("across midnight",
         edl("23:59:55:00", "23:59:57:10", "23:59:59:10", "00:00:02:10", "00:00:05:10", "00:00:07:20"),
         MIDNIGHT, CUTS),
    Case("after midnight alone", edl("00:00:02:10", "00:00:05:10", "00:00:07:20"), MIDNIGHT, [185, 260]),
    Case("across midnight of a film from 0", edl("23:59:55:00", "23:59:57:10", "00:00:02:10", "00:00:07:20"),
         film(PAL, 320), [0, 60, 185], ("23:59:55:00",)),
    Case("drop-frame across midnight", edl("23:59:50;00", "23:59:59;29", "00:00:10;00", "00:01:00;02", head=""),
         film(NTSC, 2100, 2589408 - 300, drop_frame=True), [0, 299, 600]),
    Case("non-drop across midnight of drop-frame", edl("23:59:50:00", "00:00:00:00", "00:00:10:00", "00:00:20:00"),
         film(NTSC, 900, 2589408 - 300, drop_frame=True), [0, 300, 600], (COUNTS,)),
    Case("across midnight, half a day long", edl("20:00:00:00", "02:00:00:00", "07:00:00:00"),
         film(PAL, 990000), [0, 540000], ("20:00:00:00",)),
    # Inclusive outs.
    Case("inclusive outs", inclusive("00:00:00:00 00:00:02:09", "00:00:02:10 00:00:04:09", "00:00:04:10 00:00:07:09",
                                     "00:00:07:10 00:00:10:09", "00:00:10:10 00:00:12:19"), PLAIN, CUTS,
         (FIRST, INCLUSIVE)),
    Case("inclusive outs and a real gap", inclusive("01:00:00:00 01:00:02:09", "01:00:02:10 01:00:04:09",
                                                    "01:00:04:10 01:00:07:09", "01:00:10:10 01:00:12:19"), PLAIN, CUTS,
         (INCLUSIVE,)),
    Case("inclusive outs in drop-frame", inclusive("01:00:00;00 01:00:59;29", "01:01:00;02 01:01:10;01",
                                                   "01:01:10;02 01:01:29;29"), DF90, [0, 1800, 2100],
         ("were read as they are written", INCLUSIVE)),
    Case("one frame between some", inclusive("01:00:00:00 01:00:02:09", "01:00:02:10 01:00:04:10",
                                             "01:00:04:10 01:00:12:20"), PLAIN, [0, 59, 60, 110]),
    # By the clock, at a rate where timecode is different.
    Case("by the clock, ends with the film", edl("00:00:00:00", "00:01:40:00", "00:03:20:05", "00:10:00:00"),
         film(FILM, 14386), [0, 2398, 4801], ("it ends with the film",)),
    Case("by the clock, by detected cuts", edl("00:00:00:00", "00:01:40:00", "00:03:20:05", "00:09:00:00"),
         film(FILM, 14386), [0, 2398, 4801, 12948], ("2 of its 2 cuts are cuts that were detected",), (2398, 4801)),
    Case("non-drop, by detected cuts", edl("00:00:00:00", "00:01:40:00", "00:03:20:05", "00:09:00:00"),
         film(FILM, 14386), [0, 2400, 4805, 12960], (), (2400, 4805)),
    Case("non-drop, ends with the film", edl("00:00:00:00", "00:01:40:00", "00:10:00:00"),
         film(FILM, 14400), [0, 2400]),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.situation for case in CASES])
def test_a_list_lies_where_it_belongs(case: Case) -> None:
    """Events begin at the right frames of the film, and each assumption is noted once."""
    read = laid(case.text, case.film, case.cuts)
    assert frames(read) == case.frames
    assert len(read.notes) == len(case.notes), read.notes
    for words in case.notes:
        assert any(words in note for note in read.notes), read.notes


def timeline(
    starts_at: Timecode | FrameNumber | None, rate: Fraction | None, *starts: int, drop_frame: bool | None = None
) -> EditList:
    """Adjacent clips, by their first frames and the end of the last, as in OTIO or FCPXML."""
    events = tuple(Event(FrameNumber(a), FrameNumber(b)) for a, b in pairwise(starts))
    return EditList("OTIO", events, rate=rate, starts_at=starts_at, drop_frame=drop_frame)


STARTS = [0, 60, 110, 320]
TIMELINES = [
    # the list, the film, first frames of scenes, words of the notes
    (timeline(None, PAL, *STARTS), PLAIN, STARTS[:-1], []),
    (timeline(Timecode("01:00:00:00"), PAL, *STARTS), PLAIN, STARTS[:-1], []),
    (timeline(FrameNumber(90000), PAL, *STARTS), PLAIN, STARTS[:-1], []),
    (timeline(Timecode("01:00:00:00"), PAL, *STARTS), LEADER, [2250, 2310, 2360], []),
    # It begins with its timeline, not with its first event.
    (timeline(Timecode("10:00:00:00"), PAL, 20, 60, 320), PLAIN, [20, 60], ["10:00:00:00"]),
    (timeline(FrameNumber(0), PAL, *STARTS), PLAIN, STARTS[:-1], ["00:00:00:00"]),
    (timeline(FrameNumber(25 * 86395), PAL, *STARTS), MIDNIGHT, STARTS[:-1], []),
    # Drop-frame or not, as stated, or by which of the two is a whole hour.
    (timeline(Timecode("01:00:00;00"), NTSC, 0, 1800, 2700), DF90, [0, 1800], []),
    (timeline(Timecode("01:00:00:00"), NTSC, 0, 1800, 2700, drop_frame=False), DF90, [0, 1800], [COUNTS]),
    (timeline(FrameNumber(107892), NTSC, 0, 1800, 2700), DF90, [0, 1800], []),
    (timeline(FrameNumber(108000), NTSC, 0, 1800, 2500), DF90, [0, 1800, 2500], [COUNTS]),
    (timeline(FrameNumber(107892), NTSC, 0, 1800, 2700), film(NTSC, 2700, 108000), [0, 1800], [COUNTS]),
    # Another rate is read by its times; one that differs by 1000/1001 alone frame by frame.
    (timeline(Timecode("01:00:00:00"), Fraction(24), 0, 48, 96, 288), PLAIN, [0, 50, 100], [BY_TIME]),
    (timeline(None, FIFTY, 0, 121, 640), PLAIN, [0, 61], [BY_TIME]),
    (timeline(None, NTSC, 0, 30, 3000), film(SIXTY, 6000), [0, 60], [BY_TIME]),
    (timeline(Timecode("01:00:00:00"), Fraction(24), 0, 7200, 14400), film(FILM, 14400, 86400), [0, 7200], ["one for"]),
    (timeline(None, Fraction("23.976"), 0, 7200, 14400), film(FILM, 14400), [0, 7200], []),
    (timeline(Timecode("01:00:00;00"), Fraction(30), 0, 1800, 2700), DF90, [0, 1800], ["one for one"]),
]  # fmt: skip


@pytest.mark.parametrize(("edit_list", "film", "starts", "notes"), TIMELINES)
def test_a_timeline_begins_where_its_format_says(
    edit_list: EditList, film: Media, starts: list[int], notes: list[str]
) -> None:
    """A timeline that states its first frame's timecode is placed by it, including a gap at its head."""
    read = conform_to_film(edit_list, film)
    assert frames(read) == starts
    assert len(read.notes) == len(notes), read.notes
    for words, note in zip(notes, read.notes, strict=True):
        assert words in note


def seconds(*starts: str, rate: Fraction | None = None, starts_at: Timecode | None = None) -> EditList:
    events = tuple(Event(Seconds(Fraction(a)), Seconds(Fraction(b))) for a, b in pairwise(starts))
    return EditList("FCPXML", events, rate=rate, starts_at=starts_at)


def test_seconds_are_exact() -> None:
    """Rational seconds are the list's frames at its own rate, over hours too."""
    read = conform_to_film(
        seconds("0", f"{86400 * 1001}/24000", f"{172800 * 1001}/24000", rate=FILM, starts_at=Timecode("01:00:00:00")),
        film(FILM, 172800, 86400),
    )
    assert read == CutList(((0, ""), (86400, "")))
    conformed = conform_to_film(seconds("0", "7200", "7210", rate=Fraction(24)), film(PAL, 180250))
    assert frames(conformed) == [0, 180000]


OTHERS = [
    # the list, the film, words of the message
    (edl("01:00:00:00", "01:00:05:00", "01:00:14:00"), PLAIN, ["Line 5", "reaches 1.2 s beyond", "lasts 0:13"]),
    (edl("00:00:00:00", "00:05:00:00", head=""), PLAIN, ["Line 1", "4:47 beyond", "another cut"]),
    ("0 a\n60 b\n\n400 c\n", PLAIN, ["Line 4", "3.2 s beyond", "lasts 0:13"]),
    ("0s 2.4s a\n4.4s 2.4s b\n", PLAIN, ["Line 2", "ends before it begins"]),
    ("0s a\n13.9s b\n", PLAIN, ["Line 2", "beyond"]),
    (edl("01:00:00:00", "01:00:01:25", "01:00:12:00"), PLAIN, ["Line 4", "frames to 24"]),
    (edl("01:00:00:00", "01:00:01:24", "01:00:02:29"), film(FILM, 1000), ["Line 4", "frames to 23"]),
]


@pytest.mark.parametrize(("text", "film", "message_words"), OTHERS)
def test_a_list_of_another_cut_is_refused(text: str, film: Media, message_words: list[str]) -> None:
    """A list that reaches more than a second beyond the film's end is refused, naming the line and the length."""
    with pytest.raises(CutListError) as refused:
        laid(text, film)
    for words in message_words:
        assert words in str(refused.value)


def test_a_second_is_rounding() -> None:
    """A list may end a second after the film, or before it without a scene of black."""
    for end in ("01:00:11:22", "01:00:12:19", "01:00:13:20"):
        assert frames(laid(edl("01:00:00:00", "01:00:02:10", end), PLAIN)) == [0, 60]


def test_what_begins_after_the_end_is_left_out() -> None:
    """An event that begins less than a second after the film's last frame has no scene, and a note says so."""
    read = laid(edl("01:00:00:00", "01:00:02:10", "01:00:12:21", "01:00:13:10"), PLAIN)
    assert read.cuts == ((0, ""), (60, ""))
    assert read.notes == ("Line 6 of the CMX 3600 EDL begins after the film's last frame: left out.",)


def test_a_list_without_events_is_refused() -> None:
    """A list without events is refused with that reason."""
    with pytest.raises(CutListError, match="has no event"):
        conform_to_film(EditList("OTIO", ()), PLAIN)


def test_an_event_that_ends_before_it_begins_is_named() -> None:
    """Of an event that ends before it begins only the begin is a cut; a note names the line."""
    text = edl("01:00:00:00", "01:00:06:00") + "002  AX V C 01:00:06:00 01:00:05:12 01:00:06:00 01:00:05:12\n"
    read = laid(text, film(PAL, 200, 90000))
    assert read.cuts == ((0, ""), (150, ""))
    assert read.notes == ("Line 5 of the CMX 3600 EDL ends before it begins: only its begin was taken.",)


def test_a_list_may_mix_timecode_with_times() -> None:
    """Times beside timecode count from the film's first frame."""
    read = laid("01:00:00:00 01:00:02:10 A\n2.4s 4.4s B\n01:00:04:10 01:00:12:20 C\n", film(PAL, 320))
    assert read.cuts == ((0, "A"), (60, "B"), (110, "C"))


def test_events_within_others_leave_no_gap() -> None:
    """Where an event ends while another still runs there is no black."""
    text = HEAD + "".join(
        f"{number:03}  AX V C {span} {span}\n"
        for number, span in enumerate(
            ["01:00:00:00 01:00:06:00", "01:00:02:00 01:00:03:00", "01:00:06:00 01:00:12:20"], start=1
        )
    )
    assert frames(laid(text, PLAIN)) == [0, 50, 150]
