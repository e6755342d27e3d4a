"""Intervals that resample viewers, never their frames or pairs: frames of one viewer are not independent.

The interval is a Bayesian bootstrap of the mean (Rubin 1981, The Annals of Statistics 9): each resample weighs every
viewer by a random number of the exponential distribution, so that over any subset of usable viewers the weights are
Dirichlet(1, ..., 1). Drawing with replacement instead would, in seconds with few usable faces, often draw none of them.

Such resamples spread less than the mean of n viewers does: their variance is s² / (n + 1) with the biased
s² = sum (x - mean)² / n, that of the mean is estimated by s² / (n - 1). So deviations are widened by
sqrt((n + 1) / (n - 1)), and the percentiles are those that a normal variable needs to reach as far as Student's t with
n - 1 degrees of freedom (the expanded percentiles of Hesterberg 2015, The American Statistician 69).
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .curves import Floats32, Ints

_BLOCK = 2_000_000
"""Replicates held at once."""


class Interval(NamedTuple):
    """Lower and upper limits, of one shape, 0 to 1; NaN where there are too few viewers."""

    low: Floats32
    high: Floats32


class Part(NamedTuple):
    """A group of viewers of a mean."""

    rows: Ints
    """Its viewers."""
    weight: float
    """Of the group in the mean, 0 to 1."""


def draw_weights(viewers: int, resamples: int, seed: int) -> Floats32:
    """(viewers, resamples) weights of the viewers in each resample."""
    return np.random.default_rng(seed).standard_exponential((viewers, resamples), dtype=np.float32)


def mean_over(values: Floats32, parts: list[Part]) -> Floats32:
    """(bins, labels) weighted mean of the parts' means over their usable viewers; NaN where a part has none."""
    mean = np.zeros(values.shape[1:], dtype=np.float64)
    for part in parts:
        own = values[part.rows]
        count = (~np.isnan(own)).sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean += part.weight * np.nansum(own, axis=0, dtype=np.float64) / count
    return mean.astype(np.float32)


def intervals_over(
    values: Floats32, parts: list[Part], weights: Floats32, confidence: float, least_viewers: int
) -> Interval:
    """Intervals of `mean_over`. values (viewers, bins, labels), weights (viewers, resamples).

    There are none in bins with fewer than `least_viewers` usable viewers, or fewer than two in one of several parts.
    """
    bins, labels = values.shape[1:]
    low = np.full((bins, labels), np.nan, dtype=np.float32)
    high = low.copy()
    step = max(1, _BLOCK // max(1, labels * weights.shape[1]))
    for start in range(0, bins, step):
        block = slice(start, min(bins, start + step))
        _fill(values[:, block], parts, weights, confidence, least_viewers, low[block], high[block])
    return Interval(low, high)


def _fill(
    values: Floats32,
    parts: list[Part],
    weights: Floats32,
    confidence: float,
    least_viewers: int,
    low: Floats32,
    high: Floats32,
) -> None:
    """Write a block's limits into `low` and `high`."""
    usable = ~np.isnan(values[:, :, 0])
    counts = np.stack([usable[part.rows].sum(axis=0) for part in parts])  # (parts, bins)
    chosen = np.flatnonzero((counts.sum(axis=0) >= least_viewers) & (counts >= 2).all(axis=0))
    if not len(chosen):
        return
    labels = values.shape[2]
    replicates = np.zeros((len(chosen), labels, weights.shape[1]), dtype=np.float32)
    mean = np.zeros((len(chosen), labels, 1), dtype=np.float32)
    variances = np.zeros((len(parts), len(chosen), labels))
    for index, part in enumerate(parts):
        own = np.nan_to_num(values[np.ix_(part.rows, chosen)])
        mask = usable[np.ix_(part.rows, chosen)].astype(np.float32)
        count = counts[index, chosen].astype(np.float32)
        centre = own.sum(axis=0) / count[:, None]
        deviations = (own - centre) * mask[:, :, None]
        drawn = weights[part.rows]
        sums = deviations.reshape(len(part.rows), -1).T @ drawn
        totals = mask.T @ drawn
        scale = part.weight * np.sqrt((count + 1) / (count - 1))
        replicates += sums.reshape(len(chosen), labels, -1) * (scale[:, None] / totals)[:, None, :]
        mean += part.weight * centre[:, :, None]
        variances[index] = part.weight**2 * (deviations**2).sum(axis=0) / (count * (count - 1))[:, None]
    replicates += mean
    replicates.sort(axis=2)
    freedom = _degrees_of_freedom(variances, counts[:, chosen])
    low[chosen], high[chosen] = _limits(replicates, freedom, confidence)


def _degrees_of_freedom(variances: NDArray[np.float64], counts: Ints) -> Ints:
    """(bins, labels) whole degrees of freedom of a weighted sum of means, by Welch and Satterthwaite; n - 1 of one."""
    total = variances.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = total**2 / (variances**2 / (counts - 1)[:, :, None]).sum(axis=0)
    least = (counts.min(axis=0) - 1)[:, None]
    whole = np.floor(np.where(np.isfinite(freedom), freedom, least) + 1e-6)
    return np.asarray(np.clip(whole, least, None), dtype=np.int64)


def _limits(replicates: Floats32, freedom: Ints, confidence: float) -> tuple[Floats32, Floats32]:
    """The expanded percentiles of sorted replicates, linear between two."""
    tails = np.array([expanded_tail(confidence, int(df)) for df in range(int(freedom.max()) + 1)])
    last = replicates.shape[2] - 1
    place = tails[freedom] * last
    lower = np.floor(place).astype(np.int64)[:, :, None]
    part = (place[:, :, None] - lower).astype(np.float32)

    def at(indices: NDArray[np.int64]) -> Floats32:
        return np.take_along_axis(replicates, indices, axis=2)

    low = at(lower) * (1 - part) + at(np.minimum(lower + 1, last)) * part
    high = at(last - lower) * (1 - part) + at(np.maximum(last - lower - 1, 0)) * part
    return np.clip(low[:, :, 0], 0, 1), np.clip(high[:, :, 0], 0, 1)


@lru_cache(maxsize=4096)
def expanded_tail(confidence: float, freedom: int) -> float:
    """The share of resamples outside each limit: P(Z > t) of a normal Z at Student's t of the confidence level."""
    if freedom < 1:
        return 0.0
    return NormalDist().cdf(-student_quantile(0.5 + confidence / 2, freedom))


@lru_cache(maxsize=4096)
def student_quantile(probability: float, freedom: int) -> float:
    """Quantile of Student's t, probability 0.5 to 1, whole degrees of freedom from 1; by bisection."""
    low, high = 0.0, 1e4
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _student_cdf(middle, freedom) < probability else (low, middle)
    return (low + high) / 2


def _student_cdf(t: float, freedom: int) -> float:
    """P(T <= t) for t >= 0, by the finite series of Abramowitz and Stegun 1964, 26.7.3 and 26.7.4."""
    angle = math.atan(t / math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = freedom % 2
    term = total = cosine if odd else 1.0
    if freedom == 1:
        total = 0.0
    for k in range(3 if odd else 2, freedom - 1, 2):
        term *= (k - 1) / k * cosine**2
        total += term
    within = 2 / math.pi * (angle + sine * total) if odd else sine * total
    return 0.5 + within / 2
