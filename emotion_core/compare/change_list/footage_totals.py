"""How much of the first cut is nowhere in the second, and of the second nowhere in the first, over all scenes.

Of a scene with an exact change that is what was cut off or added; of others the frames without counterpart, so that
what of a scene that was left out stayed in a neighbour does not count as left out. A scene of a step or two, of
which nothing is in the other cut, counts with its own length: it may hold the middle of no step.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ..alignment import AlignmentMap
from ..pictures import Steps
from ..shared_segments import SLACK, covered_steps
from .footage_change import ChangeKind, FootageChange

_OPEN: tuple[ChangeKind, ...] = ("left out", "new", "replaced", "split", "merged", "repeated", "recut")
"""Kinds of which the frames without counterpart count."""
_WHOLE: tuple[ChangeKind, ...] = ("left out", "new", "replaced")
"""Kinds of scenes of which nothing, or next to nothing, is in the other cut."""


def uncovered(
    rows: Sequence[FootageChange], alignment: AlignmentMap, edges: Sequence[Steps]
) -> tuple[Fraction, Fraction]:
    """Seconds of the first cut that are nowhere in the second, and of the second that are nowhere in the first.

    `edges` are the first step of each scene of both cuts and one past the last.
    """
    is_open = np.ones(alignment.steps, dtype=np.bool_)
    is_open[covered_steps(alignment.source)] = False
    first = _of_scenes(rows, 0, np.asarray(edges[0]), is_open, alignment.rate)
    return first, _of_scenes(rows, 1, np.asarray(edges[1]), alignment.source < 0, alignment.rate)


def _of_scenes(
    rows: Sequence[FootageChange], side: int, edges: Steps, is_open: NDArray[np.bool_], rate: Fraction
) -> Fraction:
    """Seconds of the first cut (side 0) or the second that are in that cut only, `is_open` by the steps of `rate`."""
    until = np.concatenate([[0], np.cumsum(is_open)])
    ends = np.clip(edges, 0, len(is_open))
    missing: list[int] = (until[ends[1:]] - until[ends[:-1]]).tolist()
    is_short = np.diff(ends) <= SLACK
    missing = [0 if count <= SLACK else count for count in missing]
    short = Fraction(0)
    for change in rows:
        row = change.before if side == 0 else change.after
        if row is None:
            continue
        if change.kind in _WHOLE and is_short[row.scene.number - 1]:
            short += row.scene.span.seconds
        if change.kind in _OPEN:
            continue
        sign = 1 if side == 0 else -1
        exact = sum(max(0, sign * size) for size in (change.head, change.tail, change.inside))
        at = row.scene.number - 1
        # Fewer are open than were cut off where another scene shows some of them.
        missing[at] = exact if missing[at] >= exact - 2 * SLACK else missing[at]
    return sum(missing) / rate + short


def other_footage(source: Steps, by_source: Steps, before: tuple[int, int], after: tuple[int, int]) -> int:
    """Steps of a scene of the second cut that show other scenes than its counterpart, or of the counterpart that only
    other scenes show: more than a few where an edge between scenes is elsewhere, but nothing was cut.

    `by_source` are all steps of the second cut, sorted by what `source` has for them; `before` and `after` are both
    scenes' steps.
    """
    here = source[after[0] : after[1]]
    own = (here >= before[0]) & (here < before[1])
    foreign = int(np.count_nonzero((here >= 0) & ~own))
    showing = by_source[slice(*np.searchsorted(source, before, sorter=by_source))]
    elsewhere = np.unique(source[showing[(showing < after[0]) | (showing >= after[1])]])
    return max(foreign, int(np.count_nonzero(~np.isin(elsewhere, here[own]))))
