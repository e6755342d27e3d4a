"""Cut lists by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from emotion_core.errors import CutListError
from emotion_core.media import Media
from tests.support.cut_lists import laid
from tests.support.scans import media

NTSC = Fraction(30000, 1001)
LENGTH = Fraction(70)
PLAIN = media(duration=LENGTH)
STARTS_AT_ONE = media(duration=LENGTH, start_frame=90000)
DROP_FRAME = media(duration=LENGTH, rate=NTSC, start_frame=107892, drop_frame=True)
UNEVEN = media(is_vfr=True)

READ = [
    # the list, the film, (first frame, name) of each scene
    ("0 Opening\n412 Street\n", PLAIN, ((0, "Opening"), (412, "Street"))),
    ("412 Street\n0 Opening", PLAIN, ((0, "Opening"), (412, "Street"))),
    ("00:00:04:12 Kitchen, day", PLAIN, ((112, "Kitchen, day"),)),
    ("01:00:04:12 Kitchen", STARTS_AT_ONE, ((112, "Kitchen"),)),
    ("01:01:00;02 A\n01:00:00;00", DROP_FRAME, ((0, ""), (1800, "A"))),
    # Many write drop-frame with colons: the numbers are those that the film's own timecode shows.
    ("01:01:00:02 A\n01:00:00:00", DROP_FRAME, ((0, ""), (1800, "A"))),
    ("18.5s", PLAIN, ((463, ""),)),
    ("1s   Far   apart  ", PLAIN, ((25, "Far apart"),)),
    ("1s One", DROP_FRAME, ((30, "One"),)),
    ("# a note\n\n  7\tTabbed\n   # another\r\n8 Windows\r\n", PLAIN, ((7, "Tabbed"), (8, "Windows"))),
    ("7 Küche – Nacht", PLAIN, ((7, "Küche – Nacht"),)),
    ("7 =1+1", PLAIN, ((7, "=1+1"),)),
    ("0\n1\n2", PLAIN, ((0, ""), (1, ""), (2, ""))),
    ("5 Frame numbers are exact", UNEVEN, ((5, "Frame numbers are exact"),)),
]

REFUSED = [
    # the list, the film, words of the message
    ("", PLAIN, ["empty"]),
    ("# only a note", PLAIN, ["empty"]),
    ("0 A\nsoon B", PLAIN, ["Line 2", "soon", "HH:MM:SS:FF"]),
    ("0 A\n\n00:00:61:00 B", PLAIN, ["Line 3", "go to 59"]),
    ("00:00:01:25", PLAIN, ["Line 1", "frames to 24"]),
    ("00:00:01;00", PLAIN, ["Line 1", "Drop-frame is not defined"]),
    ("01:01:00;00", DROP_FRAME, ["Line 1", "leaves out"]),
    ("01:01:00:00", DROP_FRAME, ["Line 1", "leaves out"]),
    ("00:01:00;02", media(rate=NTSC), ["Line 1", "is drop-frame, but this film's timecode is not", "HH:MM:SS:FF"]),
    ("3 A\n3 B", PLAIN, ["Line 2", "repeats frame 3"]),
    ("25 A\n1s B", PLAIN, ["Line 2", "repeats frame 25"]),
    ("00:59:59:24 A", STARTS_AT_ONE, ["Line 1", "before the film's start"]),
    ("-4 A", PLAIN, ["Line 1", "-4"]),
    ("1.5 A", PLAIN, ["Line 1", "1.5"]),
    ("00:00:01:00 A", UNEVEN, ["Line 1", "frame rate varies", "frame numbers"]),
    ("1s A", UNEVEN, ["Line 1", "frame rate varies"]),
]


@pytest.mark.parametrize(("text", "film", "scenes"), READ)
def test_a_cut_list_is_read(text: str, film: Media, scenes: tuple[tuple[int, str], ...]) -> None:
    """Frames, seconds and timecodes (from the film's own start) name the first frame of a scene, in any order."""
    assert laid(text, film).cuts == scenes


@pytest.mark.parametrize(("text", "film", "words"), REFUSED)
def test_a_bad_line_is_named(text: str, film: Media, words: list[str]) -> None:
    """A line that names no frame of the film is refused with its number, the problem and the advice."""
    with pytest.raises(CutListError) as refusal:
        laid(text, film)
    for word in words:
        assert word in str(refusal.value)
    assert refusal.value.advice
