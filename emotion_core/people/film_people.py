"""A film's people with all that is shown of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..analysis import Analysis
from ..tracks import Track
from .arcs import Arc, arcs_of
from .people import People, people_of


@dataclass(frozen=True, slots=True, eq=False)
class FilmPeople:
    """The people of an analysed film, and their arcs."""

    analysis: Analysis
    tracks: tuple[Track, ...]
    """All of the film, those that were left out too."""
    people: People
    arcs: tuple[Arc, ...]
    """Of all people, from the longest on screen."""
    unknown: tuple[Arc, ...]
    """Of the tracks of nobody knows whom."""
    problem: str = ""
    """Why the embeddings that the film has are not used; empty where nothing is wrong."""

    @property
    def left_out(self) -> tuple[Track, ...]:
        """The tracks that were left out: nobody's."""
        return tuple(track for track in self.tracks if track.left_out)

    def arc(self, label: str) -> Arc | None:
        """The arc of the person, or track of nobody knows whom, with this label; capitals need not agree."""
        arcs = (*self.arcs, *self.unknown)
        exact = (arc for arc in arcs if arc.person.label == label)
        alike = (arc for arc in arcs if arc.person.label.casefold() == label.casefold())
        return next(exact, None) or next(alike, None)


def read_people(
    analysis: Analysis,
    tracks: Sequence[Track],
    embeddings: NDArray[np.floating] | None = None,
    problem: str = "",
) -> FilmPeople:
    """The people of an analysed film, see `people_of`, with their arcs."""
    people = people_of(analysis, tracks, embeddings)
    arcs = arcs_of(analysis, people, (*people.people, *people.unknown))
    count = len(people.people)
    return FilmPeople(analysis, tuple(tracks), people, arcs[:count], arcs[count:], problem)
