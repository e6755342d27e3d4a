"""Cast against audience: what the film's faces show beside what the viewers' faces show, and how late viewers follow.

The distance of a scene is the total variation between both shares, 0 (the same) to 1 (nothing in common):

    distance = 1/2 sum_k |cast_k - audience_k|

The lag is the shift d, in seconds within a stated window, at which the audience's intensity (1 - neutral) follows the
cast's best: the largest Pearson correlation of cast(t) with audience(t + d), over seconds that have both; a parabola
through the neighbours places it between whole seconds. Its interval resamples viewers (see resampling), so it says how
sure the lag is for other viewers of the same film. Whether there is a match at all is asked first: p is the share of
circular shifts of the cast's curve, beyond the window, whose best match is as good; above 0.05 no lag is given. For
that question seconds that lack either are set to the curve's mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...analysis import Analysis, Pooled, sums_by_frame
from ...labels import canonical, neutral_index
from ..settings import AudienceSettings
from .curves import Floats32, SceneSpan, ViewerCurves
from .leaving import ranked
from .resampling import draw_weights
from .shares import AudienceShares

Doubles = NDArray[np.float64]
LEAST_SECONDS = 60
"""Seconds with both curves below which there is no lag."""
NO_MATCH = 0.05
"""p above which the best match is chance."""


@dataclass(frozen=True, slots=True)
class Lag:
    """How late the audience follows the cast."""

    seconds: float | None
    """Of the best match; positive where the audience follows. None with a reason."""
    low: float | None = None
    """Limits of the interval over viewers; None with too few."""
    high: float | None = None
    correlation: float | None = None
    """At the best match, -1 to 1."""
    p: float | None = None
    """Chance of as good a match without one."""
    reason: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CastComparison:
    """The film's own expressions beside the audience's; labels in the audience's order."""

    seconds: Floats32
    """(seconds, labels) the film's shares; NaN where no face is usable."""
    scenes: Floats32
    """(scenes, labels)"""
    distance: Floats32
    """(scenes,) 0 to 1; NaN where either has no face."""
    by_distance: tuple[int, ...]
    """Indices of scenes, the farthest first; those with fewer than least_viewers viewers are not ranked, nor those in
    which too few frames have a usable face of the cast: below the report's coverage floor no expression is named.
    """
    lag: Lag
    reason: str | None = None
    """Why nothing is compared; None where it is."""


def cast_against_audience(
    film: Analysis,
    labels: tuple[str, ...],
    spans: Sequence[SceneSpan],
    curves: ViewerCurves,
    shares: AudienceShares,
    settings: AudienceSettings,
) -> CastComparison:
    """Compare a film's analysis with the viewers' curves by second and the audience's shares by scene."""
    seconds = curves.values.shape[1]
    columns = _columns(film.labels, labels)
    if columns is None:
        reason = f"the film was read with other labels: {', '.join(film.labels)}"
        empty = np.full((max(seconds, len(spans)), len(labels)), np.nan, dtype=np.float32)
        parts = (empty[:seconds], empty[: len(spans)], empty[: len(spans), 0])
        return CastComparison(*parts, (), Lag(None, reason=reason), reason)
    starts = np.arange(seconds, dtype=np.float64)
    by_second = _of_film(film, starts, starts + 1).shares.astype(np.float32)[:, columns]
    edges = [np.array([getattr(span, side) for span in spans], dtype=np.float64) for side in ("start", "end")]
    pooled = _of_film(film, *edges)
    by_scene = pooled.shares.astype(np.float32)[:, columns]
    distance = np.asarray(np.abs(by_scene - shares.share).sum(axis=1) / 2, dtype=np.float32)
    seen = pooled.coverage >= film.report_settings.coverage_floor  # False without a sampled frame
    enough = np.where((shares.viewers >= settings.least_viewers) & seen, distance, np.nan)
    neutral = neutral_index(labels)
    if neutral is None:
        lag = Lag(None, reason="there is no neutral label, so no intensity")
    else:
        lag = best_lag(1 - by_second[:, neutral], 1 - curves.values[:, :, neutral], settings)
    return CastComparison(by_second, by_scene, distance, ranked(enough, spans), lag)


def _columns(film: tuple[str, ...], audience: tuple[str, ...]) -> list[int] | None:
    """The film's column of each of the audience's labels; None where they mean other expressions."""
    places = {canonical(label) or label: column for column, label in enumerate(film)}
    wanted = [canonical(label) or label for label in audience]
    return [places[name] for name in wanted] if sorted(places) == sorted(wanted) else None


def _of_film(film: Analysis, starts: Doubles, ends: Doubles) -> Pooled:
    """The film's shares (bins, labels) over [start, end), weighted as in its report, and how many frames have faces."""
    sums = sums_by_frame(film)
    first, last = (np.searchsorted(sums.seconds, edge - 1e-6) for edge in (starts, ends))
    return sums.pooled(first, np.maximum(first, last), film.report_settings.confidence)


def best_lag(cast: Floats32, viewers: Floats32, settings: AudienceSettings) -> Lag:
    """The lag of the audience behind the cast: intensities of cast (seconds,) and viewers (viewers, seconds)."""
    usable = ~np.isnan(viewers)
    count = usable.sum(axis=0)
    both = ~np.isnan(cast) & (count > 0)
    window = settings.lag_window
    if both.sum() < max(LEAST_SECONDS, 6 * window):
        return Lag(None, reason=f"fewer than {max(LEAST_SECONDS, 6 * window)} seconds with faces of cast and audience")
    zeros = np.nan_to_num(viewers)
    mean = zeros.sum(axis=0) / np.maximum(count, 1)
    p = _chance(np.where(both, cast, np.nan), np.where(both, mean, np.nan), window)
    correlations = _at_lags(cast, mean[:, None], count > 0, window)[:, 0]
    if np.isnan(correlations).all() or np.isnan(p):
        return Lag(None, reason="a curve does not change")
    place, correlation = _peak(correlations), float(np.nanmax(correlations))
    if p > NO_MATCH or correlation <= 0:
        return Lag(None, correlation=correlation, p=p, reason="no match better than chance")
    lag = place - window
    if np.nanargmax(correlations) in (0, 2 * window):
        return Lag(None, correlation=correlation, p=p, reason=f"the best match lies beyond {window} seconds")
    if usable.any(axis=1).sum() < settings.least_viewers:
        reason = f"too few viewers for an interval: fewer than {settings.least_viewers}"
        return Lag(lag, correlation=correlation, p=p, reason=reason)
    weights = draw_weights(len(viewers), settings.second_resamples, settings.seed)
    deviations = np.where(usable, viewers - mean, 0).astype(np.float32)
    widening = np.sqrt((count + 1) / np.maximum(count - 1, 1)).astype(np.float32)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = mean[:, None] + widening[:, None] * (deviations.T @ weights) / (usable.T.astype(np.float32) @ weights)
    replicates = _at_lags(cast, np.nan_to_num(drawn), count > 0, window)
    lags = [_peak(column) - window for column in replicates.T if not np.isnan(column).all()]
    tail = (1 - settings.confidence) / 2
    low, high = np.quantile(lags, [tail, 1 - tail])
    return Lag(lag, float(low), float(high), correlation, p)


def _at_lags(cast: Floats32, audience: NDArray[np.floating], present: NDArray[np.bool_], window: int) -> Doubles:
    """(lags, columns) correlations of cast(t) with audience(t + lag) (seconds, columns), lags -window to window."""
    shown = ~np.isnan(cast)
    rows = []
    for lag in range(-window, window + 1):
        early = slice(max(0, -lag), len(cast) - max(0, lag))
        late = slice(max(0, lag), len(cast) - max(0, -lag))
        both = shown[early] & present[late]
        one = cast[early][both].astype(np.float64)
        other = audience[late][both]
        with np.errstate(invalid="ignore", divide="ignore"):
            one = one - one.mean()
            centred = other - other.mean(axis=0)
            rows.append(one @ centred / np.sqrt((one @ one) * (centred**2).sum(axis=0)))
    return np.stack(rows).astype(np.float64)


def _peak(correlations: Doubles) -> float:
    """The place of the maximum, between whole lags by a parabola."""
    best = int(np.nanargmax(correlations))
    if 0 < best < len(correlations) - 1:
        before, at, after = (float(value) for value in correlations[best - 1 : best + 2])
        bend = before - 2 * at + after
        if bend < 0:
            return best + (before - after) / (2 * bend)
    return float(best)


def _chance(cast: Doubles, audience: Doubles, window: int) -> float:
    """p of the best match within the window against circular shifts beyond it; NaN for constant curves."""
    standard = []
    for curve in (cast, audience):
        deviation = np.nanstd(curve)
        if not deviation > 1e-6:
            return float("nan")
        standard.append(np.nan_to_num((curve - np.nanmean(curve)) / deviation))
    length = len(cast)
    product = np.fft.irfft(np.conj(np.fft.rfft(standard[0])) * np.fft.rfft(standard[1]), length)
    around = np.concatenate([product[-window:], product, product[:window]])
    best = np.lib.stride_tricks.sliding_window_view(around, 2 * window + 1).max(axis=1)  # at shifts 0 to length - 1
    null = best[2 * window + 1 : length - 2 * window]
    return float((1 + (null >= best[0]).sum()) / (1 + len(null)))
