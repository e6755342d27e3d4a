"""Tables that are moved to another cut."""

from __future__ import annotations

import pytest

from emotion_core.errors import CutListError
from emotion_core.interchange.conforming import conform_list, lost_table
from tests.support.conformed import two_known_cuts


def test_every_column_of_a_place_is_written_anew() -> None:
    """Timecode, frames and lengths; the other cells stay."""
    text = (
        "name,tc_in,tc_out,frame_in,seconds,target\nA,01:00:00:00,01:00:10:00,0,10.0,sad\n"
        "B,01:00:10:00,01:00:20:00,250,10.0,\nC,01:00:20:00,01:00:30:00,500,10.0,\nD,01:00:39:00,01:00:40:00,975,1.0,\n"
    )
    cuts = two_known_cuts()
    moved = conform_list(text.encode(), "a.csv", cuts)
    assert moved.content.decode().splitlines()[1:] == [
        "A,02:00:00:00,02:00:10:00,0,10.000,sad",
        "B,02:00:10:00,02:00:16:00,250,6.000,",
        "D,02:00:25:00,02:00:26:00,625,1.000,",
    ]
    rows = lost_table(cuts, moved.moves)
    assert rows[["name", "frame_in", "frame_out", "became", "reason"]].to_numpy().tolist() == [
        ["B", 250, 500, "shortened", "4.00 s of it are left out"],
        ["C", 500, 750, "lost", "scene 3 is left out"],
    ]


def test_pyscenedetects_frames_count_from_one() -> None:
    """The end is the last frame, counted from 1."""
    text = (
        "Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame\n"
        "1,1,00:00:00.000,0.000,250\n4,751,00:00:30.000,30.000,1000\n"
    )
    lines = conform_list(text.encode(), "a.csv", two_known_cuts()).content.decode().splitlines()
    assert lines[2] == "4,401,00:00:16.000,16.000,650"


def test_avids_markers_move() -> None:
    """They have no heading."""
    text = "me\t01:00:32:00\tV1\tred\tlook\nme\t01:00:25:00\tV1\tred\tno\n"
    moved = conform_list(text.encode(), "a.txt", two_known_cuts())
    assert moved.content.decode() == "me\t02:00:18:00\tV1\tred\tlook\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name,frame\nA,5000\n", "beyond the first film's end"),
        ("hello\n", "no list that can be moved"),
        ("", "empty"),
    ],
)
def test_what_does_not_fit_is_refused(text: str, says: str) -> None:
    """A list of another film, a text of no format, an empty file."""
    with pytest.raises(CutListError, match=says):
        conform_list(text.encode(), "a.csv", two_known_cuts())
