"""A film's people under its present settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...analysis import tracks_in
from ...errors import ScanError
from ...people import FilmPeople, read_people

if TYPE_CHECKING:
    from ..library import Library


def people_of_film(library: Library, film_id: str) -> FilmPeople:
    """The people of an analysed film, told apart by embeddings where it has some that can be read.

    Raises LibraryError, ScanError, or EarlierVersion as its analysis does.
    """
    analysis = library.analysis(film_id)
    scan = library.newest_scan(film_id)
    assert scan is not None  # it has an analysis
    problem = ""
    try:
        embeddings = library.store(scan.id).embeddings()
    except ScanError as error:
        embeddings, problem = None, str(error)
    if embeddings is not None and len(embeddings) != len(analysis.observations.faces):
        embeddings = None  # frames are being added to the scan
    return read_people(analysis, tracks_in(analysis), embeddings, problem)


def has_embeddings(library: Library, film_id: str) -> bool:
    """Whether the film's newest scan has embeddings of faces."""
    scan = library.newest_scan(film_id)
    return scan is not None and library.store(scan.id).tells_people_apart
