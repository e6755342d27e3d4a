"""Corrections of people by hand are corrections of tracks, and apply to them as they are now."""

from __future__ import annotations

import pytest

from emotion_core.errors import CorrectionError
from emotion_core.face_corrections import FaceAnchor, FaceCorrections
from emotion_core.people import (
    Operation,
    People,
    free_name,
    leave_out,
    merge_people,
    name_person,
    people_of,
    put_back,
    take_out,
)
from emotion_core.scenes import shots_in
from emotion_core.tracks import tracks_of
from tests.support.planted_people import Seen, embedded, filmed

STORY = [[Seen("Ann"), Seen("Bob", samples=(1, 2))], [Seen("Bob")], [Seen("Ann"), Seen("Cy", samples=(0,))]]
ANALYSIS, TRACKS, WHO = filmed(STORY)
SHOTS = shots_in(row.scene for row in ANALYSIS.scenes)
EMBEDDINGS = embedded(TRACKS, WHO, len(ANALYSIS.observations.faces))


def after(*operations: Operation, corrections: FaceCorrections | None = None) -> FaceCorrections:
    corrections = corrections or FaceCorrections()
    for operation in operations:
        corrections = operation(corrections, ANALYSIS.observations, SHOTS)
    return corrections


def shown(corrections: FaceCorrections | None = None) -> People:
    return people_of(ANALYSIS, tracks_of(ANALYSIS.observations, SHOTS, corrections), EMBEDDINGS)


def summary(corrections: FaceCorrections) -> dict[str, int]:
    return {person.label: len(person.tracks) for person in shown(corrections).people}


def test_naming_a_person_names_all_their_tracks_and_an_empty_name_takes_it_away() -> None:
    """White space is one space; the number comes back."""
    person = shown().people[0]
    anchors = [track.anchor for track in person.tracks]
    named = after(name_person(anchors, "  Ann   B. "))
    assert {name for _, name in named.names} == {"Ann B."}
    assert {*anchors} <= {anchor for anchor, _ in named.names}
    assert summary(named) == {"Ann B.": 2, "Person 2": 2, "Person 3": 1}
    assert after(name_person(anchors, " "), corrections=named) == FaceCorrections()


def test_two_people_become_one_under_the_better_name() -> None:
    """A name goes before a number; two numbers leave the first."""
    one, two, three = shown().people
    assert summary(after(merge_people(one, three))) == {"Person 1": 3, "Person 2": 2}
    named = after(name_person([track.anchor for track in two.tracks], "Bob"))
    again = shown(named).people
    assert summary(after(merge_people(again[2], again[1]), corrections=named)) == {"Person 1": 2, "Bob": 3}


def test_a_track_taken_out_stays_out() -> None:
    """Alike as it looks: the others keep their person by name, and the track has its own."""
    person = shown().people[0]
    out = after(take_out(person, [person.tracks[1].anchor], "Twin"))
    assert summary(out) == {"Person 1": 1, "Person 2": 2, "Twin": 1, "Person 4": 1}
    with pytest.raises(CorrectionError, match="another name"):
        take_out(person, [person.tracks[1].anchor], "person 1")


def test_left_out_and_put_back() -> None:
    """Nobody's faces are no person; put back, they are again."""
    person = shown().people[1]
    anchors = [track.anchor for track in person.tracks]
    out = after(leave_out(anchors))
    assert summary(out) == {"Person 1": 2, "Person 2": 1}
    assert after(put_back(anchors), corrections=out) == FaceCorrections()


def test_an_anchor_is_the_nearest_face_and_one_without_a_face_is_told() -> None:
    """Places on frames outlive the numbers of faces."""
    place = TRACKS[1].anchor
    near = FaceAnchor(place.frame, place.x + 0.03, place.y - 0.02)
    assert after(name_person([near], "Bob")) == after(name_person([place], "Bob"))
    renamed = after(name_person([place], "Rob"), corrections=FaceCorrections(names=((near, "Bob"),)))
    assert {name for _, name in renamed.names} == {"Rob"}
    with pytest.raises(CorrectionError, match="frame 6"):
        after(name_person([FaceAnchor(6, 0.5, 0.5)], "Bob"))


def test_the_first_free_name_is_nobody_s() -> None:
    """Whatever its case."""
    assert free_name(["Person 1", "person 2", "Ann"]) == "Person 3"
