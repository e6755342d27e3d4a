"""The path that is found costs as little as any: compared with a search that leaves nothing out."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.compare.pictures import MatchCosts, Steps, cheapest_path as module, windows
from emotion_core.compare.pictures.cheapest_path import (
    BACKWARD_COST,
    DISTANCE_COST,
    EDGE_COST,
    SLIP_COST,
    cheapest_path,
)
from emotion_core.compare.pictures.frame_similarity import Costs
from tests.support.moving_pictures import wandering

RATE, SPACING = 25.0, 6
PICTURES = wandering(2, 240, 1)
MATCH = MatchCosts(PICTURES, PICTURES, SPACING)
ANCHORS = np.arange(0, 480, SPACING)
OFFSETS = np.array([-300, -60, -59, 0, 1, 3, 4, 7, 120, 400])


def moved(step: int) -> float:
    """Cost of a jump."""
    return DISTANCE_COST * float(np.log1p(abs(step) / RATE)) + (BACKWARD_COST if step < 0 else 0.0)


def cost_of(path: list[int | None], costs: Costs) -> float:
    """What a path costs: the rules, written down once more."""
    total, offset, left = 0.0, None, 0
    for i, (anchor, here) in enumerate(zip(ANCHORS.tolist(), path, strict=True)):
        if here is None:
            total += 1 + (EDGE_COST if offset is not None else 0)
            left = left if offset is None else anchor + offset
        else:
            if offset is None:
                total += EDGE_COST + moved(anchor + here - left)
            elif here != offset:
                total += SLIP_COST if abs(here - offset) == 1 else 2 * EDGE_COST + moved(here - offset)
            total += float(costs[OFFSETS.tolist().index(here), i])
        offset = here
    return total


def least_cost(costs: Costs) -> float:
    """The lowest cost of any path. That of no counterpart goes on from the best path only, as the search does."""
    best, unmatched, left = np.full(len(OFFSETS), np.inf), 0.0, 0
    for i, anchor in enumerate(ANCHORS.tolist()):
        arrivals = [
            [0.0 if a == b else SLIP_COST if abs(a - b) == 1 else 2 * EDGE_COST + moved(int(a - b)) for b in OFFSETS]
            for a in OFFSETS
        ]
        ways = np.minimum(
            (np.array(arrivals) + best).min(axis=1),
            [unmatched + EDGE_COST + moved(int(anchor + a - left)) for a in OFFSETS],
        )
        at = int(best.argmin())
        if best[at] + EDGE_COST < unmatched:
            unmatched, left = float(best[at]) + EDGE_COST, anchor + int(OFFSETS[at])
        unmatched += 1
        best = ways + costs[:, i]
    return min(float(best.min()), unmatched)


def by_chance(seed: int) -> Costs:
    """Stretches of low costs, noise, ties, and anchors at which nothing fits."""
    random = np.random.default_rng(seed)
    costs = np.where(random.random((len(OFFSETS), len(ANCHORS))) < 0.5, 4.0, random.uniform(0, 2, (10, 80)))
    for begin in range(0, len(ANCHORS), 10):
        rows = random.choice(len(OFFSETS), random.integers(0, 4), replace=False)
        costs[rows, begin : begin + int(random.integers(2, 12))] = random.choice([0.0, 0.05, 0.4])
    return np.minimum(costs, 4.0)


@pytest.mark.parametrize("few", [0, 10_000])
@pytest.mark.parametrize("seed", range(12))
def test_no_path_is_cheaper(seed: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether its steps are compared one by one or by NumPy."""
    costs = by_chance(seed)

    def costs_at(_: MatchCosts, offsets: Steps, window: Steps) -> Costs:
        return costs[np.searchsorted(OFFSETS, offsets)[:, None], window // SPACING]

    for each in (module, windows):
        monkeypatch.setattr(each, "costs_at", costs_at)
    monkeypatch.setattr(module, "FEW", few)
    tried = windows.Windows(MATCH, ANCHORS)
    tried.add(np.arange(len(ANCHORS)) % 3 > 0, [OFFSETS[:7]] * (2 * len(ANCHORS) // 3))
    tried.add(np.arange(len(ANCHORS)) % 3 == 0, [OFFSETS] * (-(-len(ANCHORS) // 3)))
    path = cheapest_path(MATCH, tried, RATE)
    assert cost_of(path, costs) == pytest.approx(least_cost(costs))
    assert any(offset is None for offset in path)
    assert len(set(path)) > 3
