"""The records of the export formats."""

from __future__ import annotations

from fractions import Fraction

import pytest

from emotion_core.interchange import FORMATS, NAMES, FormatName
from tests.support.marker_lists import marker_list
from tests.support.scans import media

FILM = media(duration=Fraction(8))


@pytest.mark.parametrize("name", NAMES)
def test_a_format_states_whether_its_markers_have_lengths(name: FormatName) -> None:
    """Markers as long as their scenes and markers of one frame differ in a format exactly if it has durations."""
    long, points = (marker_list(FILM, [0, 50, 120], points=points) for points in (False, True))
    assert (FORMATS[name].write(long) != FORMATS[name].write(points)) == FORMATS[name].has_durations


@pytest.mark.parametrize("name", NAMES)
def test_a_format_states_whether_it_has_every_scene(name: FormatName) -> None:
    """A format's file is independent of the chosen markers exactly if it has every scene."""
    every, some = (marker_list(FILM, [0, 50, 120], skipped=skipped) for skipped in (0, 1))
    assert (FORMATS[name].write(every) == FORMATS[name].write(some)) == FORMATS[name].has_every_scene


@pytest.mark.parametrize("name", NAMES)
def test_a_format_describes_itself(name: FormatName) -> None:
    """Each format has its name, a suffix in lower case, a title and a sentence on how to import it."""
    chosen = FORMATS[name]
    assert chosen.name == name
    assert chosen.suffix.startswith(".")
    assert chosen.suffix == chosen.suffix.lower()
    assert chosen.title
    assert chosen.how.endswith(".")
    assert chosen.content.isalpha()
