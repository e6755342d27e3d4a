"""People of tracks: by names, by embeddings, and numbered so that naming one renumbers nobody."""

from __future__ import annotations

from emotion_core.people import people_of
from tests.support.planted_people import Seen, embedded, filmed, named, recognised

STORY = [[Seen("Ann"), Seen("Bob", samples=(1, 2))], [Seen("Bob")], [Seen("Ann"), Seen("Cy", samples=(0,))], []]


def test_embeddings_put_tracks_together_and_screen_time_numbers_them() -> None:
    """The longest on screen is Person 1; seconds are those for which the sampled frames stand."""
    analysis, tracks, who = filmed(STORY)
    people = recognised(analysis, tracks, who).people
    assert [(person.label, person.name, len(person.tracks)) for person in people] == [
        ("Person 1", None, 2), ("Person 2", None, 2), ("Person 3", None, 1)
    ]  # fmt: skip
    assert [round(person.seconds, 6) for person in people] == [4.0, 2.8, 0.4]


def test_a_name_renumbers_nobody() -> None:
    """Named, the second person leaves the first and the third their numbers; a number that is a name is left out."""
    analysis, tracks, who = filmed(STORY)
    embeddings = embedded(tracks, who, len(analysis.observations.faces))
    once = people_of(analysis, named(tracks, ["", "Bob", "", "", ""]), embeddings).people
    assert [person.label for person in once] == ["Person 1", "Bob", "Person 3"]
    again = people_of(analysis, named(tracks, ["", "person 1", "", "", ""]), embeddings).people
    assert [person.label for person in again] == ["Person 2", "person 1", "Person 3"]


def test_without_embeddings_people_are_those_with_names() -> None:
    """The other tracks are nobody's yet, one by one, from the longest."""
    analysis, tracks, _ = filmed(STORY)
    people = people_of(analysis, named(tracks, ["Ann", "", "", "Ann", ""]))
    assert [(person.label, len(person.tracks)) for person in people.people] == [("Ann", 2)]
    assert [(person.label, round(person.seconds, 6)) for person in people.unknown] == [
        ("Face 1", 2.0), ("Face 2", 0.8), ("Face 3", 0.4)
    ]  # fmt: skip
    assert not people.by_embeddings
    assert people.person("Face 2") == people.unknown[1]


def test_a_track_without_embedding_is_nobody_s_unless_it_has_a_name() -> None:
    """A face that could not be aligned says nothing about who it is."""
    analysis, tracks, who = filmed(STORY)
    embeddings = embedded(tracks, ["Ann", "", "Bob", "Ann", ""], len(analysis.observations.faces))
    people = people_of(analysis, named(tracks, ["", "", "", "", "Cy"]), embeddings)
    assert {person.label for person in people.people} == {"Person 1", "Person 2", "Cy"}
    assert [person.tracks for person in people.unknown] == [(tracks[who.index("Bob")],)]


def test_a_missed_sample_is_on_screen_but_a_track_left_out_is_not() -> None:
    """A track lasts from its first face to its last."""
    analysis, tracks, _ = filmed([[Seen("Ann", samples=(0, 3))], [Seen("Ann")]])
    (ann,) = people_of(analysis, named(tracks, ["Ann", "Ann"])).people
    assert ann.frames == (5, 15, 25, 35, 55, 65, 75, 85, 95)
    (ann,) = people_of(analysis, (tracks[0], *named(tracks[1:], ["Ann"]))).people
    assert len(ann.frames) == 5


def test_what_is_hardly_a_face_is_no_person_by_itself() -> None:
    """A pattern on a scarf that is taken for a face twice is nobody's; named, it is whoever the editor says."""
    scarf = Seen("Scarf", score=0.6)
    analysis, tracks, who = filmed([[Seen("Ann"), scarf], [scarf]])
    people = recognised(analysis, tracks, who)
    assert [person.label for person in people.people] == ["Person 1"]
    assert len(people.unknown) == 2
    named_scarf = people_of(
        analysis, named(tracks, ["", "Moth", ""]), embedded(tracks, who, len(analysis.observations.faces))
    )
    assert [person.label for person in named_scarf.people] == ["Person 1", "Moth"]
