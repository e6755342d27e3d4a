"""Shots of the second cut that the alignment matched as they are, and which are mirrored, reframed or retimed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..pictures import Steps
from .fitting import Fitting
from .gaps import LIKELY, PART, SAMPLES, fit_in_place, gap_of, kind_of, likeliest_line
from .lines import FASTEST, MIN_DRIFT, MIN_SLOPE, SLOWEST, Line
from .match import Match, Matches
from .views import PLAIN

UNLIKE = 0.975
"""Correlation of pictures as they are of a run below which it may show them otherwise."""
MATCHED_GAIN = 4.0
"""Times as unlike as through the view the pictures of such a run are as they are, at least."""
EDGE, SLACK = 0.6, 2
"""Seconds of their shots that a shot's neighbours may have lost, and steps by which the edges of footage may be off."""
AT_SHOTS, AT_STRETCHES = (0.02, 1.0), (0.06, 4.0)
"""How far slopes and places of the lines that are tried differ from those of the edges, which are surer of shots."""
SHOT_SAMPLES = 48
"""Pictures of a shot by which its speed is told."""
EXPLAINED = 0.75
"""Part of the motion that a shot's own speed leaves unexplained, up to which another speed explains it."""
LEAST_MOTION = 0.3
"""Mean square of a shot's motion, levels squared, from which it tells a speed: a held picture and black tell none."""
REMAINING = 0.4
"""Part of a shot's motion that its speed may leave unexplained."""


def see_shots(fitting: Fitting, source: Steps, how: Matches, splices: Steps) -> None:
    """Write shots of the second cut that are far more alike mirrored or reframed into `source` and `how`.

    What is dark differs by few levels from any other, as titles do on black: the alignment takes it as it is.
    """
    is_jump = (np.abs(np.diff(source) - 1) > SLACK) | (np.diff(how) != 0)
    bounds = np.unique(np.concatenate([[0], 1 + np.flatnonzero(is_jump), splices, [len(source)]])).tolist()
    for first, last in pairwise(bounds):
        if last - first < fitting.shortest or how[first] != Match.PICTURE:
            continue
        steps = np.unique(np.linspace(first, last - 1, SAMPLES).astype(np.int64))
        telling = steps[fitting.tells(steps)]
        if 3 * len(telling) < SAMPLES or np.median(fitting.similarity(PLAIN, telling, source[telling])) >= UNLIKE:
            continue
        line = likeliest_line(fitting, (first, last), (int(source[first]), int(source[last - 1]) + 1))
        is_likely = line.score >= LIKELY * len(telling) / len(steps)
        part = fit_in_place(fitting, line, first, last) if is_likely else None
        if part is not None and fitting.is_altered(part, MATCHED_GAIN):
            shown = np.arange(first, last)
            source[shown], how[shown] = fitting.within(part.line.sources(shown)), kind_of(part.line)


def retime_shots(
    fitting: Fitting, source: Steps, how: Matches, splices: tuple[Steps, Steps], stretches: Sequence[tuple[int, int]]
) -> None:
    """Write shots, and stretches without a counterpart, at another speed into `source` and `how`, as of find_altered.

    A shot between footage that both cuts show, longer or shorter than what is between in the first cut, was trimmed or
    retimed. What hardly moves looks alike at any speed: it was retimed if all of it at one speed explains its motion
    far better than any part of it does at its own. `splices` are the steps at which shots of both cuts begin.
    """
    bounds = np.unique(np.concatenate([[0], splices[1], [len(source)]])).tolist()
    for shot in pairwise(bounds):
        gap = gap_of(source, *shot, fitting.steps_before)
        if gap is not None:
            gap = _without_edges(gap, splices[0], round(EDGE * fitting.rate))
            _retime(fitting, source, how, shot, gap, AT_SHOTS)
    for stretch in stretches:
        _retime(fitting, source, how, stretch, gap_of(source, *stretch, fitting.steps_before), AT_STRETCHES)


def _retime(
    fitting: Fitting, source: Steps, how: Matches, shot: tuple[int, int], gap: tuple[int, int] | None,
    reach: tuple[float, float],
) -> None:  # fmt: skip
    """Write a shot that shows all of a gap at another speed."""
    first, last = shot
    if gap is None or last - first < fitting.shortest or (how[first:last] > Match.PICTURE).all():
        return
    line = _retimed(fitting, source, shot, gap, *reach)
    if line is not None:
        steps = np.arange(first, last)
        source[steps], how[steps] = np.clip(line.sources(steps), gap[0], gap[1] - 1), Match.RETIMED


def _retimed(
    fitting: Fitting, source: Steps, shot: tuple[int, int], gap: tuple[int, int], by: float, away: float
) -> Line | None:
    """The line that shows all of a gap in a shot; None where the shot is explained as well at its own speed.

    Lines are tried whose slope differs by up to `by`, and which lie up to `away` steps beside.
    """
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
        Line(PLAIN, slope + more, (gap[0] + gap[1] - 1) / 2 + shift - (slope + more) * middle, 0.0, *shot)
        for more in np.arange(-by, by + 0.001, 0.01)
        for shift in np.arange(-away, away + 0.1, 0.5)
    ]
    rests = [rest(np.clip(line.sources(steps), gap[0], gap[1] - 1)) for line in lines]
    best = int(np.rint(np.array(rests) * 1e4).argmin())
    offsets = range(min(0, there - length), max(0, there - length) + 1)
    at_its_own = min(rest(steps - shot[0] + gap[0] + offset) for offset in offsets)
    amount = fitting.amount(steps)
    limit = min(EXPLAINED * at_its_own, EXPLAINED * rest(source[steps]), REMAINING * amount)
    return lines[best] if amount >= LEAST_MOTION and rests[best] <= limit else None


def _without_edges(gap: tuple[int, int], splices: Steps, reach: int) -> tuple[int, int] | None:
    """A gap of the first cut without what its neighbours lost of their shots, up to `reach` steps at either end."""
    begins = splices[(splices >= gap[0] - SLACK) & (splices <= gap[0] + reach)]
    ends = splices[(splices >= gap[1] - reach) & (splices <= gap[1] + SLACK)]
    begin, end = (int(begins[0]) if len(begins) else gap[0]), (int(ends[-1]) if len(ends) else gap[1])
    return (begin, end) if begin < end else None
