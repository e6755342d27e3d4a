"""The expressions of a version: each one's share of the time with a usable face.

A version's share is the mean over its scenes, each weighing seconds x coverage, as in changes.mean_shares. Its interval
comes from the scenes' intervals, which were sampled independently: the roots of the sums of squares, each side by
itself, as in change_list.screen_time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .version import Version


@dataclass(frozen=True, slots=True)
class VersionShares:
    """Shares of a version, one a label; each from 0 to 1."""

    shares: tuple[float, ...]
    intervals: tuple[tuple[float, float], ...]
    seconds: float
    """Time with a usable face, to which the shares refer."""


def version_shares(version: Version) -> VersionShares | None:
    """The shares of a version; None without a usable face."""
    rows = [row for row in version.scenes if row.shares is not None and row.scene.counts]
    weights = [float(row.scene.span.seconds) * (row.coverage or 0.0) for row in rows]
    seconds = sum(weights)
    if not seconds:
        return None
    shares, intervals = [], []
    for k in range(len(version.labels)):
        mean = below = above = 0.0
        for row, weight in zip(rows, weights, strict=True):
            share = row.shares[k] if row.shares is not None else 0.0
            low, high = row.interval_of(k) or (0.0, 1.0)  # of too few frames: it may be anything
            part = weight / seconds
            mean += part * share
            below += (part * max(0.0, share - low)) ** 2
            above += (part * max(0.0, high - share)) ** 2
        shares.append(mean)
        intervals.append((max(0.0, mean - math.sqrt(below)), min(1.0, mean + math.sqrt(above))))
    return VersionShares(tuple(shares), tuple(intervals), seconds)
