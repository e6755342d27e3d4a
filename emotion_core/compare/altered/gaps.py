"""Gaps: altered footage in its old place, between footage that both cuts show.

Where a stretch of the second cut has no counterpart, and the footage on both of its sides is that on both sides of a
stretch of the first cut, the footage between is likely the same. It is fitted there without a search for places, and
less proof is asked of it than of a place anywhere in the film: it may hardly move.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from ..pictures import Steps
from .fitting import MIN_SECONDS, Fitting, Stretch
from .lines import FASTEST, MIN_DRIFT, MIN_SLOPE, SLOWEST, Line
from .match import Match, Matches
from .views import MIRRORED, PLAIN, REFRAMED

VIEWS = (MIRRORED, *REFRAMED)
LONGER = 3
"""Times as long as the other cut's gap a gap may be."""
LIKELY = 0.7
"""Mean correlation of a gap's pictures through a view from which it is fitted."""
SAMPLES = 12
"""Pictures of a gap that are looked at through every view."""
SIMILARITY, HELD_SIMILARITY = 0.955, 0.97
"""Least correlation of pictures that move alike, and of those that hardly move."""
MOTION = 0.8
"""Correlation of both cuts' motion from which they move alike."""
UNEXPLAINED = 1.5
"""Mean square of motion that the other cut does not have, levels squared, up to which pictures hardly move: coding."""
GAIN = 2.3
"""Times as unlike as through the view pictures are as they are, at least."""
UNLIKE = 0.975
"""Correlation of pictures as they are below which a run may show them otherwise."""
MATCHED_GAIN = 4.0
"""The same of a run that the alignment matched as it is."""
PART = 0.5
"""Part of the shorter gap that must be found."""
EDGE, SLACK = 0.6, 2
"""Seconds of their shots that a shot's neighbours may have lost, and steps by which the edges of footage may be off."""
SHOT_SAMPLES = 48
"""Pictures of a shot by which its speed is told."""
EXPLAINED = 0.75
"""Part of the motion that a shot's own speed leaves unexplained, up to which another speed explains it."""
LEAST_MOTION = 0.3
"""Mean square of a shot's motion, levels squared, from which it tells a speed: a held picture and black tell none."""
REMAINING = 0.4
"""Part of a shot's motion that its speed may leave unexplained."""


def find_in_gaps(fitting: Fitting, source: Steps, how: Matches, stretches: Sequence[tuple[int, int]]) -> None:
    """Write mirrored and reframed footage of `stretches` of the second cut into `source` and `how`.

    Both are as of find_altered; stretches are first steps and those past the last.
    """
    for first, last in stretches:
        gap = _gap(source, first, last, fitting.steps_before)
        if gap is None:
            continue
        line = max(_lines(fitting, (first, last), gap), key=lambda each: each.score, default=None)
        fitted = None if line is None or line.score < LIKELY else fitting.fitted(line, slopes=False, may_be_held=True)
        part = None if fitted is None else fitting.proved(fitted, first, last)
        if part is None or part.last - part.first < PART * min(last - first, gap[1] - gap[0]):
            continue
        if not holds_in_place(fitting, part):
            continue
        _write(part.line, part.first, part.last, source, how)


def see_shots(fitting: Fitting, source: Steps, how: Matches, splices: Steps) -> None:
    """Write shots of the second cut that are far more alike mirrored or reframed into `source` and `how`.

    What is dark differs by few levels from any other, as titles do on black: the alignment takes it as it is.
    """
    jumps = 1 + np.flatnonzero(np.abs(np.diff(source) - 1) > SLACK)
    for first, last in pairwise(np.unique(np.concatenate([[0], jumps, splices, [len(source)]])).tolist()):
        if last - first < MIN_SECONDS * fitting.rate or how[first] != Match.PICTURE:
            continue
        steps = np.unique(np.linspace(first, last - 1, SAMPLES).astype(np.int64))
        steps = steps[fitting.tells(steps)]
        if len(steps) < SAMPLES // 3 or np.median(fitting.similarity(PLAIN, steps, source[steps])) >= UNLIKE:
            continue
        begin, end = int(source[first]), int(source[last - 1]) + 1
        if not 0 < end - begin <= LONGER * (last - first):
            continue
        line = max(_lines(fitting, (first, last), (begin, end)), key=lambda each: each.score)
        fitted = (
            fitting.fitted(line, slopes=False, may_be_held=True)
            if line.score >= LIKELY * len(steps) / SAMPLES
            else None
        )
        part = None if fitted is None else fitting.proved(fitted, first, last)
        if part is not None and holds_in_place(fitting, part) and fitting.is_altered(part, MATCHED_GAIN):
            _write(part.line, first, last, source, how)


def _write(line: Line, first: int, last: int, source: Steps, how: Matches) -> None:
    steps = np.arange(first, last)
    source[steps] = line.sources(steps)
    how[steps] = Match.MIRRORED if line.view.is_mirrored else Match.REFRAMED


def retime_shots(fitting: Fitting, source: Steps, how: Matches, splices: tuple[Steps, Steps]) -> None:
    """Write shots of the second cut at another speed into `source` and `how`, as of find_altered.

    A shot between footage that both cuts show, longer or shorter than what is between in the first cut, was trimmed or
    retimed. What hardly moves looks alike at any speed: it was retimed if all of it at one speed explains its motion
    far better than any part of it does at its own. `splices` are the steps at which shots of both cuts begin.
    """
    bounds = np.unique(np.concatenate([[0], splices[1], [len(source)]])).tolist()
    for first, last in pairwise(bounds):
        gap = _shots(_gap(source, first, last, fitting.steps_before), splices[0], round(EDGE * fitting.rate))
        if gap is None or last - first < MIN_SECONDS * fitting.rate or (how[first:last] > Match.PICTURE).all():
            continue
        line = _retimed(fitting, source, (first, last), gap)
        if line is not None:
            steps = np.arange(first, last)
            source[steps], how[steps] = np.clip(line.sources(steps), *(gap[0], gap[1] - 1)), Match.RETIMED


def _retimed(fitting: Fitting, source: Steps, shot: tuple[int, int], gap: tuple[int, int]) -> Line | None:
    """The line that shows all of a gap in a shot; None where the shot is explained as well at its own speed."""
    length, there = shot[1] - shot[0], gap[1] - gap[0]
    slope = there / length
    if abs(there - length) < MIN_DRIFT or abs(slope - 1) < MIN_SLOPE or not SLOWEST <= slope <= FASTEST:
        return None
    steps = np.unique(np.linspace(shot[0], shot[1] - 1, SHOT_SAMPLES).astype(np.int64))

    def rest(sources: Steps) -> float:
        """What motion of the shot these leave unexplained; only those within the gap count."""
        inside = (sources >= gap[0]) & (sources < gap[1])
        return fitting.rest(steps[inside], sources[inside]) if np.mean(inside) >= PART else math.inf

    middle = (shot[0] + shot[1] - 1) / 2
    lines = [
        Line(PLAIN, slope + by, (gap[0] + gap[1] - 1) / 2 + shift - (slope + by) * middle, 0.0, *shot)
        for by in np.linspace(-0.02, 0.02, 5)
        for shift in (-1.0, -0.5, 0.0, 0.5, 1.0)
    ]
    rests = [rest(np.clip(line.sources(steps), gap[0], gap[1] - 1)) for line in lines]
    best = int(np.rint(np.array(rests) * 1e4).argmin())
    offsets = range(min(0, there - length), max(0, there - length) + 1)
    at_its_own = min(rest(steps - shot[0] + gap[0] + offset) for offset in offsets)
    amount = fitting.amount(steps)
    limit = min(EXPLAINED * at_its_own, EXPLAINED * rest(source[steps]), REMAINING * amount)
    return lines[best] if amount >= LEAST_MOTION and rests[best] <= limit else None


def _gap(source: Steps, first: int, last: int, steps_before: int) -> tuple[int, int] | None:
    """The steps of the first cut between the counterparts of a stretch's neighbours; None without such a gap."""
    begin = 0 if first == 0 else int(source[first - 1]) + 1
    end = steps_before if last == len(source) else int(source[last])
    if (first and not begin) or end < 0:
        return None
    short, long = sorted((last - first, end - begin))
    return (begin, end) if 0 < long <= LONGER * short else None


def _shots(gap: tuple[int, int] | None, splices: Steps, reach: int) -> tuple[int, int] | None:
    """A gap of the first cut without what its neighbours lost of their shots, up to `reach` steps at either end."""
    if gap is None:
        return None
    begins = splices[(splices >= gap[0] - SLACK) & (splices <= gap[0] + reach)]
    ends = splices[(splices >= gap[1] - reach) & (splices <= gap[1] + SLACK)]
    begin, end = (int(begins[0]) if len(begins) else gap[0]), (int(ends[-1]) if len(ends) else gap[1])
    return (begin, end) if begin < end else None


def _lines(fitting: Fitting, stretch: tuple[int, int], gap: tuple[int, int]) -> Iterator[Line]:
    """Lines from the gap's beginning and from its end, each with the view through which most is alike."""
    length = min(stretch[1] - stretch[0], gap[1] - gap[0])
    for first, begin in {(stretch[0], gap[0]), (stretch[1] - length, gap[1] - length)}:
        steps = np.unique(np.linspace(first + 1, first + length - 2, SAMPLES).astype(np.int64))
        scores = [float(fitting.similarity(view, steps, steps + begin - first).mean()) for view in VIEWS]
        best = int(np.rint(np.array(scores) * 1e4).argmax())
        yield Line(VIEWS[best], 1.0, float(begin - first), scores[best], int(steps[0]), int(steps[-1]))


def holds_in_place(fitting: Fitting, part: Stretch) -> bool:
    """Whether a mirrored or reframed stretch shows the same footage, given that its place is the likeliest."""
    moves_alike = part.motion >= MOTION and part.similarity >= SIMILARITY
    is_held = (1 - part.motion) * part.amount <= UNEXPLAINED and part.similarity >= HELD_SIMILARITY
    return (moves_alike or is_held) and part.line.view.is_another and fitting.is_altered(part, GAIN)
