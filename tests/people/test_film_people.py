"""A film's people with all that is shown of them."""

from __future__ import annotations

from dataclasses import replace

from emotion_core.people import read_people
from tests.support.planted_people import Seen, filmed, named


def test_everyone_is_found_by_label_and_the_tracks_left_out_are_listed() -> None:
    """People first, then those of whom nobody knows who they are."""
    analysis, tracks, _ = filmed([[Seen("Ann"), Seen("Bob", samples=(1,))], [Seen("Poster")]])
    tracks = named(tracks, ["Ann", "", ""])
    film = read_people(analysis, (*tracks[:2], replace(tracks[2], left_out=True)))
    assert [arc.person.label for arc in film.arcs] == ["Ann"]
    assert [arc.person.label for arc in film.unknown] == ["Face 1"]
    assert [track.anchor for track in film.left_out] == [tracks[2].anchor]
    found = film.arc("Face 1")
    assert found is not None
    assert found.person.tracks == (tracks[1],)
    assert film.arc("fACE 1") is found
    assert film.arc("Nobody") is None
