"""A person as markers of editing tools."""

from __future__ import annotations

from fractions import Fraction

import pytest

from emotion_core.errors import SettingsError
from emotion_core.interchange import FORMATS, MarkerSettings, mark_person, write_files
from emotion_core.people import read_people
from tests.support.planted_people import Seen, filmed, named

STORY = [[Seen("Ann", "sad", samples=(1, 2, 4))], [Seen("Bob")], [Seen("Ann", score=0.5)]]


def test_a_marker_goes_from_in_to_out_of_an_appearance() -> None:
    """Its name says who and what the faces show; where they are too few, that. At another rate it keeps time."""
    analysis, tracks, who = filmed(STORY)
    tracks = named(tracks, who)
    ann = read_people(analysis, tracks).arc("Ann")
    assert ann is not None
    marked = mark_person(analysis, ann, "cut 7.mov")
    assert [(marker.start, marker.frames, marker.emotion) for marker in marked.markers] == [
        (10, 40, "sad"), (100, 50, None)
    ]  # fmt: skip
    assert [marker.name for marker in marked.markers] == ["Ann: sad 70 %", "Ann: not enough faces"]
    assert "scene 1; on screen for 1.6 s; sad 70 %" in marked.markers[0].note
    assert [m.start for m in mark_person(analysis, ann, "a.mov", MarkerSettings(rate=Fraction(50))).markers] == [
        20,
        200,
    ]
    short = mark_person(analysis, ann, "a.mov", MarkerSettings(as_long_as_scenes=False, expressions=("sad",)))
    assert [marker.frames for marker in short.markers] == [1]
    with pytest.raises(SettingsError, match="no appearance"):
        mark_person(analysis, ann, "a.mov", MarkerSettings(expressions=("happy",)))


def test_every_format_of_markers_takes_a_person() -> None:
    """Through the registry that scenes use."""
    analysis, tracks, who = filmed(STORY)
    ann = read_people(analysis, named(tracks, who)).arc("Ann")
    assert ann is not None
    marked = mark_person(analysis, ann, "cut 7.mov")
    for name, form in FORMATS.items():
        if not form.has_every_scene:
            (content,) = write_files(name, marked, "ann").values()
            assert b"Ann" in content.replace(b"\x00", b"")
