"""A film's people under its present settings, and corrections of them as steps that can be undone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...analysis import tracks_in
from ...errors import LibraryError, ScanError
from ...people import FilmPeople, Operation, read_people
from ...scenes import shots_in
from ...settings import ReportSettings

if TYPE_CHECKING:
    from ..edit_history import EditState
    from ..library import Library
    from ..records import Scan


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


def correct_people(library: Library, film_id: str, operation: Operation, what: str) -> None:
    """Correct a film's people as a step that can be undone, with the description `what`.

    Raises CorrectionError where the faces that it is about are not there any more, LibraryError without an analysis.
    """
    scan = library.newest_scan(film_id)
    if scan is None:
        raise LibraryError(f"{library.film(film_id).name} has not been analysed yet.", "Analyse it first.")
    before = library.edit_state(film_id)
    prepared = _corrected(library, scan, before.settings, operation)  # before the lock, so that nobody waits for it

    def apply(current: EditState) -> ReportSettings:
        if current.revision == before.revision:
            return prepared
        return _corrected(library, scan, current.settings, operation)

    library.change_report_settings(film_id, apply, what)


def _corrected(library: Library, scan: Scan, settings: ReportSettings, operation: Operation) -> ReportSettings:
    analysis = library.analysis_of(scan, settings)
    shots = shots_in(row.scene for row in analysis.scenes)
    return replace(settings, faces=operation(settings.faces, analysis.observations, shots))
