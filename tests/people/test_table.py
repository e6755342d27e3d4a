"""The table of people: a row a person and scene."""

from __future__ import annotations

from emotion_core.people import arcs_of, people_columns, people_of, people_rows
from tests.support.planted_people import Seen, filmed, named


def test_a_row_says_who_is_where_for_how_long_and_with_whom() -> None:
    """The columns are those that are listed; what is missing is empty, never zero."""
    analysis, tracks, who = filmed([[Seen("Ann", "sad"), Seen("Bob", score=0.5, samples=(0,))], [Seen("Bob")]])
    people = people_of(analysis, named(tracks, who))
    rows = people_rows(analysis, people, arcs_of(analysis, people))
    assert all(list(row) and set(row) == set(people_columns(analysis.labels)) for row in rows)
    found = {(row["person"], row["scene"]): row for row in rows}
    assert set(found) == {("Ann", 1), ("Bob", 1), ("Bob", 2)}
    ann, bob = found["Ann", 1], found["Bob", 1]
    assert (ann["dominant"], ann["sad"], ann["seconds_on_screen"], ann["with"]) == ("sad", 0.7, 2.0, "Bob")
    assert (bob["dominant"], bob["sad"], bob["seconds_on_screen"], bob["coverage"]) == (None, None, 0.4, 0.0)
    assert (bob["share_of_scene"], bob["with"], bob["seconds_in_film"]) == (0.2, "Ann", 2.4)
    assert (ann["tc_in"], ann["tc_out"]) == ("00:00:00:00", "00:00:02:00")
