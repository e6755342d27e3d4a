"""Subtitles that are moved to another cut."""

from __future__ import annotations

import pytest

from emotion_core.errors import CutListError
from emotion_core.interchange.conforming import conform_list
from tests.support.conformed import two_known_cuts

SRT = """1
00:00:01,500 --> 00:00:03,250
<i>Hello</i>
{\\an8}you

2
00:00:21,000 --> 00:00:22,000
Gone

3
00:00:09,000 --> 00:00:15,000
Over the cut
"""


def test_srt_keeps_its_text_and_loses_what_is_left_out() -> None:
    """A cue over a trim stays one, and is shorter by it."""
    moved = conform_list(SRT.encode(), "a.srt", two_known_cuts())
    assert moved.content.decode() == (
        "1\n00:00:01,500 --> 00:00:03,250\n<i>Hello</i>\n{\\an8}you\n\n2\n00:00:09,000 --> 00:00:11,000\nOver the cut\n"
    )
    assert [(move.name, move.state) for move in moved.lost] == [("Gone", "lost"), ("Over the cut", "shortened")]


def test_webvtt_keeps_styles_settings_and_moves_inner_times() -> None:
    """All but the times stays."""
    text = (
        "WEBVTT - t\n\nSTYLE\n::cue { color: red }\n\nNOTE hi\n\nid1\n00:30.000 --> 00:34.000 line:0\n"
        "Two <00:00:31.000>w\n"
    )
    written = conform_list(text.encode(), "a.vtt", two_known_cuts()).content.decode()
    assert written == (
        "WEBVTT - t\n\nSTYLE\n::cue { color: red }\n\nNOTE hi\n\nid1\n00:00:16.000 --> 00:00:20.000 line:0\n"
        "Two <00:00:17.000>w\n"
    )


def test_subtitles_of_another_film_are_refused() -> None:
    """Those that reach beyond the film's end; from its start timecode, or from a whole hour, they are not."""
    with pytest.raises(CutListError, match="beyond the first film's end"):
        conform_list(b"1\n00:10:00,000 --> 00:10:01,000\nx\n", "a.srt", two_known_cuts())
    moved = conform_list(b"1\n01:00:30,000 --> 01:00:31,000\nx\n", "a.srt", two_known_cuts())
    assert moved.content.decode().splitlines()[1] == "02:00:16,000 --> 02:00:17,000"
    with pytest.raises(CutListError, match="no cue"):
        conform_list(b"WEBVTT\n", "a.vtt", two_known_cuts())
