"""Notes and deviations as markers, in every format, read back."""

from __future__ import annotations

from fractions import Fraction

import pytest

from emotion_core.analysis import Analysis, analyse
from emotion_core.annotations import Annotations, Note, Target
from emotion_core.interchange import FORMATS, NAMES, FormatName, MarkerSettings, mark_scenes
from tests.support.cut_lists import frames, laid
from tests.support.scans import Look, by_cuts, logits_of, observations

HAPPY: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.88))

WRITTEN = Annotations(
    (Note(0, "Slow | =1", of_scene=True), Note(33, "<b>Two</b>"), Note(33, "One\nline"), Note(99, "Last")),
    (Target(0, "sad"), Target(50, "happy")),
)


@pytest.fixture(scope="module")
def film() -> Analysis:
    """Two scenes of two seconds, both happy; the first was to be sad."""
    looks = {frame: [HAPPY] for frame in range(0, 100, 5)}
    return analyse(observations(looks), by_cuts(50, annotations=WRITTEN))


def test_notes_lie_at_their_frames(film: Analysis) -> None:
    """A note has a marker of its own, those at one frame share it, and one at a scene's marker joins that."""
    markers = mark_scenes(film, "a.mov").markers
    assert [(marker.start, marker.frames) for marker in markers] == [(0, 50), (33, 1), (50, 50), (99, 1)]
    assert [marker.name for marker in markers] == ["1 happy 88 % + note", "Note", "2 happy 88 %", "Note"]
    assert markers[0].note.startswith("Note: Scene 1: Slow | =1; ")
    assert markers[1].note == "<b>Two</b>; One line"
    assert markers[3].note == "Last"


@pytest.mark.parametrize("name", NAMES)
def test_every_format_has_the_notes(film: Analysis, name: FormatName) -> None:
    """What is written is read back: a marker at each note's frame, or a comment in a list of scenes."""
    content = FORMATS[name].write(mark_scenes(film, "a.mov"))
    text = content.decode()
    assert "One line" in text
    assert "Last" in text
    without = FORMATS[name].write(mark_scenes(film, "a.mov", MarkerSettings(notes=False))).decode()
    assert "One line" not in without
    read = laid(content, film.observations.media, name=f"a{FORMATS[name].suffix}")
    marks_only = name not in ("otio", "cut-list")  # those are read as their scenes
    assert frames(read) == ([0, 33, 50, 99] if marks_only else [0, 50])


def test_notes_follow_another_timeline(film: Analysis) -> None:
    """At another rate a note lies at its time, and never after the film's last frame."""
    markers = mark_scenes(film, "a.mov", MarkerSettings(rate=Fraction(24), scenes=False)).markers
    assert [marker.start for marker in markers] == [0, 32, 95]
    assert {marker.emotion for marker in markers} == {"note"}


def test_deviations_are_a_choice(film: Analysis) -> None:
    """Only scenes that miss their target, whose names say so; every scene's note tells its target."""
    (marker,) = mark_scenes(film, "a.mov", MarkerSettings(off_target_only=True, notes=False)).markers
    assert marker.name == "1 off target sad: happy 88 %"
    assert "target sad: missed, off by 98 points (98–98)" in marker.note
    assert "target happy: met, off by 12 points" in mark_scenes(film, "a.mov").markers[2].note
