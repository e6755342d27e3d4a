"""How far ratings and reactions agree: Spearman's rank correlation, with intervals that resample viewers.

- across scenes: of the scenes' mean ratings with the scenes' audience intensity
- across viewers: of the viewers' ratings of the film with their own mean intensity over it

Each resample draws as many viewers with replacement (Efron 1979), never single scenes or ratings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..settings import AudienceSettings

Doubles = NDArray[np.float64]
LEAST_SCENES = 5
"""Rated scenes below which ratings and reactions are not correlated across scenes."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A rank correlation of ratings with reactions."""

    correlation: float | None
    """-1 to 1; None with a reason."""
    low: float | None
    high: float | None
    count: int
    """Scenes or viewers behind it."""
    reason: str | None = None
    """Why there is no correlation, or no interval."""


def column_means(values: Doubles, weights: Doubles | None = None) -> Doubles:
    """(columns,) or (resamples, columns) means over rows, with weights (resamples, rows); NaN where nothing is."""
    known = (~np.isnan(values)).astype(np.float64)
    zeros = np.nan_to_num(values)
    sums, counts = (zeros.sum(axis=0), known.sum(axis=0)) if weights is None else (weights @ zeros, weights @ known)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums / counts)


def across_scenes(scenes: Doubles, intensity: Doubles | None, settings: AudienceSettings) -> Agreement:
    """Of ratings (reviewers, scenes) with the same people's intensity (reviewers, scenes), NaN where there is none."""
    if intensity is None:
        return Agreement(None, None, None, 0, "there is no neutral label, so no intensity")
    rated, shown = column_means(scenes), column_means(intensity)
    count = int((~np.isnan(rated) & ~np.isnan(shown)).sum())
    if count < LEAST_SCENES:
        return Agreement(None, None, None, count, f"fewer than {LEAST_SCENES} scenes are rated and have faces")
    value = rank_correlation(rated, shown)
    people = np.flatnonzero(~np.isnan(scenes).all(axis=1) & ~np.isnan(intensity).all(axis=1))
    if value is None:
        return Agreement(None, None, None, count, "all scenes are rated alike")
    if len(people) < settings.least_viewers:
        return Agreement(value, None, None, count, _few(len(people), settings))
    rng = np.random.default_rng(settings.seed)
    drawn = rng.multinomial(len(people), np.full(len(people), 1 / len(people)), settings.resamples).astype(np.float64)
    pairs = zip(column_means(scenes[people], drawn), column_means(intensity[people], drawn), strict=True)
    return Agreement(value, *_limits([rank_correlation(*pair) for pair in pairs], settings), count)


def across_viewers(film: Doubles, intensity: Doubles | None, settings: AudienceSettings) -> Agreement:
    """Of ratings (reviewers,) with the same people's intensity over the film."""
    if intensity is None:
        return Agreement(None, None, None, 0, "there is no neutral label, so no intensity")
    both = np.flatnonzero(~np.isnan(film) & ~np.isnan(intensity))
    if len(both) < settings.least_viewers:
        return Agreement(None, None, None, len(both), _few(len(both), settings))
    value = rank_correlation(film[both], intensity[both])
    if value is None:
        return Agreement(None, None, None, len(both), "all viewers rated alike")
    rng = np.random.default_rng(settings.seed)
    drawn = rng.choice(both, (settings.resamples, len(both)))
    limits = _limits([rank_correlation(film[rows], intensity[rows]) for rows in drawn], settings)
    return Agreement(value, *limits, len(both))


def _few(count: int, settings: AudienceSettings) -> str:
    return f"too few viewers who rated and showed a face: {count} of at least {settings.least_viewers}"


def _limits(correlations: list[float | None], settings: AudienceSettings) -> tuple[float, float]:
    known = [value for value in correlations if value is not None]
    tail = (1 - settings.confidence) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return float(low), float(high)


def rank_correlation(one: Doubles, other: Doubles) -> float | None:
    """Spearman's rank correlation of pairs without NaN, ties with mean ranks; None where either is constant."""
    both = ~np.isnan(one) & ~np.isnan(other)
    ranks = [_ranks(np.round(values[both], 9)) for values in (one, other)]
    centred = [own - own.mean() for own in ranks] if both.any() else ranks
    spread = float(np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum()))
    return float((centred[0] * centred[1]).sum() / spread) if spread > 1e-9 else None


def _ranks(values: Doubles) -> Doubles:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[inverse])
