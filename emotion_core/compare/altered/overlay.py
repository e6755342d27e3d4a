"""Pictures without what lies over them in one of the cuts, such as burnt-in timecode.

A mirrored or reframed picture has its timecode where it always is: the fields under it are not those of the footage.
They are filled from the fields above or below, so that a view compares the footage alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...observations import LAYOUT, Layouts


def without_overlay(before: Layouts, after: Layouts, overlaid: NDArray[np.bool_]) -> tuple[Layouts, Layouts]:
    """Both cuts' layouts (n, 144), their `overlaid` fields filled: in both, so that they stay alike as they are."""
    from_fields = _nearest(overlaid)
    if from_fields is None:
        return before, after
    # Picture by picture in memory, as they were: indexing gives them field by field.
    first, second = (np.ascontiguousarray(film[:, from_fields]) for film in (before, after))
    return first, second


def _nearest(overlaid: NDArray[np.bool_]) -> NDArray[np.int64] | None:
    """For each field the nearest of its column that is not overlaid; itself if it is none; None without any."""
    width, height = LAYOUT
    grid, rows = overlaid.reshape(height, width), np.arange(height)
    if not overlaid.any() or grid.all(axis=0).any():
        return None
    away = np.abs(rows[:, None] - rows)[:, :, None] + np.where(grid, 2 * height, 0)[None]
    nearest: NDArray[np.int64] = (away.argmin(axis=1) * width + np.arange(width)).ravel()
    return nearest
