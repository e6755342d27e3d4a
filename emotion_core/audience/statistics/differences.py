"""Whether groups of viewers differ in a scene, by permuting the viewers' group labels.

In each scene and for each label the statistic is that of a one-way analysis of variance over the viewers' means x_v,
with groups g of n_g usable viewers, n in all, G groups:

    F = (sum_g n_g (mean_g - mean)² / (G - 1)) / (sum_g sum_v (x_v - mean_g)² / (n - G))

Permuting moves whole viewers between groups, with all their scenes (Chen and others 2016: viewers, not pairs or frames,
are what can be exchanged). p = (1 + permutations with F at least as large) / (1 + permutations). Over so many scenes
and labels some p are small by chance: `adjusted` compares with the largest F of each permutation over all scenes and
labels (the maximum statistic of Westfall and Young 1993), so that the chance of any false call is at most p.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..settings import AudienceSettings
from .curves import Floats32, Ints, ViewerCurves
from .groups import GroupColumn

_BATCH = 48
"""Permutations at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """Differences between the groups of a column, by scene and label."""

    column: str
    groups: tuple[str, ...]
    """Those compared: with enough viewers."""
    too_few: tuple[str, ...]
    """Those left out."""
    spread: Floats32
    """(scenes, labels) largest minus smallest mean of the groups; NaN where they are not compared."""
    p: Floats32
    """(scenes, labels) NaN where they are not compared."""
    adjusted: Floats32
    """(scenes, labels) p with all scenes and labels of the column taken into account."""
    reason: str | None
    """Why nothing is compared; None where something is."""
    least_viewers: int

    def because(self, scene: int) -> str | None:
        """Why a scene is not compared; None where it is."""
        if self.reason is not None or not np.isnan(self.p[scene]).all():
            return self.reason
        return f"a group has fewer than {self.least_viewers} viewers with a usable face"


def differences_of(column: GroupColumn, scenes: ViewerCurves, settings: AudienceSettings) -> Differences:
    """Compare the groups that have at least `least_viewers` viewers. `scenes` are the viewers' means by scene."""
    compared = [group for group in column.groups if not group.too_few]
    shape = scenes.values.shape[1:]
    spread, p, adjusted = (np.full(shape, np.nan, dtype=np.float32) for _ in range(3))
    reason = None
    if len(compared) < 2:
        reason = f"fewer than two groups have at least {settings.least_viewers} viewers"
    else:
        rows = np.concatenate([group.rows for group in compared])
        of_viewer = np.repeat(np.arange(len(compared)), [len(group.rows) for group in compared])
        values = scenes.values[rows]
        usable = ~np.isnan(values[:, :, 0])
        counts = np.stack([usable[of_viewer == group].sum(axis=0) for group in range(len(compared))])
        tested = np.flatnonzero((counts >= settings.least_viewers).all(axis=0))
        if len(tested):
            found = _permute(values[:, tested], of_viewer, settings)
            spread[tested], p[tested], adjusted[tested] = found
        else:
            reason = f"in no scene have two groups at least {settings.least_viewers} viewers with a usable face"
    return Differences(
        column.name,
        tuple(group.name for group in compared),
        tuple(group.name for group in column.groups if group.too_few),
        spread,
        p,
        adjusted,
        reason,
        settings.least_viewers,
    )


def _permute(
    values: Floats32, of_viewer: Ints, settings: AudienceSettings
) -> tuple[Floats32, NDArray[np.float64], NDArray[np.float64]]:
    """Spread, p and adjusted p (scenes, labels) of values (viewers, scenes, labels)."""
    viewers, scenes, labels = values.shape
    usable = ~np.isnan(values[:, :, 0])
    mask = usable.astype(np.float32)
    mean = np.nansum(values, axis=0) / usable.sum(axis=0)[:, None]
    centred = np.nan_to_num(values - mean).reshape(viewers, scenes * labels)
    groups = int(of_viewer.max()) + 1
    total = (centred**2).sum(axis=0, dtype=np.float64).reshape(scenes, labels)
    freedom = (usable.sum(axis=0) - groups)[:, None] / (groups - 1)

    def statistic(assigned: Ints) -> tuple[NDArray[np.float64], Floats32]:
        """F (permutations, scenes, labels) and the groups' means of assignments (permutations, viewers)."""
        member = (assigned[:, None, :] == np.arange(groups)[:, None]).astype(np.float32).reshape(-1, viewers)
        sums = (member @ centred).reshape(len(assigned), groups, scenes, labels)
        counts = (member @ mask).reshape(len(assigned), groups, scenes, 1)
        means = sums / np.maximum(counts, 1)
        between = np.minimum((sums * means).sum(axis=1, dtype=np.float64), total)
        return between / np.maximum(total - between, 1e-9) * freedom, means

    observed, means = statistic(of_viewer[None])
    limit = observed[0] * (1 - 1e-5)
    rng = np.random.default_rng(settings.seed)
    count, largest_count = np.zeros((scenes, labels)), np.zeros((scenes, labels))
    for start in range(0, settings.permutations, _BATCH):
        batch = min(_BATCH, settings.permutations - start)
        drawn, _ = statistic(rng.permuted(np.repeat(of_viewer[None], batch, axis=0), axis=1))
        count += (drawn >= limit).sum(axis=0)
        largest = drawn.max(axis=(1, 2))
        largest_count += (largest[:, None, None] >= limit).sum(axis=0)
    spread = means[0].max(axis=0) - means[0].min(axis=0)
    return spread, (1 + count) / (1 + settings.permutations), (1 + largest_count) / (1 + settings.permutations)
