"""Footage that the pictures match, whose sound in the second cut is not the one that it has in the first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...observations import PRINTS_A_SECOND
from .likeness import Rows, Sound, errors_at

LAG = 6
"""Rows by which sound may lie beside its picture, either way: 0.3 s."""
WINDOW = 2 * PRINTS_A_SECOND
"""Rows over which errors are averaged."""
LEAST_SAID = 0.6
"""Share of them that must say something."""
OTHER = 0.41
"""Mean share of differing bits, at the best lag, from which on sound is another one. Of unrelated sounds 99 % of the
windows have more; where music was laid under the same voices there are fewer differences, and nothing is told."""
SHORTEST = round(1.5 * PRINTS_A_SECOND)
"""Rows of the shortest other sound that is told."""
BETWEEN = 0.3
"""Share of differing bits between that of the same sound, 0.05 to 0.15, and that of another, 0.5: an edge of another
sound is where the rows before and after it are best told apart by this share."""
ABOUT = PRINTS_A_SECOND
"""Rows before and after an edge, as the windows tell it, among which it is looked for."""


def other_sound(first: Sound, second: Sound, rows: Rows, places: Rows) -> NDArray[np.bool_]:
    """Whether `rows` of the second cut, ascending without a gap, sound otherwise than their `places` in the first."""
    window = min(WINDOW, len(rows))
    if window < SHORTEST:
        return np.zeros(len(rows), dtype=np.bool_)
    means = np.stack(
        [_means(errors_at(first, second, rows, places + lag, silence=True), window) for lag in range(-LAG, LAG + 1)]
    )
    least = np.min(np.where(np.isfinite(means), means, np.inf), axis=0)
    is_other = np.isfinite(means).all(axis=0) & (least > OTHER)
    # A window that is another sound says so of its middle half, and at the ends of its outer half, too.
    told = np.zeros(len(rows), dtype=np.bool_)
    for at in np.flatnonzero(is_other).tolist():
        low = 0 if at == 0 else at + window // 4
        high = len(rows) if at + window == len(rows) else at + window - window // 4
        told[low:high] = True
    edges = np.flatnonzero(np.diff(np.concatenate([[0], told.astype(np.int8), [0]]))).reshape(-1, 2)
    told[:] = False
    for begin, end in edges.tolist():
        first_row = begin if begin == 0 else _edge(first, second, rows, places, begin, begins=True)
        last_row = end if end == len(rows) else _edge(first, second, rows, places, end, begins=False)
        if last_row - first_row >= SHORTEST:
            told[first_row:last_row] = True
    return told


def _edge(first: Sound, second: Sound, rows: Rows, places: Rows, near: int, *, begins: bool) -> int:
    """The row at which another sound begins, or the one past its last, near to where windows tell it."""
    low, high = max(0, near - ABOUT), min(len(rows), near + ABOUT)
    part, there = rows[low:high], places[low:high]
    errors = [errors_at(first, second, part, there + lag, silence=True) for lag in range(-LAG, LAG + 1)]
    # The same sound lies at one lag: the one at which the outer rows differ least.
    outer = slice(None, near - low) if begins else slice(near - low, None)
    same = min(errors, key=lambda one: float(np.mean(np.nan_to_num(one[outer], nan=OTHER))) if one[outer].size else 1.0)
    gains = np.nan_to_num(same - BETWEEN) * (-1 if begins else 1)
    sums = np.concatenate([[0.0], np.cumsum(gains)])
    return low + int(sums.argmax())


def _means(errors: NDArray[np.float32], window: int) -> NDArray[np.float64]:
    """Mean error of each window of rows; NaN where too few of them say something."""
    said = np.isfinite(errors)
    sums, counts = (
        np.convolve(values, np.ones(window), "valid") for values in (np.nan_to_num(errors), said.astype(np.float64))
    )
    return np.where(counts >= LEAST_SAID * window, sums / np.maximum(counts, 1), np.nan)
