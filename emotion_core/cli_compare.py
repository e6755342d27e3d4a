"""`python -m emotion_core compare BEFORE AFTER`: what a re-cut did, scene by scene."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .errors import ComparisonError


def compare(
    before: Annotated[Path, typer.Argument(help="A film that was analysed before.")],
    after: Annotated[Path, typer.Argument(help="Another cut of it, analysed too.")],
    csv: Annotated[Path | None, typer.Option(help="Write both films' scenes and every change here.")] = None,
) -> None:
    """Set the scenes of two analysed cuts beside the same footage, and say what changed."""
    from . import comparable, report, side_by_side
    from . import compare as comparing
    from .footage import footage
    from .library import Library
    from .media import content_id
    from .storage import write_whole

    library = Library.open()
    ids = [library.film(content_id(film)).id for film in (before, after)]
    if ids[0] == ids[1]:
        raise ComparisonError(f"{before.name} and {after.name} are the same film.", "Name two different ones.")
    one, other = (library.analysis(film_id) for film_id in ids)
    for warning in comparable.check_comparable(one, other):
        print(f"Note: {warning}")
    shared = footage(one.observations, other.observations)
    changes = comparing.pair(one, other, shared)
    print(side_by_side.told(shared, changes))
    if csv is not None:
        write_whole(csv, report.csv(comparing.comparison_table(one, other, changes)))
        return
    print(side_by_side.table(one, other, changes).fillna("–").to_string(index=False))
