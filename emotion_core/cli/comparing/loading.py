"""Two analysed cuts and what is found between them, for commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import ComparisonError

if TYPE_CHECKING:
    from ...analysis import Analysis
    from ...compare import AlignmentMap, SceneChange
    from ...compare.change_list import ChangeList


def load_comparison(before: Path, after: Path) -> tuple[Analysis, Analysis, AlignmentMap, tuple[SceneChange, ...]]:
    """Two analysed cuts, the footage that both show, and the change of each scene. Prints the comparison's warnings.

    Raises ComparisonError for the same film twice and for different label sets, LibraryError for a film that was not
    analysed.
    """
    from ...library import Library
    from ...media import content_id

    library = Library.existing()
    ids = [library.film(content_id(film)).id for film in (before, after)]
    if ids[0] == ids[1]:
        raise ComparisonError(f"{before.name} and {after.name} are the same film.", "Name two different ones.")

    from ...compare import check_comparable  # an unknown film is refused before they are loaded
    from ...library.projects import aligned, paired_scenes

    earlier, later = (library.analysis(film_id) for film_id in ids)
    for warning in check_comparable(earlier, later):
        print(f"Note: {warning}")
    shared = aligned(library, earlier, later)
    return earlier, later, shared, paired_scenes(library, earlier, later, shared)


def load_changes(before: Path, after: Path) -> tuple[Analysis, Analysis, ChangeList]:
    """Two analysed cuts and what became of their scenes. Prints and raises as load_comparison."""
    from ...library import Library
    from ...library.projects import listed_changes

    earlier, later, shared, scenes = load_comparison(before, after)
    return earlier, later, listed_changes(Library.existing(), earlier, later, shared, scenes)
