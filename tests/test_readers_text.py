"""Lists of scenes and markers in text: by hand, in pairs, as CSV, ALE, of Avid's and Premiere's markers; decoding."""

from __future__ import annotations

import codecs

import pytest

from emotion_core.errors import CutListError
from emotion_core.interchange.readers.content import MOST_BYTES
from emotion_core.interchange.readers.registry import READERS, read_cut_list
from tests.edit_lists import Row, rows

PSD = "Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame"
INDEX = "#,Reel,Match,V,C,Dur,Source In,Source Out,Record In,Record Out,Name,Comments"
ALE = "Heading\nFIELD_DELIM\tTABS\nVIDEO_FORMAT\t1080\nFPS\t{fps}\n\nColumn\n{columns}\n\nData\n{rows}\n"
PREMIERE = "Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\n"

READ: list[tuple[str, list[Row]]] = [
    # By hand: a frame, a time of the clock, seconds, timecode; in any order.
    ("0 Opening\n412 Street\n", [(0, None, "Opening"), (412, None, "Street")]),
    ("# note\n\n  7\tTabbed\r\n8   Far   apart  ", [(7, None, "Tabbed"), (8, None, "Far apart")]),
    ("01:00:04:12 Kitchen, day\n01:00:00;00", [("01:00:04:12", None, "Kitchen, day"), ("01:00:00;00", None, "")]),
    ("18.5s A\n1s", [(18.5, None, "A"), (1.0, None, "")]),
    ("00:00:02.400 A\n00:00:04,400 B", [(2.4, None, "A"), (4.4, None, "B")]),
    ("0:00:00 Intro\n0:01:02 Street\n1:02.500 B", [(0.0, None, "Intro"), (62.0, None, "Street"), (62.5, None, "B")]),
    ("00:00:04.12 frames", [("00:00:04.12", None, "frames")]),
    ("412, Street\n0;\n", [(412, None, "Street"), (0, None, "")]),
    ("412 5\n3 2", [(412, None, "5"), (3, None, "2")]),
    # Begin and end.
    ("00:00:00.000 00:00:02.400 A\n00:00:02.400 00:00:04.400 B", [(0.0, 2.4, "A"), (2.4, 4.4, "B")]),
    ("00:00:00.000 --> 00:00:02.400\n00:00:02.400 --> 00:00:04.400", [(0.0, 2.4, ""), (2.4, 4.4, "")]),
    ("01:00:00:00 01:00:02:10 A\n01:00:02:10 01:00:04:10 B",
     [("01:00:00:00", "01:00:02:10", "A"), ("01:00:02:10", "01:00:04:10", "B")]),
    # Pairs of frames: the last one belongs to the scene, unless each begins where the one before it ends.
    ("0 59\n60 109\n110 184\n", [(0, 60, ""), (60, 110, ""), (110, 185, "")]),
    ("0\t59\r\n60\t109\r\n", [(0, 60, ""), (60, 110, "")]),
    ("0, 59\n65, 109\n", [(0, 60, ""), (65, 110, "")]),
    ("0 60\n60 110\n110 185\n", [(0, 60, ""), (60, 110, ""), (110, 185, "")]),
    # PySceneDetect's CSV, with and without its line of cuts, and as older versions and others write it.
    (f"{PSD}\n1,1,00:00:00.000,0.000,60\n2,61,00:00:02.400,2.400,110\n", [(0, 60, ""), (60, 110, "")]),
    (f"Timecode List:,00:00:02.400\n{PSD}\n1,1,00:00:00.000,0.000,60\n2,61,00:00:02.400,2.4,110\n",
     [(0, 60, ""), (60, 110, "")]),
    (f"{PSD}\n1,0,00:00:00.000,0.000,60\n2,60,00:00:02.400,2.400,110\n", [(0, 60, ""), (60, 110, "")]),
    (f"{PSD}\n1,1,00:00:00.000,0.000,60\n".replace(",", ";"), [(0, 60, "")]),
    ("Scene Number,Start Timecode,End Timecode\n1,00:00:00.000,00:00:02.400\n", [(0.0, 2.4, "")]),
    ("start_frame,end_frame\n0,59\n60,109\n110,184\n", [(0, 60, ""), (60, 110, ""), (110, 185, "")]),
    ("start,end\n0,60\n60,110\n", [(0, 60, ""), (60, 110, "")]),
    ("Start Frame,End Frame\n1,61\n61,111\n", [(0, 60, ""), (60, 110, "")]),
    ("Start Frame,End Frame\n61,110\n", [(60, 110, "")]),
    ("Start Frame,End Frame\n0,50\n60,100\n120,150\n", [(0, 50, ""), (60, 100, ""), (120, 150, "")]),
    ("scene,start,end\n1,0.0,2.4\n2,2.4,4.4\n", [(0.0, 2.4, ""), (2.4, 4.4, "")]),
    ("Start,End,Name\n0,2.4,A\n2.4,4.4,B\n", [(0.0, 2.4, "A"), (2.4, 4.4, "B")]),
    ('Name;Start time\n"A; with a sign";00:00:00.000\n"two\nlines";00:00:02.400\n',
     [(0.0, None, "A; with a sign"), (2.4, None, "two lines")]),
    # Resolve's edit index: the record side of one picture track.
    (f"{INDEX}\n1,A,,V1,C,60,00:00:00:00,00:00:02:10,01:00:00:00,01:00:02:10,a,\n"
     "2,A,,V2,C,60,00:00:00:00,00:00:02:10,01:00:00:00,01:00:02:10,title,\n"
     "3,A,,A1,C,60,00:00:00:00,00:00:02:10,01:00:00:00,01:00:02:10,sound,\n"
     "4,A,,V1,C,50,00:00:00:00,00:00:02:00,01:00:02:10,01:00:04:10,b,\n",
     [("01:00:00:00", "01:00:02:10", "a"), ("01:00:02:10", "01:00:04:10", "b")]),
    # Premiere's markers, in English and German, with names and descriptions.
    (f"{PREMIERE}Opening\t\t00:00:00:00\t00:00:00:00\t00:00:00:00\tComment\n"
     "\tsecond\t00;00;02;10\t00;00;02;10\t00;00;00;00\tChapter\n",
     [("00:00:00:00", None, "Opening"), ("00:00:02;10", None, "second")]),
    (f"{PREMIERE}A\tdescription,\t00:00:00:00\t00:00:00:00\t00:00:00:00\tComment\nthat goes on\n",
     [("00:00:00:00", None, "A")]),
    ("Markenname\tBeschreibung\tIn\tOut\tDauer\tMarkentyp\nA\t\t00:00:00:00\t00:00:00:00\t00:00:00:00\tKommentar\n",
     [("00:00:00:00", None, "A")]),
    (PREMIERE.replace("\t", ",") + "A,,00:00:02:00,00:00:02:00,00:00:00:00,Comment\n", [("00:00:02:00", None, "A")]),
    # Avid's markers.
    ("me\t01:00:00:00\tV1\tred\tOpening\t1\nme\t01:00:02:10\tTC1\tblue\tStreet\t1\n",
     [("01:00:00:00", None, "Opening"), ("01:00:02:10", None, "Street")]),
    ("me\t01:00:00:00\tV1\tred\tOpening,\nsecond line\nme\t01:00:02:10\tV2\tblue\t\n",
     [("01:00:00:00", None, "Opening,"), ("01:00:02:10", None, "")]),
    ("\t01;00;00;00\tV1\tgreen\tDrop\t12\t\tcolour\n", [("01:00:00;00", None, "Drop")]),
    # ALE: Start and End of clips with picture, in order.
    (ALE.format(fps="25", columns="Name\tTracks\tStart\tEnd", rows="B\tV\t01:00:02:10\t01:00:04:10\n"
                "A\tVA1A2\t01:00:00:00\t01:00:02:10\nS\tA1\t01:00:00:00\t01:00:04:10"),
     [("01:00:00:00", "01:00:02:10", "A"), ("01:00:02:10", "01:00:04:10", "B")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "events"), READ)
def test_text_is_read(text: str, events: list[Row]) -> None:
    """Positions and names are those that the text has, whatever its kind, by content and not by a suffix."""
    for name in ("", "list.txt", "list.edl"):
        assert rows(read_cut_list(text.encode(), name)) == events


def test_what_counts_from_the_film_is_known() -> None:
    """Frames, times and a line's one timecode are the film's own; begin and end in timecode are as in an EDL."""
    for text, films in (("0 A", True), ("1s A", True), ("01:00:00:00 A", True), ("0 59\n60 109", True),
                        ("01:00:00:00 01:00:02:10 A", False), (f"{PSD}\n1,1,0,0,60", True),
                        (f"{INDEX}\n1,A,,V1,C,60,0,0,01:00:00:00,01:00:02:10,a,", False)):  # fmt: skip
        assert read_cut_list(text.encode()).frames_are_the_films is films


TOLD = [
    # the text, words of its notes
    ("0 59\n60 109", ["pairs", "first and last frame"]),
    ("Start Frame,End Frame\n1,60\n61,110\n", ["begins at frame 0", "counted from 1"]),
    (ALE.format(fps="25", columns="Name\tStart\tEnd\tTape", rows="A\t01:00:00:00\t01:00:02:10\tT1\n"
                "B\t01:00:02:10\t01:00:03:00\tT2"), ["no record side", "2 sources"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), TOLD)
def test_what_was_assumed_is_told(text: str, words: list[str]) -> None:
    """A reading that the text does not say itself is in the notes."""
    said = " ".join(read_cut_list(text.encode()).notes)
    for word in words:
        assert word in said


REFUSED = [
    # the text, words of the message
    ("", ["empty"]),
    (" \n\r\n ", ["empty"]),
    ("# only a note", ["empty"]),
    ("0 A\nsoon B", ["Line 2", "soon", "HH:MM:SS:FF"]),
    ("3 A\n3 B", ["Line 2", "repeats frame 3"]),
    ("1s A\n1.0s B", ["Line 2", "repeats 1 s"]),
    ("-4 A", ["Line 1", "-4"]),
    ("1.5 A", ["Line 1", "1.5"]),
    (f"0 A\n{'9' * 5000} B", ["Line 2"]),
    (f"{PSD}\n1,x,00:00:00.000,0.000,60\n", ["Line 2", "“x”", "Start Frame"]),
    (f"{PSD}\n1,,00:00:00.000,0.000,60\n", ["Line 2", "nothing under", "Start Frame"]),
    (f"{PSD}\n", ["no row"]),
    ("Start,End\n0,soon\n", ["Line 2", "soon", "End"]),
    (PREMIERE, ["no marker"]),
    (f"{PREMIERE}A\t\t12\t12\t0\tComment\n", ["Line 2", "In"]),
    ("me\t01:00:00:00\tV1\tred\tOpening\nme\tsoon\tV1\tred\tB\n", ["Line 2", "no timecode"]),
    (ALE.format(fps="25", columns="Name\tTracks", rows="A\tV"), ["no columns Start and End"]),
    (ALE.format(fps="25", columns="Start\tEnd", rows="01:00:00:00\tsoon"), ["Line 10", "soon", "End"]),
    (ALE.format(fps="25", columns="Start\tEnd\tTracks", rows="01:00:00:00\t01:00:00:00\tA1"), ["no clip with picture"]),
    (ALE.format(fps="25", columns="Start\tEnd", rows="01:00:00:00\t01:00:02:00\n01:00:01:00\t01:00:03:00"),
     ["lines 10 and 11", "overlap", "several sources"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_text_that_is_not_understood_is_refused(text: str, words: list[str]) -> None:
    """The message names the line and what is wrong, and says what to do."""
    with pytest.raises(CutListError) as refused:
        read_cut_list(text.encode())
    for word in words:
        assert word in str(refused.value)
    assert refused.value.advice


@pytest.mark.parametrize(
    "text", ['{"a": 1}', "[1, 2]", "<html><p>x</p></html>", "<svg/>", "once upon a time", "PK\3\4"]
)
def test_an_unknown_format_names_those_that_are_read(text: str) -> None:
    """The file, how it begins, and every format of the registry are in the message."""
    with pytest.raises(CutListError, match=r"“diary\.txt” is no cut list that is read here") as refused:
        read_cut_list(text.encode(), "diary.txt")
    for reader in READERS:
        assert reader.name in str(refused.value)


EDL = "001  AX V C 00:00:00:00 00:00:05:00 01:00:00:00 01:00:02:10\n* FROM CLIP NAME: Café – Küche\n"
ENCODED = [
    # bytes of the same list, words of the note
    (EDL.encode("utf-8"), None),
    (codecs.BOM_UTF8 + EDL.encode("utf-8"), None),
    (EDL.encode("utf-16"), None),
    (EDL.encode("utf-16-le"), None),
    (EDL.encode("utf-16-be"), None),
    (codecs.BOM_UTF16_BE + EDL.encode("utf-16-be"), None),
    (EDL.encode("utf-32"), None),
    (EDL.encode("cp1252"), "code page"),
]


@pytest.mark.parametrize(("raw", "note"), ENCODED)
def test_text_is_decoded_by_one_rule(raw: bytes, note: str | None) -> None:
    """A byte order mark, UTF-16 without one, UTF-8, and else Windows' code page, which is told."""
    read = read_cut_list(raw)
    assert rows(read) == [("01:00:00:00", "01:00:02:10", "Café – Küche")]
    assert [note in said for said in read.notes if note] == ([True] if note else [])
    assert len(read.notes) == (1 if note else 0)


def test_a_file_too_large_is_refused_unread() -> None:
    """A film given by mistake is named as what it may be."""
    with pytest.raises(CutListError, match="Is it the film itself"):
        read_cut_list(bytes(MOST_BYTES + 1))


def test_rates_of_a_heading_are_exact() -> None:
    """An ALE's 23.976, 23.98 and 29.97 are 24000/1001 and 30000/1001."""
    for said, exact in (("23.976", 24000 / 1001), ("23.98", 24000 / 1001), ("29.97", 30000 / 1001), ("25", 25.0)):
        text = ALE.format(fps=said, columns="Start\tEnd", rows="01:00:00:00\t01:00:02:00")
        rate = read_cut_list(text.encode()).rate
        assert rate is not None
        assert float(rate) == exact
    assert (
        read_cut_list(ALE.format(fps="?", columns="Start\tEnd", rows="1:00:00:00\t01:00:02:00").encode()).rate is None
    )
