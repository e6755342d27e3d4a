"""`python -m emotion_core compare BEFORE AFTER`: what a re-cut changed, scene by scene."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ComparisonError

if TYPE_CHECKING:
    from ..analysis import Analysis
    from ..compare import AlignmentMap, SceneChange


def compare(
    context: typer.Context,
    before: Annotated[Path, typer.Argument(readable=False, help="A film that was analysed before.")],
    after: Annotated[Path, typer.Argument(readable=False, help="Another cut of it, analysed too.")],
    csv: Annotated[
        Path | None, typer.Option(readable=False, help="Write both films' scenes and every change here.")
    ] = None,
) -> None:
    """Set the scenes of two analysed cuts beside the same footage, and say what changed."""
    from ..library import Library, outputs

    (csv_file,) = targets = outputs.outputs_for(Library.existing(), (before, after), csv)
    context.with_resource(outputs.keep_standard_output_clear(targets))
    earlier, later, shared, changes = load_comparison(before, after)

    from ..compare import comparison_table, display_table, recut_summary
    from ..report import csv_bytes

    print(recut_summary(shared, changes))
    if csv_file is not None:
        csv_file.write(csv_bytes(comparison_table(earlier, later, changes)))
        return
    print(display_table(earlier, later, changes).fillna("–").to_string(index=False))


def load_comparison(before: Path, after: Path) -> tuple[Analysis, Analysis, AlignmentMap, tuple[SceneChange, ...]]:
    """Two analysed cuts, the footage that both show, and the change of each scene. Prints the comparison's warnings.

    Raises ComparisonError for the same film twice and for different label sets, LibraryError for a film that was not
    analysed.
    """
    from ..library import Library
    from ..media import content_id

    library = Library.existing()
    ids = [library.film(content_id(film)).id for film in (before, after)]
    if ids[0] == ids[1]:
        raise ComparisonError(f"{before.name} and {after.name} are the same film.", "Name two different ones.")

    from ..compare import align, check_comparable, pair  # an unknown film is refused before they are loaded

    earlier, later = (library.analysis(film_id) for film_id in ids)
    for warning in check_comparable(earlier, later):
        print(f"Note: {warning}")
    shared = align(earlier.observations, later.observations)
    return earlier, later, shared, pair(earlier, later, shared)
