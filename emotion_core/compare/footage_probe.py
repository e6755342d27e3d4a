"""A cheap test whether two cuts share footage at all, before they are aligned.

Some pictures of the second cut, evenly spread, are looked for in the first, and the seconds about each one found are
compared as `contiguous_matches` compares runs. Of two films of two hours this takes about a tenth of the time that the
alignment takes. Footage that fills less than about a thirtieth of the second cut can be missed.
"""

from __future__ import annotations

import numpy as np

from ..observations import Layouts, Observations, directions, vectors
from .alignment import layouts_on_grid
from .pictures import ANCHORS, COARSE_STEP, MatchCosts, find_candidates, is_same_footage

PROBES = 96
"""Pictures of the second cut that are looked for."""
MIN_FOUND = 3
"""Of them, how many must be found."""
SECONDS_ABOUT = 1.0
"""Seconds before and after a picture that must match too."""

SKETCHED = 2
"""Pictures a second of a sketch."""
SKETCH_PROBES = 64
"""Pictures of the shorter film that are looked for in the sketch of the other."""
ALIKE = 0.95
"""Similarity from which two pictures may be half a second apart in the same shot."""
ALIKE_SHARE = 0.1
"""Share of alike ones from which two films are worth the better test."""


def shares_footage(before: Observations, after: Observations) -> bool:
    """Whether pictures of `after`, and the seconds about them, are in `before`."""
    rate, first, second = layouts_on_grid(before, after)
    match = MatchCosts(first, second, max(1, round(float(rate) / ANCHORS)))
    anchors = np.unique(np.linspace(0, len(second) - 1, PROBES).astype(np.int64))
    offsets = find_candidates(match, anchors, COARSE_STEP)
    match.calibrate(anchors, offsets)
    found = 0
    about = max(1, round(SECONDS_ABOUT * float(rate)))
    for anchor, tried in zip(anchors.tolist(), offsets, strict=True):
        found += any(_continues(match, anchor, int(offset), about, float(rate)) for offset in tried)
        if found >= MIN_FOUND:
            return True
    return False


def _continues(match: MatchCosts, anchor: int, offset: int, about: int, rate: float) -> bool:
    """Whether a picture's surroundings match at an offset; at a cut, those on one of its sides."""
    for back, on in ((about, about), (2 * about, 1), (0, 2 * about)):
        first, last = anchor - back, anchor + on
        steps = np.arange(max(first, 0, -offset), min(last, len(match.after), len(match.before) - offset))
        if len(steps) < about:
            continue
        source = np.full(len(match.after), -1, dtype=np.int64)
        source[steps] = steps + offset
        is_match = float(match.costs(np.full(len(steps), offset), steps).mean()) < 1
        if is_match and is_same_footage(match, source, int(steps[0]), int(steps[-1]) + 1, rate):
            return True
    return False


def sketch(film: Observations) -> Layouts:
    """A film in few pictures: SKETCHED a second."""
    seconds = film.scores.pts * float(film.media.time_base)
    at = np.arange(0, float(film.media.duration), 1 / SKETCHED)
    return film.scores.layout[np.maximum(np.searchsorted(seconds, at, side="right") - 1, 0)]


def may_share_footage(first: Layouts, second: Layouts) -> bool:
    """Whether the films of two sketches look alike enough for `shares_footage` to be asked."""
    shorter, longer = sorted((first, second), key=len)
    probes = shorter[np.unique(np.linspace(0, len(shorter) - 1, SKETCH_PROBES).astype(np.int64))]
    probes = probes[probes.std(axis=1) >= 1]
    if not len(probes):
        return False
    best = (directions(vectors(probes)) @ directions(vectors(longer)).T).max(axis=1)
    return float(np.mean(best >= ALIKE)) >= ALIKE_SHARE
