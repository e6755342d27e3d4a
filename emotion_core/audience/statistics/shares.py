"""Audience shares: the mean of the viewers' curves in each second or scene, with an interval over viewers.

The audience share of label k in a bin is the mean over its usable viewers v of their own means:

    share_k = sum_v x_vk / n

Each viewer weighs the same, however many readings they have. The shares of a bin sum to 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..settings import AudienceSettings
from .curves import Floats32, Ints, ViewerCurves
from .resampling import Part, draw_weights, intervals_over, mean_over

NOBODY = "no viewer with a usable face"


@dataclass(frozen=True, slots=True)
class Leading:
    """The expression with the largest audience share of a bin, and how sure that is."""

    label: int
    """Index of the label with the largest share."""
    share: float
    rival: int
    """Index of the label with the second largest share."""
    rival_share: float
    certainty: Literal["clear", "mixed", "few viewers"]
    """"mixed" where the intervals of the two overlap, "few viewers" where there is no interval."""


@dataclass(frozen=True, slots=True, eq=False)
class AudienceShares:
    """The audience's shares in each bin; a bin is a second or a scene, in the film's order."""

    share: Floats32
    """(bins, labels), rows sum to 1; NaN where nobody has a usable face."""
    low: Floats32
    """(bins, labels) lower limits; NaN where there is no interval."""
    high: Floats32
    """(bins, labels) upper limits."""
    viewers: Ints
    """(bins,) viewers with a usable face."""
    coverage: Floats32
    """(bins,) mean coverage of the viewers with readings, 0 to 1; NaN where nobody has any."""
    least_viewers: int
    """With fewer there is no interval."""

    def leading(self, index: int) -> Leading | None:
        """The leading expression of a bin; None where nobody has a usable face. Of equal shares the first leads."""
        share = self.share[index]
        if np.isnan(share).any():
            return None
        first, second = (int(place) for place in np.argsort(-share, kind="stable")[:2])
        low, high = self.low[index, first], self.high[index, second]
        if np.isnan(low) or np.isnan(high):
            return Leading(first, float(share[first]), second, float(share[second]), "few viewers")
        return Leading(first, float(share[first]), second, float(share[second]), "mixed" if low <= high else "clear")

    def no_interval_because(self, index: int) -> str | None:
        """Why a bin has no interval; None where it has one."""
        count = int(self.viewers[index])
        if not count:
            return NOBODY
        if not np.isnan(self.low[index]).any():
            return None
        if count < self.least_viewers:
            return f"too few viewers: {count} of at least {self.least_viewers}"
        return "too few viewers in a group: each needs 2"


def audience_shares(
    curves: ViewerCurves, settings: AudienceSettings, *, resamples: int, parts: list[Part] | None = None
) -> AudienceShares:
    """Shares over all viewers, or the weighted mean of `parts` of them.

    Intervals draw the same weights of viewers for each call with equal settings.
    """
    viewers = len(curves.values)
    parts = parts if parts is not None else [Part(np.arange(viewers), 1.0)]
    weights = draw_weights(viewers, resamples, settings.seed)
    interval = intervals_over(curves.values, parts, weights, settings.confidence, settings.least_viewers)
    rows = np.concatenate([part.rows for part in parts])
    seen = curves.coverage[rows]
    with np.errstate(invalid="ignore"):
        coverage = np.nansum(seen, axis=0) / (~np.isnan(seen)).sum(axis=0)
    return AudienceShares(
        share=mean_over(curves.values, parts),
        low=interval.low,
        high=interval.high,
        viewers=curves.usable[rows].sum(axis=0),
        coverage=coverage.astype(np.float32),
        least_viewers=settings.least_viewers,
    )
