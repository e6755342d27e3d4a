"""Which pictures of one cut are in another, and where: frame for frame, from the layouts that every scan stores.

A re-cut shows stretches of the same footage, shifted: along a stretch the place in the other cut keeps its distance.
Both cuts are laid on one grid of time. At four anchors a second of the second cut the pictures of the first that look
most alike are candidates, and the path through them of least cost is taken (Viterbi 1967): a picture costs how unlike
the two are, one without counterpart a fixed amount, a jump to another place another. So a picture that is the same in
many places goes with its neighbours, and black goes with what is around it.

What of a stretch moves must do so alike in both cuts, since two takes of one set-up look alike in every picture.

Measured by `python -m tests.benchmarks.recuts` on five films (a trailer, film, television, two of one man who talks to
the camera), re-coded at half the size, burnt in or graded, cut up within their shots too and put in another order: 95
to 98 % of the frames are found within two frames of their place, 86 to 87 % to the frame, and nothing of one film in
another, not of the man in his other film either. One in six frames that the first cut lacked was called known: of a
take that stands still, what was left out looks like what was kept. Mirrored, reframed or retimed footage is not found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..observations.layouts import Layouts, directions, vectors
from ..observations.observations import Observations
from .contiguous_matches import bridge, hold, holds, stretches
from .frame_similarity import Costs, Pictures, Places

FASTEST = 60
"""Steps a second at most: of faster films every second, fourth or eighth frame is looked at."""
ANCHORS = 4
"""A second of the second cut."""
COARSE = 3
"""Steps of the first cut from one picture to the next that is held against every anchor."""
CELL = 8
"""Of these pictures, neighbours of which the most alike stands for all: what is near it is no other place."""
PLACES = 5
"""Cells that are candidates of an anchor."""
PATHS = 16
"""Places at an anchor that are followed further."""
AROUND = 32
"""Anchors that are looked at together: where a place is found at one, or at one of the next so many, it is tried."""
BUDGET = 4e9
"""Comparisons of an anchor with a picture; for longer films half the anchors and half the pictures are taken. Two hours
beside two at 25 frames a second need 1.8e9, four beside four 7.2e9."""
BLOCK = 1024
"""Anchors that are held against the first cut at once: about 16 MB."""

LEAVE, SLIP, FAR, BACK = 0.5, 0.2, 0.1, 0.3
"""What costs: to begin or end a stretch (a jump does both); a step more or less, as between 24 and 23.976 frames a
second; a place farther away, by the logarithm of the seconds; going back."""


@dataclass(frozen=True, slots=True, eq=False)
class Footage:
    """Where each picture of the second cut is in the first."""

    rate: Fraction
    """Steps a second of both cuts' grid: the lower of their frame rates, halved until it is no more than FASTEST."""
    steps: int
    """Of the first cut."""
    source: Places
    """(n,) a step of the second cut: the step of the first that shows the same picture, -1 where none does."""


def footage(before: Observations, after: Observations) -> Footage | None:
    """The pictures of `after` in `before`; None where a scan is older than the layouts that this needs."""
    if not (before.scores.has_layout and after.scores.has_layout and before.frames and after.frames):
        return None
    rate = min(before.media.rate, after.media.rate)
    while rate > FASTEST:
        rate /= 2
    first, second = (film.scores.layout[_shown(film, rate)] for film in (before, after))
    return Footage(rate, len(first), source(first, second, float(rate)))


def source(before: Layouts, after: Layouts, rate: float) -> Places:
    """Footage.source of two cuts' layouts (n, 144) at `rate` steps a second."""
    apart = max(1, round(rate / ANCHORS))
    coarser = 2 if len(before) / COARSE * len(after) / apart > BUDGET else 1
    anchors = np.unique(np.append(np.arange(0, len(after), apart * coarser), len(after) - 1))
    pictures = Pictures(before, after, apart)
    offsets = _candidates(pictures, anchors, COARSE * coarser)
    pictures.settle(anchors, offsets)
    path = _cheapest(pictures, anchors, offsets, rate)
    found = _filled(pictures, anchors, path)
    for first, last in stretches(found):
        if not holds(pictures, found, first, last, rate):
            found[first:last] = -1
    bridge(pictures, found, rate)
    hold(pictures, found)
    return found


def _shown(film: Observations, rate: Fraction) -> Places:
    """The frame that is on the screen at the middle of each step."""
    seconds = film.scores.pts * float(film.media.time_base)
    middles = (np.arange(max(1, round(film.media.duration * rate))) + 0.5) / float(rate)
    return np.maximum(np.searchsorted(seconds, middles, side="right") - 1, 0)


def _candidates(pictures: Pictures, anchors: Places, every: int) -> list[Places]:
    """For each anchor the offsets of the places that look most alike, to the step; looked for at `every` step."""
    before = np.arange(0, len(pictures.before), every)
    found: list[Places] = []
    for some in np.array_split(anchors, -(-len(anchors) // BLOCK)):
        rows = directions(vectors(pictures.after[some]))
        best, at = np.empty((len(some), 0), dtype=np.float32), np.empty((len(some), 0), dtype=np.int64)
        for start in range(0, len(before), CELL * 512):
            part = before[start : start + CELL * 512]
            part = np.append(part, np.repeat(part[-1:], -len(part) % CELL))
            # A cell's pictures lie one below the other: the largest of each column costs little.
            columns = pictures.before[part.reshape(-1, CELL).T.ravel()]
            # Rounded: of equal pictures the first is taken, whatever the processor's last digits say.
            alike = (rows @ directions(vectors(columns)).T).round(4).reshape(len(some), CELL, -1)
            cells = _largest(alike.max(axis=1))
            inner = np.take_along_axis(alike, cells[:, None, :], axis=2)
            best = np.hstack([best, inner.max(axis=1)])
            at = np.hstack([at, part[cells * CELL + inner.argmax(axis=1)]])
            kept = _largest(best)
            best, at = np.take_along_axis(best, kept, axis=1), np.take_along_axis(at, kept, axis=1)
        near = (at - some[:, None])[:, :, None] + np.arange(-every + 1, every)
        costs = pictures.costs(near.ravel(), np.broadcast_to(some[:, None, None], near.shape).ravel())
        exact = costs.reshape(near.shape).argmin(axis=2)[:, :, None]
        offsets = np.take_along_axis(near, exact, axis=2)[:, :, 0]
        least = costs.reshape(near.shape).min(axis=2)
        found += [np.unique(own[cost < 1]) for own, cost in zip(offsets, least, strict=True)]
    return found


def _largest(rows: NDArray[np.float32]) -> Places:
    """Where the PLACES largest of each row are."""
    return np.argpartition(-rows, min(PLACES, rows.shape[1]) - 1, axis=1)[:, :PLACES]


def _cheapest(pictures: Pictures, anchors: Places, own: Sequence[Places], rate: float) -> list[int | None]:
    """The cheapest path's offset at each anchor; None without a counterpart.

    What is a candidate somewhere holds for its whole stretch: each is tried at all anchors around, and followed on from
    there for as long as it is among the best.
    """
    offsets, costs = np.empty(0, dtype=np.int64), np.empty(0)
    apart, left_at = 0.0, 0  # what having no counterpart costs so far, and the place at which the path to it left
    ways: list[tuple[Places, Places, int]] = []
    for start in range(0, len(anchors), AROUND):
        here = anchors[start : start + AROUND]
        tried = np.unique(np.concatenate([offsets, *own[start : start + 2 * AROUND]]))
        pairs = [a.ravel() for a in np.broadcast_arrays(tried[:, None], here)]
        pictures_cost = pictures.costs(*pairs).reshape(len(tried), len(here))
        step = tried[:, None] - tried
        moves = np.where(step == 0, 0.0, np.where(np.abs(step) <= 1, SLIP, 2 * LEAVE + _gap(step, rate)))
        alive = np.searchsorted(tried, offsets)
        for i, anchor in enumerate(here.tolist()):
            arrivals = np.column_stack([moves[:, alive] + costs, apart + LEAVE + _gap(anchor + tried - left_at, rate)])
            way = arrivals.argmin(axis=1)
            total = arrivals[np.arange(len(tried)), way] + pictures_cost[:, i]
            leaves = int(costs.argmin()) if len(costs) and costs.min() + LEAVE < apart else -1
            if leaves >= 0:
                apart, left_at = float(costs[leaves]) + LEAVE, anchor + int(tried[alive[leaves]])
            apart += 1
            from_apart = way == len(alive)
            alive = np.argsort(total, kind="stable")[:PATHS]
            ways.append((tried[alive], np.where(from_apart, -1, way)[alive], leaves))
            costs = total[alive]
        offsets = tried[alive]
    at = int(costs.argmin()) if len(costs) and costs.min() < apart else -1
    path: list[int | None] = []
    for offsets, way, leaves in reversed(ways):
        path.append(int(offsets[at]) if at >= 0 else None)
        at = int(way[at]) if at >= 0 else leaves
    return path[::-1]


def _gap(steps: Places, rate: float) -> Costs:
    """What a jump costs by how many steps of the first cut it passes over, back where negative."""
    gap: Costs = FAR * np.log1p(np.abs(steps) / rate) + np.where(steps < 0, BACK, 0.0)
    return gap


def _filled(pictures: Pictures, anchors: Places, path: Sequence[int | None]) -> Places:
    """The path at every step: between two anchors it changes where that costs least."""
    found = np.full(len(pictures.after), -1, dtype=np.int64)

    def put(steps: Places, offset: int | None) -> None:
        if offset is not None:
            found[steps] = steps + offset

    def costs(steps: Places, offset: int | None) -> Costs:
        return np.ones(len(steps)) if offset is None else pictures.costs(np.full(len(steps), offset), steps)

    for (first, one), (last, other) in pairwise(zip(anchors.tolist(), path, strict=True)):
        steps = np.arange(first, last)
        if one == other:
            put(steps, one)
            continue
        # The anchor itself stays. Each side goes on for as long as that is cheaper than no counterpart; where the sides
        # would overlap, the one gives way to the other where that costs least.
        ahead, behind = costs(steps[1:], one), costs(steps[1:], other)
        until = _cheapest_until(ahead - 1)
        since = len(behind) - _cheapest_until(behind[::-1] - 1)
        if until > since:
            until = since = _cheapest_until(ahead - behind)
        put(steps[: 1 + until], one)
        put(steps[1 + since :], other)
    put(anchors[-1:], path[-1])
    return found


def _cheapest_until(costs: Costs) -> int:
    """How many of these, from the first on, cost least together; the most of them where several do."""
    sums = np.append(0.0, np.cumsum(costs))
    return len(costs) - int(sums[::-1].argmin())
