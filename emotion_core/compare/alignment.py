"""Frame alignment: which picture of the first cut each picture of the second shows, from the layouts of both scans.

A re-cut shows stretches of the same footage at an offset; along a stretch the offset is constant. Both cuts are laid on
one grid of time. At ANCHORS steps a second of the second cut, the most similar pictures of the first are candidates.
The cheapest path through the candidates is taken (Viterbi 1967): a match costs the dissimilarity of its pictures, a
picture without counterpart a fixed amount, and a jump to another offset another. A picture that occurs in many places
therefore follows its neighbours, and so does black.

Motion within a stretch must agree in both cuts, since two takes of one set-up look alike in every single picture.

Measured by `python -m tests.benchmarks.recuts` on five films (a trailer, film, television, two of one man who talks to
the camera), re-coded at half the size, burnt in or graded, also cut within shots and reordered: 95 to 98 % of the
frames are matched within two frames of the right place, 86 to 87 % exactly. Nothing of one film is matched in another,
nor of the man in his other film. One in six frames missing from the first cut is matched wrongly: in a static take,
omitted footage looks like the rest.

Where something like timecode lies over one of the cuts, its fields are left out. What then has no counterpart is looked
for mirrored, reframed and retimed, see `altered`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

import numpy as np

from ..observations import Layouts, Observations
from ..system import usable_cores
from .altered import Match, Matches, find_altered
from .candidates import MAX_THREADS, find_candidates
from .contiguous_matches import bridge_gaps, continue_into_black, extend_held_pictures, find_runs, is_same_footage
from .frame_similarity import Costs, MatchCosts, Steps
from .sound import Flags, match_sound

FORMAT = 1
"""Version of the arithmetic of an alignment, by pictures and by sound; raise it with each change of what comes out, so
that no alignment that is kept on disk is taken for a new one."""
MAX_RATE = 60
"""Highest rate of the grid, steps a second; of faster films every second, fourth or eighth frame is used."""
ANCHORS = 4
"""Anchors a second of the second cut."""
COARSE_STEP = 3
"""Steps between the pictures of the first cut that are compared with every anchor."""
WINDOWS_AT_ONCE = 64
"""Windows whose pictures are compared, by several threads, before the path through them is searched: not beside it,
since its many short steps would keep the threads waiting for the interpreter."""
MAX_PATHS = 16
"""Offsets at an anchor whose paths are followed."""
WINDOW = 32
"""Anchors that are handled together; an offset found at one of them, or of the next WINDOW, is tried at all."""
BUDGET = 4e9
"""Comparisons of an anchor with a picture; beyond it half the anchors and half the pictures are used. Two films of two
hours at 25 frames a second need 1.8e9, two of four hours 7.2e9."""

EDGE_COST, SLIP_COST, DISTANCE_COST, BACKWARD_COST = 0.5, 0.2, 0.1, 0.3
"""Cost of beginning or ending a stretch (a jump does both); of one step more or less, as between 24 and 23.976 frames a
second; of a more distant offset, times the logarithm of the seconds; of going backward."""


@dataclass(frozen=True, slots=True, eq=False)
class AlignmentMap:
    """For each step of the second cut, the step of the first that shows the same picture."""

    rate: Fraction
    """Steps a second of the grid of both cuts: the lower of their frame rates, halved until it is at most MAX_RATE."""
    steps: int
    """Number of steps of the first cut."""
    source: Steps
    """(n,), one entry per step of the second cut: the matching step of the first, -1 where there is none."""
    how: Matches = field(default_factory=lambda: np.empty(0, dtype=np.uint8))
    """(n,): a Match a step, NONE where `source` is -1. Without it all matches are by PICTURE."""
    other_sound: Flags = field(default_factory=lambda: np.empty(0, dtype=np.bool_))
    """(n,): whether the picture is matched, but the second cut has another sound there. Without it nowhere."""

    def __post_init__(self) -> None:
        if len(self.other_sound) != len(self.source):
            object.__setattr__(self, "other_sound", np.zeros(len(self.source), dtype=np.bool_))
        if len(self.how) != len(self.source):
            how = np.where(self.source >= 0, np.uint8(Match.PICTURE), np.uint8(Match.NONE))
            object.__setattr__(self, "how", how)


def align(before: Observations, after: Observations) -> AlignmentMap:
    """Align `after` to `before`: by their pictures, then by their sound where both scans have fingerprints of it."""
    rate, first, second = layouts_on_grid(before, after)
    source, how = match_layouts(first, second, float(rate))
    other_sound = match_sound(source, how, len(first), float(rate), before.sound, after.sound)
    return AlignmentMap(rate, len(first), source, how, other_sound)


def layouts_on_grid(before: Observations, after: Observations) -> tuple[Fraction, Layouts, Layouts]:
    """Steps a second of the grid of both cuts, and the layouts of each at its steps."""
    rate = min(before.media.rate, after.media.rate)
    while rate > MAX_RATE:
        rate /= 2
    first, second = (film.scores.layout[frames_on_grid(film, rate)] for film in (before, after))
    return rate, first, second


def align_layouts(before: Layouts, after: Layouts, rate: float) -> Steps:
    """AlignmentMap.source of two cuts' layouts (n, 144) at `rate` steps a second."""
    return match_layouts(before, after, rate)[0]


def match_layouts(before: Layouts, after: Layouts, rate: float) -> tuple[Steps, Matches]:
    """AlignmentMap.source and AlignmentMap.how of two cuts' layouts (n, 144) at `rate` steps a second."""
    source, is_overlaid = _same_pictures(before, after, rate)
    how = find_altered(before, after, source, rate, is_overlaid=is_overlaid)
    return source, how


def _same_pictures(before: Layouts, after: Layouts, rate: float) -> tuple[Steps, bool]:
    """AlignmentMap.source by the pictures as they are, and whether something lies over them."""
    spacing = max(1, round(rate / ANCHORS))
    coarser = 2 if len(before) / COARSE_STEP * len(after) / spacing > BUDGET else 1
    anchors = np.unique(np.append(np.arange(0, len(after), spacing * coarser), len(after) - 1))
    match = MatchCosts(before, after, spacing)
    offsets = find_candidates(match, anchors, COARSE_STEP * coarser)
    overlaid = match.overlaid_fields(anchors, offsets)
    if overlaid.any():  # as under burnt-in timecode: the rest of the picture tells more without them
        match = MatchCosts(before[:, ~overlaid], after[:, ~overlaid], spacing)
        offsets = find_candidates(match, anchors, COARSE_STEP * coarser)
    match.calibrate(anchors, offsets)
    path = _cheapest_path(match, anchors, offsets, rate)
    source = _interpolate(match, anchors, path)
    for first, last in find_runs(source):
        if not is_same_footage(match, source, first, last, rate):
            source[first:last] = -1
    bridge_gaps(match, source, rate)
    continue_into_black(match, source)
    extend_held_pictures(match, source)
    return source, bool(overlaid.any())


def frames_on_grid(film: Observations, rate: Fraction) -> Steps:
    """The frame on screen at the middle of each step."""
    seconds = film.scores.pts * float(film.media.time_base)
    middles = (np.arange(max(1, round(film.media.duration * rate))) + 0.5) / float(rate)
    return np.maximum(np.searchsorted(seconds, middles, side="right") - 1, 0)


def _cheapest_path(match: MatchCosts, anchors: Steps, candidates: Sequence[Steps], rate: float) -> list[int | None]:
    """Offset of the cheapest path at each anchor; None without a counterpart.

    A candidate of one anchor may hold for its whole stretch: each is tried at all anchors of its window, and followed
    for as long as it is among the best.
    """
    offsets, costs = np.empty(0, dtype=np.int64), np.empty(0)
    # Cost so far of having no counterpart, and the step of the first cut that such a path left.
    unmatched, left_at = 0.0, 0
    history: list[tuple[Steps, Steps, int]] = []
    for window, found, found_costs in _window_costs(match, anchors, candidates):
        followed = np.setdiff1d(offsets, found)
        tried = np.concatenate([found, followed])
        order = np.argsort(tried)
        tried = tried[order]
        picture_costs = np.vstack([found_costs, _picture_costs(match, followed, window)])[order]
        # Row by row, for the offsets whose paths are followed: few of those tried are.
        moves, is_set = np.empty((len(tried), len(tried))), np.zeros(len(tried), dtype=np.bool_)
        alive = np.searchsorted(tried, offsets)
        for i, anchor in enumerate(window.tolist()):
            unset = alive[~is_set[alive]]
            if len(unset):
                moves[unset], is_set[unset] = _move_costs(tried - tried[unset, None], rate), True
            arrivals = np.empty((len(alive) + 1, len(tried)))
            np.add(moves[alive], costs[:, None], out=arrivals[:-1])
            arrivals[-1] = unmatched + EDGE_COST + _jump_cost(anchor + tried - left_at, rate)
            total = arrivals.min(axis=0) + picture_costs[:, i]
            leaves = int(costs.argmin()) if len(costs) and costs.min() + EDGE_COST < unmatched else -1
            if leaves >= 0:
                unmatched, left_at = float(costs[leaves]) + EDGE_COST, anchor + int(tried[alive[leaves]])
            unmatched += 1
            leading = np.argsort(total, kind="stable")[:MAX_PATHS]
            origin = arrivals[:, leading].argmin(axis=0)
            history.append((tried[leading], np.where(origin == len(alive), -1, origin), leaves))
            alive = leading
            costs = total[alive]
        offsets = tried[alive]
    at = int(costs.argmin()) if len(costs) and costs.min() < unmatched else -1
    path: list[int | None] = []
    for offsets, origin, leaves in reversed(history):
        path.append(int(offsets[at]) if at >= 0 else None)
        at = int(origin[at]) if at >= 0 else leaves
    return path[::-1]


def _window_costs(
    match: MatchCosts, anchors: Steps, candidates: Sequence[Steps]
) -> Iterator[tuple[Steps, Steps, Costs]]:
    """Of each window its anchors, the candidate offsets of it and the next, and the cost of each at each anchor."""

    def costs_at(start: int) -> tuple[Steps, Steps, Costs]:
        window = anchors[start : start + WINDOW]
        tried = np.unique(np.concatenate(candidates[start : start + 2 * WINDOW]))
        return window, tried, _picture_costs(match, tried, window)

    starts = range(0, len(anchors), WINDOW)
    with ThreadPoolExecutor(min(MAX_THREADS, usable_cores())) as pool:
        for i in range(0, len(starts), WINDOWS_AT_ONCE):
            yield from pool.map(costs_at, starts[i : i + WINDOWS_AT_ONCE])


def _picture_costs(match: MatchCosts, offsets: Steps, window: Steps) -> Costs:
    """Cost (offsets, anchors) of each offset at each anchor."""
    pairs = np.broadcast_arrays(offsets[:, None], window)
    return match.costs(pairs[0].ravel(), pairs[1].ravel()).reshape(len(offsets), len(window))


def _move_costs(steps: Steps, rate: float) -> Costs:
    """Cost of changing the offset by so many steps within a stretch, or of leaving it for another."""
    jumps = 2 * EDGE_COST + _jump_cost(steps, rate)
    return np.where(steps == 0, 0.0, np.where(np.abs(steps) <= 1, SLIP_COST, jumps))


def _jump_cost(steps: Steps, rate: float) -> Costs:
    """Cost of a jump over so many steps of the first cut, backward where negative."""
    cost: Costs = DISTANCE_COST * np.log1p(np.abs(steps) / rate) + np.where(steps < 0, BACKWARD_COST, 0.0)
    return cost


def _interpolate(match: MatchCosts, anchors: Steps, path: Sequence[int | None]) -> Steps:
    """The path at every step: between two anchors the offset changes where that costs least."""
    source = np.full(len(match.after), -1, dtype=np.int64)
    bounds = np.append(anchors, len(source))
    for (first, last), offset in zip(pairwise(bounds.tolist()), path, strict=True):
        if offset is not None:
            source[first:last] = np.arange(first + offset, last + offset)
    changes = [i for i, (earlier, later) in enumerate(pairwise(path)) if earlier != later]
    between = [np.arange(bounds[i] + 1, bounds[i + 1]) for i in changes]
    all_ahead = _costs_of_each(match, between, [path[i] for i in changes])
    all_behind = _costs_of_each(match, between, [path[i + 1] for i in changes])
    for i, steps, ahead, behind in zip(changes, between, all_ahead, all_behind, strict=True):
        # The anchor itself keeps its offset. Each side is extended while that is cheaper than no counterpart. Where
        # the sides would overlap, the change is made where it costs least.
        until = _cheapest_count(ahead - 1)
        since = len(behind) - _cheapest_count(behind[::-1] - 1)
        if until > since:
            until = since = _cheapest_count(ahead - behind)
        source[steps[until:]] = -1
        later = path[i + 1]
        if later is not None:
            source[steps[since:]] = steps[since:] + later
    return source


def _costs_of_each(match: MatchCosts, steps: Sequence[Steps], offsets: Sequence[int | None]) -> list[Costs]:
    """Cost of each of several ranges of steps at its offset, compared all at once; 1 without an offset."""
    if not steps:
        return []
    lengths = [len(some) for some in steps]
    at = np.repeat(np.array([offset or 0 for offset in offsets], dtype=np.int64), lengths)
    has_offset = np.repeat(np.array([offset is not None for offset in offsets]), lengths)
    costs = np.where(has_offset, match.costs(at, np.concatenate(steps)), 1.0)
    return np.split(costs, np.cumsum(lengths)[:-1])


def _cheapest_count(costs: Costs) -> int:
    """How many of `costs`, from the first on, have the lowest sum; the most where several counts do."""
    sums = np.append(0.0, np.cumsum(costs))
    return len(costs) - int(sums[::-1].argmin())
