"""Candidate offsets: the pruned search finds what a comparison of all pairs finds."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.compare.pictures import MatchCosts, Steps, candidates
from emotion_core.compare.pictures.candidates import find_candidates
from emotion_core.observations import LAYOUT, Layouts, directions, vectors
from tests.support.moving_pictures import wandering

SPACING, EVERY = 6, 3


def from_all_pairs(before: Layouts, after: Layouts, anchors: Steps) -> list[list[int]]:
    """Offsets of the most similar cells, each exact to the step, from the similarity of every pair."""
    match = MatchCosts(before, after, SPACING)
    places = np.arange(0, len(before), EVERY)
    similarity = (directions(vectors(after[anchors])) @ directions(vectors(before[places])).T).round(4)
    found = []
    for anchor, row in zip(anchors.tolist(), similarity, strict=True):
        cells = [row[i : i + candidates.CELL] for i in range(0, len(row), candidates.CELL)]
        largest = sorted(range(len(cells)), key=lambda cell: -cells[cell].max())[: candidates.MAX_CELLS]
        offsets = set()
        for cell in largest:
            place = int(places[cell * candidates.CELL + int(cells[cell].argmax())])
            near = place - anchor + np.arange(-EVERY + 1, EVERY)
            costs = match.costs(near, np.full(len(near), anchor))
            if costs.min() < 1:
                offsets.add(int(near[costs.argmin()]))
        found.append(sorted(offsets))
    return found


@pytest.mark.parametrize("chunk", [2, 7, 8192])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_candidate_is_lost(seed: int, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same offsets as from all pairs, however many cells are searched at once."""
    monkeypatch.setattr(candidates, "CHUNK", chunk)
    before = wandering(20, 50, seed)
    noise = np.random.default_rng(3).normal(0, 0.7, before.shape)
    after = np.clip(np.roll(before, 300, axis=0) * 1.05 + noise, 0, 255).round().astype(np.uint8)
    anchors = np.arange(0, len(after), SPACING)
    found = find_candidates(MatchCosts(before, after, SPACING), anchors, EVERY)
    expected = from_all_pairs(before, after, anchors)
    assert [row.tolist() for row in found] == expected
    assert sum(map(len, expected)) > len(anchors) / 2


def test_pictures_without_contrast_have_none() -> None:
    grey = np.full((60, LAYOUT[0] * LAYOUT[1]), 90, dtype=np.uint8)
    found = find_candidates(MatchCosts(grey, grey, SPACING), np.arange(0, 60, SPACING), EVERY)
    assert [len(row) for row in found] == [0] * 10


def test_a_picture_that_is_everywhere_is_tried_in_many_places() -> None:
    """Anchors of one still each take other cells of it, so that the right one is among them."""
    still = wandering(1, 1, 4).repeat(3000, axis=0)
    anchors = np.arange(0, 300, SPACING)
    found = find_candidates(MatchCosts(still, still[:300], SPACING), anchors, EVERY)
    assert {len(row) for row in found} <= {candidates.MAX_CELLS}
    cells = {
        (int(offset) + int(anchor)) // (EVERY * candidates.CELL)
        for anchor, row in zip(anchors, found, strict=True)
        for offset in row
    }
    assert len(cells) > 60


def test_all_pictures_may_be_near() -> None:
    """A film whose pictures are all alike is compared as a whole."""
    before = np.clip(wandering(1, 1, 5) + np.random.default_rng(6).normal(0, 12, (900, 144)), 0, 255).astype(np.uint8)
    anchors = np.arange(0, len(before), SPACING)
    found = find_candidates(MatchCosts(before, before, SPACING), anchors, EVERY)
    assert [row.tolist() for row in found] == from_all_pairs(before, before, anchors)
    assert all(0 in row for row in found)
