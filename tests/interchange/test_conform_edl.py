"""Edit decision lists as cut lists."""

from __future__ import annotations

from fractions import Fraction

import pytest

from emotion_core.analysis import analyse
from emotion_core.errors import CutListError
from emotion_core.interchange import FORMATS, mark_scenes
from emotion_core.media import Media, format_cut_lines
from tests.support.cut_lists import HEAD, edl, laid
from tests.support.films import FILM, NTSC, PAL
from tests.support.scans import by_cuts, logits_of, media, observations

MINUTE = media(duration=Fraction(60))
HOURS = media(duration=Fraction(5400))
AT_ONE = media(duration=Fraction(60), start_frame=90000)
DROP_FRAME = media(rate=NTSC, duration=1800 / NTSC, start_frame=107892, drop_frame=True)
NOT_DROPPED = media(rate=NTSC, duration=1800 / NTSC, start_frame=108000)

AVID = f"""{HEAD}001  A001C003 V     C        14:22:10:05 14:22:15:05 01:00:00:00 01:00:05:00
* FROM CLIP NAME:  12A-1   Kitchen
* LOC: 01:00:02:00 RED     ADR
002  A001C003 A     C        14:22:10:05 14:22:15:05 01:00:00:00 01:00:05:00
003  BL       V     C        00:00:00:00 00:00:02:00 01:00:05:00 01:00:07:00
004  B002C001 AA/V  C        09:01:00:00 09:01:08:00 01:00:07:00 01:00:15:00
* FROM CLIP NAME:  Street
M2   B002C001       050.0                09:01:00:00
005  B002C001 V     C        09:01:08:00 09:01:08:00 01:00:15:00 01:00:15:00
005  C003C009 V     D    024 10:00:00:00 10:00:20:00 01:00:15:00 01:00:35:00
* FROM CLIP NAME:  Street
* TO CLIP NAME:  Yard
006  TITLE    V2    C        00:00:00:00 00:00:03:00 01:00:20:00 01:00:23:00
007  D004C001 B     C        11:00:00:00 11:00:25:00 01:00:35:00 01:01:00:00
* FROM CLIP NAME: Küche
"""
AVID_CUTS = ((0, "12A-1 Kitchen"), (125, ""), (175, "Street"), (387, "Yard"), (875, "Küche"))


READ = [
    # the list, the film, its cuts, what was assumed
    (AVID, MINUTE, AVID_CUTS, "01:00:00:00"),
    (AVID, AT_ONE, AVID_CUTS, None),
    (AVID.replace("\n", "\r\n"), AT_ONE, AVID_CUTS, None),
    # The first event is the film's first frame, but where the list ends with the film if it began with the hour.
    (edl("01:00:05:00", "01:00:10:00", "01:00:20:00"), MINUTE, ((0, ""), (125, ""), (375, "")), "01:00:05:00"),
    (edl("01:00:05:00", "01:00:10:00", "01:01:00:00"), MINUTE, ((125, ""), (250, "")), "01:00:00:00"),
    (edl("00:59:50:00", "01:00:00:00", "01:00:20:00"), MINUTE, ((0, ""), (250, ""), (750, "")), "00:59:50:00"),
    (edl("00:00:05:00", "00:00:10:00"), MINUTE, ((125, ""), (250, "")), None),
    # A feature whose file counts from 0 and whose list counts from 1: its hour lies within the film too.
    (edl("01:00:05:00", "01:30:00:00", "02:30:00:00"), HOURS, ((125, ""), (45000, "")), "01:00:00:00"),
    (edl("00:10:00:00", "00:30:00:00", "01:30:00:00"), HOURS, ((15000, ""), (45000, "")), None),
    # A gap between events is a scene, and so is the rest of the film after the last event.
    (
        edl("01:00:00:00", "01:00:10:00")
        + "002  AX       V     C        00:00:00:00 00:00:05:00 01:00:12:00 01:00:17:00\n",
        AT_ONE,
        ((0, ""), (250, ""), (300, ""), (425, "")),
        None,
    ),
    # Drop-frame by the sign, by the list's head, or as the film counts.
    (edl("01:00:00;00", "01:00:10;00", "01:01:00;02", head=""), DROP_FRAME, ((0, ""), (300, "")), None),
    (
        edl("01:00:00:00", "01:00:59:29", "01:01:00:02", head="FCM: DROP FRAME\n"),
        DROP_FRAME,
        ((0, ""), (1799, "")),
        None,
    ),
    (edl("01:00:00:00", "01:00:59:29", "01:01:00:02", head=""), DROP_FRAME, ((0, ""), (1799, "")), None),
    (edl("01:00:00:00", "01:00:59:29", "01:01:00:00"), NOT_DROPPED, ((0, ""), (1799, "")), None),
    # The film's own name names no scene.
    (
        edl("01:00:00:00", "01:00:10:00", "01:00:20:00").replace(":00\n", ":00\n* FROM CLIP NAME: cut.mov\n"),
        AT_ONE,
        ((0, ""), (250, ""), (500, "")),
        None,
    ),
    # Markers of Resolve's timeline.
    (
        f"{HEAD}001  001      V     C        01:00:00:00 01:00:00:01 01:00:00:00 01:00:00:01  \n"
        " |C:ResolveColorBlue |M:Opening |D:1\n\n"
        "002  001      V     C        01:00:08:00 01:00:08:01 01:00:08:00 01:00:08:01  \n"
        "loud |C:ResolveColorRed |M:Street |D:20\n",
        AT_ONE,
        ((0, "Opening"), (200, "Street")),
        None,
    ),
]

REFUSED = [
    # the list, the film, words of the message
    (AVID, media(duration=Fraction(30)), ["reaches 0:30 beyond the film's end", "another cut"]),
    (edl("00:00:00:00", "00:00:61:00"), MINUTE, ["Line 4 of the CMX 3600 EDL", "go to 59"]),
    (edl("00:00:00:00", "00:00:01:25"), MINUTE, ["Line 4 of the CMX 3600 EDL", "frames to 24"]),
    (edl("00:00:00;00", "00:00:01;00", head=""), MINUTE, ["Line 1 of the CMX 3600 EDL", "Drop-frame is not defined"]),
    (edl("00:00:00:00", "00:00:10:00").replace(" V ", " A "), MINUTE, ["no event of picture"]),
    (AVID, media(is_vfr=True), ["frame rate varies", "frame numbers"]),
]


@pytest.mark.parametrize(("text", "film", "cuts", "assumed"), READ)
def test_cuts_are_where_the_list_says(
    text: str, film: Media, cuts: tuple[tuple[int, str], ...], assumed: str | None
) -> None:
    """Events of the first picture track begin scenes; a note states what was taken for the film's first frame."""
    read = laid(text, film)
    assert read.cuts == cuts
    notes = [] if assumed is None else [f"{assumed} in the cut list was taken for the film's first frame."]
    assert [note for note in read.notes if "first frame" in note] == notes


@pytest.mark.parametrize(("text", "film", "message_words"), REFUSED)
def test_a_list_that_cannot_be_meant_is_refused(text: str, film: Media, message_words: list[str]) -> None:
    """A list of another cut, without picture or with impossible timecode is refused; the message names what and
    where.
    """
    with pytest.raises(CutListError) as refused:
        laid(text, film)
    for words in message_words:
        assert words in str(refused.value)


@pytest.mark.parametrize(
    ("rate", "first", "drop_frame"), [(FILM, 86400, False), (PAL, 0, False), (NTSC, 107892, True), (NTSC * 2, 0, True)]
)
def test_a_cut_list_comes_back(rate: Fraction, first: int, drop_frame: bool) -> None:
    """The cut list written for editing tools gives the same scenes when it is read."""
    film = media(rate=rate, start_frame=first, drop_frame=drop_frame, duration=4000 / rate, time_base=1 / rate / 100)
    face = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.88))
    cuts = (0, 71, 100, 1799, 1800, 3599)
    analysis = analyse(observations({10: [face]}, frames=4000, film=film), by_cuts(*cuts))
    text = FORMATS["cut-list"].write(mark_scenes(analysis, "cut.mov")).decode()
    read = laid(text, film)
    assert [frame for frame, _ in read.cuts] == list(cuts)
    assert read.notes == ()


@pytest.mark.parametrize("film", [MINUTE, AT_ONE, DROP_FRAME, media(is_vfr=True)])
def test_what_is_written_by_hand_comes_back(film: Media) -> None:
    """A list written as lines of text is read as the same cuts."""
    cuts = ((0, "12A-1 Kitchen"), (125, ""), (387, "Küche"))
    read = laid(format_cut_lines(cuts, film), film)
    assert read.cuts == cuts
    assert read.notes == ()
