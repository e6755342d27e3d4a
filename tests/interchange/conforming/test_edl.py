"""EDLs that are moved to another cut."""

from __future__ import annotations

from fractions import Fraction

from emotion_core.interchange.conforming import Cut, TwoCuts, conform_list
from emotion_core.interchange.conforming.cuts import footage
from emotion_core.interchange.conforming.stretches import FrameStretch
from tests.support.conformed import two_known_cuts
from tests.support.scans import media

EDL = """TITLE: Reel
FCM: NON-DROP FRAME

001  AX       V     C        00:00:10:00 00:00:20:00 01:00:00:00 01:00:10:00
* FROM CLIP NAME: a.mov
* LOC: 01:00:05:00 RED     Look
* LOC: 01:00:12:00 RED     Gone
002  BX       V     C        00:00:00:00 00:00:00:00 01:00:10:00 01:00:10:00
002  CX       V     D    012 00:00:05:00 00:00:25:00 01:00:10:00 01:00:20:00
* FROM CLIP NAME: b.mov
* TO CLIP NAME: c.mov
M2   CX       050.0             00:00:05:00
003  DX       V     C        00:00:00:00 00:00:10:00 01:00:20:00 01:00:30:00
"""


def test_events_are_cut_to_what_remains_of_them() -> None:
    """A retimed event whose head went keeps its speed, and begins with a cut; one that is left out is listed."""
    moved = conform_list(EDL.encode(), "reel.edl", two_known_cuts())
    assert moved.content.decode().splitlines() == [
        "TITLE: Reel",
        "FCM: NON-DROP FRAME",
        "001  AX       V     C        00:00:10:00 00:00:20:00 02:00:00:00 02:00:10:00",
        "* FROM CLIP NAME: a.mov",
        "* LOC: 02:00:05:00 RED     Look",
        "002  CX       V     C        00:00:13:00 00:00:25:00 02:00:10:00 02:00:16:00",
        "* FROM CLIP NAME: c.mov",
        "M2   CX       050.0             00:00:13:00",
    ]
    assert [(move.name, move.state, move.reason) for move in moved.lost] == [
        ("c.mov", "shortened", "4.00 s of it are left out"),
        ("DX", "lost", "scene 3 is left out"),
        ("Gone", "lost", "this part of scene 2 is trimmed away"),
    ]


def test_resolves_markers_stand_at_every_place_when_asked() -> None:
    """A marker on footage that is shown twice stands once, in order; with `every` twice. Its length is kept."""
    text = (
        "TITLE: Timeline\nFCM: NON-DROP FRAME\n\n"
        "001  001      V     C        01:00:02:00 01:00:02:01 01:00:02:00 01:00:02:01\n"
        " |C:ResolveColorBlue |M:Mark |D:25\n"
    )
    once = conform_list(text.encode(), "m.edl", two_known_cuts()).content.decode().splitlines()
    assert once[2:] == [
        "001  001      V     C        02:00:02:00 02:00:02:01 02:00:02:00 02:00:02:01",
        " |C:ResolveColorBlue |M:Mark |D:25",
    ]
    twice = conform_list(text.encode(), "m.edl", two_known_cuts(), every=True).content.decode().splitlines()
    assert twice[4].startswith("002  001      V     C        02:00:28:00")


def test_a_list_that_does_not_begin_with_the_films_timecode_keeps_its_own_beginning() -> None:
    """A list from 10:00:00:00 of a film from 01:00:00:00 begins there in the second cut too."""
    text = (
        "TITLE: x\n001  AX  V  C  00:00:00:00 00:00:10:00 10:00:00:00 10:00:10:00\n"
        "002  AX  V  C  00:00:10:00 00:00:40:00 10:00:10:00 10:00:40:00\n"
    )
    lines = conform_list(text.encode(), "x.edl", two_known_cuts()).content.decode().splitlines()
    assert [line.split()[-2:] for line in lines[1:]] == [
        ["10:00:00:00", "10:00:10:00"], ["10:00:10:00", "10:00:16:00"], ["10:00:16:00", "10:00:26:00"]
    ]  # fmt: skip
    assert lines[2].split()[4:6] == ["00:00:14:00", "00:00:20:00"]


def test_drop_frame_is_counted_in_sources_and_records() -> None:
    """A list with colons throughout, of a drop-frame film, counts as the film; 900 frames are cut off its head."""
    rate = Fraction(30000, 1001)
    first = Cut(media(rate=rate, duration=18_000 / rate, start_frame=107_892, drop_frame=True), 18_000, ())
    second = Cut(media(rate=rate, duration=17_100 / rate, drop_frame=True), 17_100, ())
    cuts = TwoCuts(first, second, footage((first, second), [FrameStretch((900, 18_000), (0, 17_100))]))
    text = (
        "TITLE: d\nFCM: DROP FRAME\n001 AX V C 00:00:00:00 00:05:00:02 01:00:00:00 01:05:00:02\n"
        "002 AX V C 00:05:00:02 00:10:00:00 01:05:00:02 01:10:00:00\n"
    )
    lines = conform_list(text.encode(), "d.edl", cuts).content.decode().splitlines()
    assert lines[2:] == [
        "001 AX V C 00:00:30:00 00:05:00:02 00:00:00;00 00:04:30;00",
        "002 AX V C 00:05:00:02 00:10:00:00 00:04:30;00 00:09:30;00",
    ]


def test_a_film_of_another_rate_counts_its_own_frames() -> None:
    """From 24 to 25 frames a second the list is moved by time; its sources count as before."""
    first = Cut(media(rate=Fraction(24), duration=Fraction(40), start_frame=86_400), 960, ())
    second = Cut(media(duration=Fraction(36), start_frame=90_000), 900, ())
    cuts = TwoCuts(first, second, footage((first, second), [FrameStretch((96, 960), (0, 900))]))
    text = "TITLE: d\n001 AX V C 00:00:00:00 00:00:40:00 01:00:00:00 01:00:40:00\n* LOC: 01:00:12:12 RED x\n"
    lines = conform_list(text.encode(), "d.edl", cuts).content.decode().splitlines()
    assert lines[1:] == ["001 AX V C 00:00:04:00 00:00:40:00 01:00:00:00 01:00:36:00", "* LOC: 01:00:08:13 RED x"]
