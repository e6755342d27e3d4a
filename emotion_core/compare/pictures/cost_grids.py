"""Costs of many matches whose pictures lie beside each other: each picture is read once, and tells its changes too.

The product of two changes is made of those of the pictures. All are whole numbers below 2**24, so that matrix products
of float32 are exact, and the costs the same as those of MatchCosts.costs.
"""

from __future__ import annotations

import numpy as np

from ...observations import Layouts
from .frame_similarity import MAX_COST, PAIRS, Costs, MatchCosts, Steps


def window_costs(match: MatchCosts, offsets: Steps, window: Steps) -> Costs:
    """Cost (offsets, steps) of each offset at each step of `window`, quickly where these are `change_steps` apart."""
    steps = match.change_steps
    if not len(offsets):
        return np.empty((0, len(window)))
    if (np.diff(window) != steps).any():
        pairs = np.broadcast_arrays(offsets[:, None], window)
        return match.costs(pairs[0].ravel(), pairs[1].ravel()).reshape(len(offsets), len(window))
    around = np.concatenate([window[:1] - steps, window, window[-1:] + steps])
    rows = _rows(match.after, around)
    beside = np.stack([np.roll(rows, 1, axis=0), rows, np.roll(rows, -1, axis=0)], axis=2)
    costs = np.empty((len(window), len(offsets)))
    for start in range(0, len(offsets), PAIRS // len(window)):
        part = slice(start, start + PAIRS // len(window))
        at = around[:, None] + offsets[part]
        # (steps, offsets, 3): with the picture before, the one at the offset, and the one after.
        products = np.matmul(_rows(match.before, at), beside).astype(np.float64)
        same = products[:, :, 1]
        changes = same[1:] - products[1:, :, 0] - products[:-1, :, 2] + same[:-1]
        costs[:, part] = _inside(match, at[1:-1], window[:, None], same[1:-1], changes[:-1], changes[1:])
    return costs.T


def costs_about(match: MatchCosts, offsets: Steps, after: Steps, reach: int) -> Costs:
    """Cost (n, 2 * reach + 1) of each step `after` at its offset and those up to `reach` beside it."""
    near = np.arange(-reach, reach + 1)
    sides = np.array([-1, 0, 1]) * match.change_steps
    costs = np.empty((len(after), len(near)))
    for start in range(0, len(after), PAIRS // len(near)):
        part = slice(start, start + PAIRS // len(near))
        at = (offsets[part] + after[part])[:, None] + near
        first = _rows(match.before, at[:, None, :] + sides[:, None])
        second = _rows(match.after, after[part, None] + sides)
        n = len(at)
        products = np.matmul(first.reshape(n, -1, first.shape[-1]), second.swapaxes(1, 2)).astype(np.float64)
        # (n, 3, near, 3): by side of the first cut and by side of the second.
        products = products.reshape(n, 3, len(near), 3)
        same = products[:, 1, :, 1]
        back, ahead = (
            products[:, side, :, side] - products[:, side, :, 1] - products[:, 1, :, side] + same for side in (0, 2)
        )
        costs[part] = _inside(match, at, after[part, None], same, back, ahead)
    return costs


def _rows(layouts: Layouts, at: Steps) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """The pictures of these steps; beyond the ends, those at the ends."""
    return np.take(layouts, at, axis=0, mode="clip").astype(np.float32)


def _inside(match: MatchCosts, at: Steps, after: Steps, products: Costs, back: Costs, ahead: Costs) -> Costs:
    """The costs, MAX_COST outside the first cut."""
    last = len(match.before) - 1
    costs = match.costs_of(np.clip(at, 0, last), after, products, back, ahead)
    return np.where((at >= 0) & (at <= last), costs, MAX_COST)
