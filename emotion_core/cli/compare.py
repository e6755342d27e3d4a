"""`python -m emotion_core compare BEFORE AFTER`: what a re-cut did, scene by scene."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ComparisonError

if TYPE_CHECKING:
    from ..analysis.records import Analysis
    from ..compare.alignment import Footage
    from ..compare.changes import SceneChange


def compare(
    context: typer.Context,
    before: Annotated[Path, typer.Argument(readable=False, help="A film that was analysed before.")],
    after: Annotated[Path, typer.Argument(readable=False, help="Another cut of it, analysed too.")],
    csv: Annotated[
        Path | None, typer.Option(readable=False, help="Write both films' scenes and every change here.")
    ] = None,
) -> None:
    """Set the scenes of two analysed cuts beside the same footage, and say what changed."""
    from ..compare import changes as comparing, table as side_by_side
    from ..library import outputs
    from ..library.library import Library
    from ..report import csv_file as csv_report

    (csv_file,) = made = outputs.asked_for(Library.existing(), (before, after), csv)
    context.with_resource(outputs.clear_of(made))
    one, other, shared, changes = beside(before, after)
    print(side_by_side.told(shared, changes))
    if csv_file is not None:
        csv_file.write(csv_report.csv(comparing.comparison_table(one, other, changes)))
        return
    print(side_by_side.table(one, other, changes).fillna("–").to_string(index=False))


def beside(before: Path, after: Path) -> tuple[Analysis, Analysis, Footage | None, tuple[SceneChange, ...]]:
    """Two analysed cuts, the footage that both show, and what became of each scene; prints what warns of them.

    Raises ComparisonError for one film twice and for label sets that differ, LibraryError for a film not analysed.
    """
    from ..compare.alignment import footage
    from ..compare.changes import pair
    from ..compare.compatibility import check_comparable
    from ..library.library import Library
    from ..media.media import content_id

    library = Library.existing()
    ids = [library.film(content_id(film)).id for film in (before, after)]
    if ids[0] == ids[1]:
        raise ComparisonError(f"{before.name} and {after.name} are the same film.", "Name two different ones.")
    one, other = (library.analysis(film_id) for film_id in ids)
    for warning in check_comparable(one, other):
        print(f"Note: {warning}")
    shared = footage(one.observations, other.observations)
    return one, other, shared, pair(one, other, shared)
