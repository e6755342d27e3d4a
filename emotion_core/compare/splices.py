"""Splices: the steps of a cut at which a shot begins, by its layouts alone."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..observations import Layouts
from .pictures import Steps

SPLICE = 12.0
"""Mean difference of two consecutive layouts, levels, from which a shot surely begins with the second."""
LIKELY, BESIDE, TIMES = 0.5, 6, 3.0
"""The same from which one likely does, if it is so many times the largest of so many steps before and after."""


def find_splices(layouts: Layouts) -> Steps:
    """The steps at which a shot surely begins."""
    return np.flatnonzero(_changes(layouts) >= SPLICE)


def likely_splices(layouts: Layouts) -> Steps:
    """The steps at which a shot likely begins: between takes alike, too, where little moves."""
    changes = _changes(layouts)
    largest = sliding_window_view(np.pad(changes, BESIDE), BESIDE).max(axis=1)
    beside = np.maximum(largest[: len(changes)], largest[BESIDE + 1 :])
    return np.flatnonzero((changes >= SPLICE) | ((changes >= LIKELY) & (changes >= TIMES * beside)))


def _changes(layouts: Layouts) -> NDArray[np.float64]:
    """(n,): mean difference of each layout from the one before, levels; 0 of the first."""
    sums = cv2.absdiff(layouts[1:], layouts[:-1]).sum(axis=1, dtype=np.int64) if len(layouts) > 1 else []
    return np.concatenate([np.zeros(min(1, len(layouts))), np.asarray(sums) / layouts.shape[1]])
