"""Fields of the layout over which one of the cuts has something else: burnt-in timecode, a logo."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...observations import LAYOUT
from .frame_similarity import MIN_ANCHORS, Costs, MatchCosts, Steps

SAMPLES = 400
"""Pairs of pictures from which the fields are told."""
PART = 0.75
"""Part of the pairs in which the other fields differ less."""
FACTOR, LEVELS = 12.0, 5.0
"""Square difference from which a field is overlaid: so many times the median field's, and so many levels. Under
burnt-in timecode it was 100 times or more, in graded copies 7 at most."""
SHARE = 0.2
"""Largest share of the picture that is overlaid."""
STILL_PART = 0.25
"""PART where too little moves to tell which pairs are of one picture: what lies over a cut is in all its pictures, so
that it differs in other pairs, too."""
STILL_ALIKE = 6.0
"""Median field's square difference up to which such pairs tell something."""


def overlaid_fields(match: MatchCosts, anchors: Steps, offsets: Sequence[Steps]) -> NDArray[np.bool_]:
    """(144,): the fields of the layout over which one of the cuts has something else.

    Told from the candidate `offsets` of the anchors that change alike: these fields differ far more than others do,
    once gain and offset are taken out. Where too little moves, from the candidate of each anchor that is most alike.
    None where they would be a large part of the picture.
    """
    before, after = match.candidates_alike(anchors, offsets)
    overlaid = np.zeros(match.before.shape[1], dtype=np.bool_)
    part, alike = PART, np.inf
    if len(np.unique(after)) < MIN_ANCHORS:
        before, after = _most_alike(match, anchors, offsets)
        part, alike = STILL_PART, STILL_ALIKE
    if len(after) < MIN_ANCHORS:
        return overlaid
    sample = np.unique(np.linspace(0, len(after) - 1, SAMPLES).astype(np.int64))
    first, second = match.before[before[sample]].astype(np.float64), match.after[after[sample]].astype(np.float64)
    for _ in range(2):  # the gain of the first round is one of all fields
        differences = np.quantile(np.square(second - _toned(first, second, ~overlaid)), part, axis=0)
        median = float(np.median(differences))
        overlaid = differences >= max(LEVELS**2, FACTOR * median)
    is_small = np.count_nonzero(overlaid) <= SHARE * len(overlaid) and median <= alike
    return _with_ends(overlaid) if is_small else np.zeros_like(overlaid)


def _with_ends(overlaid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """These fields and those left and right of them: not every digit reaches as far, nor does every film's timecode."""
    rows = np.pad(overlaid.reshape(LAYOUT[::-1]), ((0, 0), (1, 1)))
    return np.asarray((rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:]).ravel(), dtype=np.bool_)


def _most_alike(match: MatchCosts, anchors: Steps, offsets: Sequence[Steps]) -> tuple[Steps, Steps]:
    """Steps of both cuts: of each anchor with candidates the one whose picture differs least, and the anchor."""
    after = np.repeat(anchors, [len(row) for row in offsets])
    before = after + np.concatenate([*offsets, np.empty(0, dtype=np.int64)])
    order = np.lexsort((match.differences(before, after)[1], after))
    after, first = np.unique(after[order], return_index=True)
    return before[order][first], after


def _toned(first: Costs, second: Costs, fields: NDArray[np.bool_]) -> Costs:
    """The first pictures (n, 144) in the tones of the second, which these fields tell."""
    one, other = first[:, fields], second[:, fields]
    spread = float(one.var())
    gain = float(np.mean((one - one.mean()) * (other - other.mean())) / spread) if spread >= 1 else 1.0
    toned: Costs = gain * (first - one.mean()) + other.mean()
    return toned
