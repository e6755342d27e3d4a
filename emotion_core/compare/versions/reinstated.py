"""Scenes that were left out of an earlier version, looked for among the new scenes of a later one."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from ...observations import Layouts
from ..alignment import align_layouts
from ..footage_probe import SKETCHED, may_share_footage
from ..pictures import Steps

MIN_SHARE = 0.5
"""Share of the shorter one of both scenes that must be the same footage."""
MOST_PAIRS = 1e9
"""Pairs of pictures beyond which a cheap test is made first: two stretches of 20 minutes at 25 frames a second."""


def find_reinstated(
    lost: Mapping[int, Layouts], come: Mapping[int, Layouts], rate: Fraction
) -> dict[int, tuple[int, Steps]]:
    """For each new scene that was left out before, the key of the lost one, and of each step of the new scene the step
    of the lost one (-1 without).

    `lost` and `come` are layouts at `rate` steps a second: all of them are aligned at once, so that a version costs one
    alignment of what is in question, however many versions came before.
    """
    lost = {key: layouts for key, layouts in lost.items() if len(layouts)}
    come = {key: layouts for key, layouts in come.items() if len(layouts)}
    if not lost or not come:
        return {}
    before, after = np.concatenate([*lost.values()]), np.concatenate([*come.values()])
    if len(before) * len(after) > MOST_PAIRS:
        every = max(1, round(float(rate) / SKETCHED))
        if not may_share_footage(before[::every], after[::every]):
            return {}
    source = align_layouts(before, after, float(rate))
    keys = list(lost)
    edges = np.cumsum([0, *(len(layouts) for layouts in lost.values())])
    found: dict[int, tuple[int, Steps]] = {}
    first = 0
    for scene, layouts in come.items():
        here = source[first : first + len(layouts)]
        first += len(layouts)
        at = np.searchsorted(edges, here[here >= 0], side="right") - 1
        counts = np.bincount(at, minlength=len(keys))
        best = int(counts.argmax())
        if counts[best] < MIN_SHARE * min(len(layouts), len(lost[keys[best]])):
            continue
        inside = (here >= edges[best]) & (here < edges[best + 1])
        found[scene] = keys[best], np.where(inside, here - edges[best], -1)
    return found
