"""People as CSV: a row a person and scene."""

from __future__ import annotations

from collections.abc import Sequence

from ...people import Arc, FilmPeople, people_columns, people_rows
from ...report import rows_csv


def csv(film: FilmPeople, arcs: Sequence[Arc] | None = None) -> bytes:
    """The file, of `arcs` or of all people; its columns are described in docs/exports.md."""
    columns = people_columns(film.analysis.labels)
    rows = people_rows(film.analysis, film.people, film.arcs if arcs is None else arcs)
    return rows_csv(columns, ([row[name] for name in columns] for row in rows))
