"""Matched scenes of two films, kept on disk beside the analyses of the second. They can be deleted at any time.

As with lists of changes, see kept_changes, a file's name holds a fingerprint of all that they are made of.
"""

from __future__ import annotations

import contextlib
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ...errors import INVALID_DATA_ERRORS, LibraryError
from ...storage import hashed_json
from .kept_alignments import file_of_pair
from .kept_changes import CAPACITY, fingerprint_of_pair, number_of
from .kept_pairs import remove_oldest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...analysis import Analysis
    from ...compare import AlignmentMap, SceneChange
    from ..library import Library


def paired_scenes(
    library: Library, before: Analysis, after: Analysis, alignment: AlignmentMap
) -> tuple[SceneChange, ...]:
    """compare.pair of two films in the library: from disk where it was computed before, else computed and kept.

    Raises ComparisonError.
    """
    from ...compare import PAIR_FORMAT, check_comparable, pair

    check_comparable(before, after)
    digest = fingerprint_of_pair(before, after, alignment, f"pair {PAIR_FORMAT}")
    file = file_of_pair(library, before.observations, after.observations, "scenes", digest, ".json")
    if file is not None:
        with contextlib.suppress(OSError, *INVALID_DATA_ERRORS):
            return _from_json(hashed_json.read(file, allow_unhashed=False)["scenes"], before, after)
    scenes = pair(before, after, alignment)
    if file is not None:
        with contextlib.suppress(LibraryError):  # on a full disk it is only computed again next time
            hashed_json.write(file, {"scenes": [_to_json(scene) for scene in scenes]})
            remove_oldest(file, "scenes-*.json", CAPACITY)
    return scenes


def _to_json(scene: SceneChange) -> list[Any]:
    shared = None if scene.shared is None else str(scene.shared)
    numbers = number_of(scene.before), number_of(scene.after)
    return [scene.kind, *numbers, scene.delta, scene.intervals, shared, scene.moved]


def _from_json(rows: Sequence[list[Any]], before: Analysis, after: Analysis) -> tuple[SceneChange, ...]:
    from ...compare import SceneChange

    scenes = [{row.scene.number: row for row in film.scenes} for film in (before, after)]
    return tuple(
        SceneChange(
            kind,
            None if first is None else scenes[0][first],
            None if second is None else scenes[1][second],
            None if delta is None else tuple(delta),
            None if intervals is None else tuple((low, high) for low, high in intervals),
            None if shared is None else Fraction(shared),
            moved,
        )
        for kind, first, second, delta, intervals, shared, moved in rows
    )
