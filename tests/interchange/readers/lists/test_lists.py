"""Text lists of scenes and markers: by hand, in pairs, CSV, ALE, Avid's and Premiere's markers; and their decoding."""

from __future__ import annotations

import codecs

import pytest

from emotion_core.errors import CutListError
from emotion_core.interchange import MAX_BYTES, READERS, read_cut_list
from tests.support.event_rows import Row, rows
from tests.support.list_texts import ALE, INDEX, PREMIERE, PSD, READ


@pytest.mark.parametrize(("text", "events"), READ)
def test_text_is_read(text: str, events: list[Row]) -> None:
    """Each kind of text is recognised by its content and gives its positions and names."""
    for name in ("", "list.txt", "list.edl"):
        assert rows(read_cut_list(text.encode(), name)) == events


def test_what_counts_from_the_film_is_known() -> None:
    """Frames, times and single timecodes count from the film; begin and end in timecode count as in an EDL."""
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
    """Assumptions about the text are in the notes."""
    notes = " ".join(read_cut_list(text.encode()).notes)
    for word in words:
        assert word in notes


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
    """The message names the file, its beginning, and every format of the registry."""
    with pytest.raises(CutListError, match=r"“diary\.txt” is no cut list that is read here") as refused:
        read_cut_list(text.encode(), "diary.txt")
    for reader in READERS:
        assert reader.NAME in str(refused.value)


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
    """Text is decoded by byte order mark, as UTF-16 without one, as UTF-8, else as Windows' code page with a note."""
    read = read_cut_list(raw)
    assert rows(read) == [("01:00:00:00", "01:00:02:10", "Café – Küche")]
    assert [note in text_note for text_note in read.notes if note] == ([True] if note else [])
    assert len(read.notes) == (1 if note else 0)


def test_a_file_too_large_is_refused_unread() -> None:
    """A file as large as a film is refused with that guess."""
    with pytest.raises(CutListError, match="Is it the film itself"):
        read_cut_list(bytes(MAX_BYTES + 1))


def test_rates_of_a_heading_are_exact() -> None:
    """An ALE's 23.976, 23.98 and 29.97 are 24000/1001 and 30000/1001."""
    for written, exact in (("23.976", 24000 / 1001), ("23.98", 24000 / 1001), ("29.97", 30000 / 1001), ("25", 25.0)):
        text = ALE.format(fps=written, columns="Start\tEnd", rows="01:00:00:00\t01:00:02:00")
        rate = read_cut_list(text.encode()).rate
        assert rate is not None
        assert float(rate) == exact
    assert (
        read_cut_list(ALE.format(fps="?", columns="Start\tEnd", rows="1:00:00:00\t01:00:02:00").encode()).rate is None
    )
