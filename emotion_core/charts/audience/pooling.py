"""The audience's shares in columns of equal length: seconds, or where these would be too narrow, parts of the film.

A viewer's value in a part is the mean of their seconds there; shares and intervals of a part are then computed as those
of a second, over viewers. Nothing is drawn from more columns than a chart has room for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ...audience import AudienceShares, Part, ScreeningSummary, ViewerCurves, audience_shares
from .selection import BALANCED

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

NARROW = 2.5
"""Pixels that a column has at least."""
_LENGTHS = (1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600)
"""Seconds that a column may have."""


@dataclass(eq=False)
class Pool:
    """The whole film in columns of `length` seconds; shares are computed when they are first asked for."""

    summary: ScreeningSummary
    length: int
    curves: ViewerCurves
    """(viewers, columns, labels)"""
    cast: Floats32 | None
    """(columns, labels) the film's own shares."""
    _shares: dict[tuple[int, int] | None, AudienceShares] = field(default_factory=dict)

    @property
    def edges(self) -> Floats:
        """(columns + 1,) seconds."""
        whole = np.arange(self.curves.values.shape[1] + 1) * float(self.length)
        return np.minimum(whole, max(self.summary.duration, 0.001))

    def shares(self, place: tuple[int, int] | None = None) -> AudienceShares:
        """Those of all viewers, of a group, or a column's group-balanced mean: see `Comparison.place`."""
        if place not in self._shares:
            self._shares[place] = self._computed(place)
        return self._shares[place]

    def _computed(self, place: tuple[int, int] | None) -> AudienceShares:
        summary = self.summary
        if self.length == 1:
            if place is None:
                return summary.seconds
            column = summary.groups[place[0]]
            shares = column.seconds if place[1] == BALANCED else column.groups[place[1]].seconds
            assert shares is not None
            return shares
        parts = None
        if place is not None:
            groups = summary.groups[place[0]].groups
            if place[1] == BALANCED:
                parts = [Part(group.rows, group.weight) for group in groups if group.weight]
            else:
                parts = [Part(groups[place[1]].rows, 1.0)]
        return audience_shares(self.curves, summary.settings, resamples=summary.settings.second_resamples, parts=parts)


def pool_of(summary: ScreeningSummary, start: float, end: float, plot: float) -> Pool:
    """Columns wide enough for a chart that shows `start` to `end` (seconds) on `plot` pixels."""
    scale = plot / max(end - start, 1e-9)
    return pool_at(summary, next((x for x in _LENGTHS if x * scale >= NARROW), _LENGTHS[-1]))


def pool_at(summary: ScreeningSummary, length: int) -> Pool:
    """Columns of `length` seconds."""
    pools = _known.setdefault(summary, {})
    if length not in pools:
        pools[length] = _pool(summary, length)
    return pools[length]


_known: WeakKeyDictionary[ScreeningSummary, dict[int, Pool]] = WeakKeyDictionary()


def _pool(summary: ScreeningSummary, length: int) -> Pool:
    cast = summary.cast
    own = None if cast is None or cast.reason is not None else cast.seconds
    seconds = summary.viewer_seconds
    if length == 1:
        return Pool(summary, 1, seconds, own)
    values = _means(seconds.values, length)
    coverage = _means(seconds.coverage[..., None], length)[..., 0]
    return Pool(summary, length, ViewerCurves(values, coverage), None if own is None else _means(own[None], length)[0])


def _means(values: Floats32, length: int) -> Floats32:
    """(rows, ceil(seconds / length), k) means of (rows, seconds, k) over what is not missing; NaN where all is."""
    starts = np.arange(0, values.shape[1], length)
    known = ~np.isnan(values)
    sums = np.add.reduceat(np.where(known, values, 0), starts, axis=1)
    counts = np.add.reduceat(known, starts, axis=1, dtype=np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums / np.where(counts == 0, np.nan, counts), dtype=np.float32)
