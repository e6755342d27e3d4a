"""How far a measured share may be off."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
RESAMPLES = 2000


def wilson(right: int, of: int) -> tuple[float, float]:
    """The score interval of `right` out of `of` (Wilson, JASA 22, 1927), 0 to 1; (0, 1) of none.

    It takes faces for independent, which several of one person are not quite.
    """
    if of == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    share = right / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    reach = z / (1 + z * z / of) * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    return max(0.0, middle - reach), min(1.0, middle + reach)


def mean_over_people(values: NDArray[np.float64], people: Sequence[str], seed: int) -> tuple[float, float]:
    """The percentile bootstrap interval (Efron, 1979) of the mean of `values` (n,), one a face.

    People are drawn, each with all faces there are of them, since faces of one person are not independent.
    """
    _, number = np.unique(np.array(people), return_inverse=True)
    sums, counts = np.bincount(number, weights=values), np.bincount(number)
    of = len(counts)
    drawn = np.random.default_rng(seed).multinomial(of, np.full(of, 1 / of), size=RESAMPLES)
    low, high = np.quantile((drawn @ sums) / (drawn @ counts), [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)
