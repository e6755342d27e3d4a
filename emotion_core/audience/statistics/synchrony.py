"""Synchrony: how alike viewers' curves rise and fall in time, against chance.

In a window of seconds (a scene or the film) the curve of each viewer v is correlated with the mean curve of the others:

    r_v = corr(x_v, mean of x_u over u != v),      synchrony = tanh(mean over v of artanh(r_v))

This is leave-one-out intersubject correlation, averaged by Fisher's z (Nastase, Gazzola, Hasson and Keysers 2019,
Social Cognitive and Affective Neuroscience 14). Curves are means a second, each standardised over the film first, so
that one lively face does not make the mean. Seconds count in which enough of the other viewers have a usable face. Of
intensity (1 - neutral) synchrony is that of neutral: both curves turn over.

The null shifts the left-out viewer alone, circularly and over the whole film, since a scene is too short for shifts of
its own; the least shift is a setting. BrainIAK, whose timeshift_isc does so too, documents that such shifts may not
strictly control false positives. One reason can be worked out: each pair of viewers is in two of the correlations, r_u
and r_v, which therefore vary together, while independently shifted viewers do not. With E viewers left out in turn of U
viewers behind the means, under chance

    variance(mean of r) = (1 + (E - 1) / (U - 1)) * variance(mean of independently shifted r)

twice as much where all take part. So the null's deviations from its mean are widened by the square root of that factor.
That no other than the viewer may be resampled, since pairs share viewers, is shown by Chen and others 2016 (NeuroImage
142). p = (1 + draws at least as large) / (1 + draws), one-sided.

What synchrony is not: it differs between groups by age, sex and seat by itself (Oakes and others 2024, iScience), so it
is never computed by group here, and is no measure of engagement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..settings import AudienceSettings
from .circular_shifts import Doubles, Windows, correlate, seconds_within
from .curves import Floats32, Ints, ViewerCurves

LEAST_VIEWERS = 3
_CONSTANT = 1e-5
"""Standard deviation over the film below which a curve is constant."""
_LEAST_SHIFTS = 20
"""With fewer possible or valid shifts of a viewer there is no null."""
_TABLE = 3000
"""Correlations under shifts, of all viewers together: they share these, so that many viewers need fewer each."""
_LEAST_TABLE = 60
_REASONS = (
    None,
    "fewer than {seconds} seconds in which enough viewers have a usable face",
    f"fewer than {LEAST_VIEWERS} viewers with a usable curve",
    f"fewer than {LEAST_VIEWERS} viewers whose curve changes",
    "the film is too short to shift viewers in time",
)


@dataclass(frozen=True, slots=True, eq=False)
class Synchrony:
    """The synchrony in each window, of each label."""

    correlation: Floats32
    """(windows, labels), -1 to 1; NaN where there is none."""
    p: Floats32
    """(windows, labels) chance of one as large without synchrony; NaN where there is none."""
    adjusted: Floats32
    """p adjusted for the number of windows of a label (Benjamini and Hochberg 1995): calling those below 0.05
    synchronous, 5 % of the calls are expected to be false."""
    viewers: Ints
    """(windows, labels) viewers whose correlation counts."""
    reasons: NDArray[np.int8]
    """(windows, labels) codes of `because`."""
    least_seconds: int

    def because(self, window: int, label: int) -> str | None:
        """Why there is no synchrony, or no p; None where there are both."""
        reason = _REASONS[int(self.reasons[window, label])]
        return None if reason is None else reason.format(seconds=self.least_seconds)


class _Gathered(NamedTuple):
    """Sums over the viewers left out in turn, of Fisher's z."""

    observed: Doubles
    """(labels, windows)"""
    null: NDArray[np.float32]
    """(draws, labels, windows)"""
    counted: Ints
    """(labels, windows) viewers in the sums: E."""
    behind: Ints
    """(windows,) viewers with a usable second there: U."""
    shiftable: bool
    """Whether every viewer has enough usable seconds to be shifted."""


def synchrony_of(
    curves: ViewerCurves, scenes: Sequence[tuple[int, int]], settings: AudienceSettings
) -> tuple[Synchrony, Synchrony]:
    """The synchrony of scenes [first second, last second), and of the whole film, from curves by second."""
    values = _standardised(curves.values)
    windows = np.array([*scenes, (0, values.shape[2])], dtype=np.int64)
    spans = Windows(windows[:, 0], windows[:, 1])
    present = ~np.isnan(curves.values[:, :, 0])
    reasons = _too_short(present, spans, settings)
    tested = np.flatnonzero(reasons == 0)
    shape = (len(windows), values.shape[1])
    whole = Synchrony(
        correlation=np.full(shape, np.nan, dtype=np.float32),
        p=np.full(shape, np.nan, dtype=np.float32),
        adjusted=np.full(shape, np.nan, dtype=np.float32),
        viewers=np.zeros(shape, dtype=np.int64),
        reasons=np.repeat(reasons[:, None], shape[1], axis=1),
        least_seconds=settings.synchrony_seconds,
    )
    if len(tested):
        found = _gather(values, present, Windows(spans.first[tested], spans.last[tested]), settings)
        _decide(found, whole, tested)
    return _part(whole, slice(0, -1)), _part(whole, slice(-1, None))


def _standardised(values: Floats32) -> Doubles:
    """(viewers, labels, seconds) curves of mean 0 and standard deviation 1 over a viewer's seconds; constant ones 0."""
    curves = np.moveaxis(values, 2, 1).astype(np.float64)
    count = (~np.isnan(curves)).sum(axis=2, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        curves -= np.nansum(curves, axis=2, keepdims=True) / count
        deviation = np.sqrt(np.nansum(curves**2, axis=2, keepdims=True) / count)
        scaled = curves / deviation
    return np.asarray(np.where(deviation > _CONSTANT, scaled, curves * 0))


def _too_short(present: NDArray[np.bool_], spans: Windows, settings: AudienceSettings) -> NDArray[np.int8]:
    """(windows,) codes of the reasons that no curve has to be looked at for."""
    total = int(present.any(axis=1).sum())
    if total < LEAST_VIEWERS:
        return np.full(len(spans.first), 2, dtype=np.int8)
    needed = max(LEAST_VIEWERS, settings.synchrony_share * (total - 1))
    enough = present.sum(axis=0) >= needed - 1e-9
    return np.where(seconds_within(spans, enough) >= settings.synchrony_seconds, 0, 1).astype(np.int8)


def _gather(values: Doubles, present: NDArray[np.bool_], spans: Windows, settings: AudienceSettings) -> _Gathered:
    """Leave out each viewer in turn."""
    rng = np.random.default_rng(settings.seed)
    total = int(present.any(axis=1).sum())
    shape = (values.shape[1], len(spans.first))
    observed, counted = np.zeros(shape), np.zeros(shape, dtype=np.int64)
    null = np.zeros((settings.shifts, *shape), dtype=np.float32)
    zeros = np.nan_to_num(values)
    sums, count = zeros.sum(axis=0), present.sum(axis=0)
    shiftable = True
    for viewer in np.flatnonzero(present.any(axis=1)):
        others = count - present[viewer]
        enough = (others >= LEAST_VIEWERS - 1) & (others >= settings.synchrony_share * (total - 1) - 1e-9)
        mean = (sums - zeros[viewer]) / np.maximum(others, 1)
        shifts = _draw_shifts(rng, int(present[viewer].sum()), settings.least_shift, max(_LEAST_TABLE, _TABLE // total))
        shiftable &= len(shifts) > 0
        found = correlate(values[viewer], mean, enough, spans, shifts, settings.synchrony_seconds)
        chosen = rng.integers(0, max(1, len(shifts)), settings.shifts)
        table, valid = _filled(found.shifted) if len(shifts) else (found.shifted, ~np.isnan(found.observed))
        counts = valid & ~np.isnan(found.observed)
        observed += np.where(counts, found.observed, 0)
        counted += counts
        if len(shifts):
            null += np.where(counts, table, 0)[chosen]
    behind = (seconds_within(spans, present) > 0).sum(axis=0)
    return _Gathered(observed, null, counted, behind, shiftable)


def _draw_shifts(rng: np.random.Generator, seconds: int, least: int, most: int) -> Ints:
    """Different shifts, in seconds; none where there are too few."""
    possible = np.arange(least, seconds - least + 1)
    if len(possible) < _LEAST_SHIFTS:
        return possible[:0]
    return rng.choice(possible, min(most, len(possible)), replace=False)


def _filled(table: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Correlations under shifts with those that do not exist replaced by those that do, and (labels, windows) where
    enough do.
    """
    missing = np.isnan(table)
    if not missing.any():
        return table, np.ones(table.shape[1:], dtype=bool)
    order = np.argsort(missing, axis=0, kind="stable")
    count = np.maximum(1, (~missing).sum(axis=0))
    turn = np.arange(len(table))[:, None, None] % count
    filled = np.take_along_axis(table, np.take_along_axis(order, turn, axis=0), axis=0)
    return filled, count >= _LEAST_SHIFTS


def _decide(found: _Gathered, whole: Synchrony, tested: Ints) -> None:
    """Write correlations, p and reasons of the tested windows."""
    counted = np.maximum(found.counted, 1)
    mean = found.observed / counted
    null = found.null / counted
    widening = np.sqrt(1 + (counted - 1) / np.maximum(found.behind - 1, 1))
    centre = null.mean(axis=0)
    at_least = (null - centre) * widening + centre >= mean
    p = (1 + at_least.sum(axis=0)) / (1 + len(null))
    enough = found.counted >= LEAST_VIEWERS
    whole.correlation[tested] = np.where(enough, np.tanh(mean), np.nan).T
    whole.p[tested] = np.where(enough & found.shiftable, p, np.nan).T
    whole.viewers[tested] = found.counted.T
    whole.reasons[tested] = np.where(enough, 0 if found.shiftable else 4, 3).T


def _part(whole: Synchrony, part: slice) -> Synchrony:
    """Some windows, with p adjusted for their number."""
    p = whole.p[part]
    adjusted = np.stack([adjusted_p(column) for column in p.T], axis=1) if p.size else p
    return Synchrony(
        whole.correlation[part], p, adjusted, whole.viewers[part], whole.reasons[part], whole.least_seconds
    )


def adjusted_p(p: Floats32) -> Floats32:
    """p adjusted by Benjamini and Hochberg's step-up; NaN stays and does not count."""
    adjusted = np.full(len(p), np.nan, dtype=np.float32)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    if len(order):
        scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
        adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return adjusted
