"""Who is on screen with whom."""

from __future__ import annotations

import pytest

from emotion_core.people import companions, people_of, seconds_together
from tests.support.planted_people import Seen, filmed, named

STORY = [[Seen("Ann"), Seen("Bob", samples=(1, 2))], [Seen("Bob", samples=(0, 1, 2))], [Seen("Cy", samples=(0,))]]


def test_seconds_are_those_of_the_sampled_frames_with_both() -> None:
    """The matrix is symmetric, with each one's own seconds on its diagonal; nobody's companions are left out."""
    analysis, tracks, who = filmed(STORY)
    people = people_of(analysis, named(tracks, who))
    assert [person.label for person in people.people] == ["Ann", "Bob", "Cy"]
    matrix = seconds_together(people)
    assert matrix == pytest.approx(matrix.T)
    assert matrix.diagonal() == pytest.approx([person.seconds for person in people.people])
    assert matrix[0, 1] == pytest.approx(0.8)
    assert matrix[0, 2] == 0
    ((other, seconds),) = companions(people, people.people[0])
    assert other.label == "Bob"
    assert seconds == pytest.approx(0.8)
    assert companions(people, people.people[2]) == ()
