"""IDF1, by which trackers are judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment


def idf1(truth: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """IDF1 of n faces by their true and their found tracks, 0 to 1.

    Ristani and others, "Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking" (2016): true and
    found tracks are matched one to one so that most faces lie in a matched pair; these are IDTP. IDF1 = 2 IDTP /
    (2 IDTP + IDFP + IDFN). Truth and tracks have the same n faces here, so that it is IDTP / n.
    """
    if not truth:
        return 1.0
    true, made = sorted(set(map(repr, truth))), sorted(set(map(repr, found)))
    overlap = np.zeros((len(true), len(made)))
    for (one, other), count in Counter(zip(map(repr, truth), map(repr, found), strict=True)).items():
        overlap[true.index(one), made.index(other)] = count
    rows, columns = linear_sum_assignment(overlap, maximize=True)
    return float(overlap[rows, columns].sum()) / len(truth)
