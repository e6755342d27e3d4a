"""Markers of a film's people: a file a person, named after film and person."""

from __future__ import annotations

from pathlib import PurePath

from ...interchange import FormatName, MarkerSettings, file_stem, mark_person, write_files
from ...people import Arc, FilmPeople

_NEVER_IN_NAMES = frozenset('\\/:*?"<>|')
"""Characters that a file name cannot have on one of the systems."""
_LONGEST = 60
"""Characters of a person's name in a file's name."""


def marker_files(
    people: FilmPeople, arc: Arc, film: str, name: FormatName, settings: MarkerSettings | None = None
) -> dict[str, bytes]:
    """The appearances of a person in the file called `film` as files of an editing tool's format.

    They are called “cut 7-01 Ann-resolve-markers.edl”, by the person's place among all. Raises SettingsError as
    mark_person.
    """
    markers = mark_person(people.analysis, arc, film, settings)
    place = next(place for place, other in enumerate((*people.arcs, *people.unknown), start=1) if other is arc)
    plain = "".join("_" if each in _NEVER_IN_NAMES else each for each in arc.person.label)[:_LONGEST].rstrip(". ")
    return write_files(name, markers, file_stem(name, f"{PurePath(film).stem}-{place:02} {plain}-{name}"))
