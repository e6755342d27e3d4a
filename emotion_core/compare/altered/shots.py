"""Shots of the second cut that the alignment matched as they are, and which are mirrored, reframed or retimed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..pictures import Steps
from .fitting import Fitting
from .gaps import LIKELY, LONGER, PART, SAMPLES, fit_in_place, gap_of, kind_of, likeliest_line
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
WELL = 0.1
"""Part of a shot's motion that the alignment leaves unexplained, up to which it is right."""
HOPELESS = 4.0
"""Times the largest rest that is let through from which the line between the edges is not moved to a better place."""
REMAINING = 0.4
"""Part of a shot's motion that its speed may leave unexplained."""


def see_shots(fitting: Fitting, source: Steps, how: Matches, splices: Steps) -> None:
    """Write shots of the second cut that are far more alike mirrored or reframed into `source` and `how`.

    What is dark differs by few levels from any other, as titles do on black: the alignment takes it as it is.
    """
    is_jump = (np.abs(np.diff(source) - 1) > SLACK) | (np.diff(how) != 0)
    bounds = np.unique(np.concatenate([[0], 1 + np.flatnonzero(is_jump), splices, [len(source)]]))
    is_long = (np.diff(bounds) >= fitting.shortest) & (how[bounds[:-1]] == Match.PICTURE)
    firsts, lasts = bounds[:-1][is_long], bounds[1:][is_long]
    steps = np.linspace(firsts, lasts - 1, SAMPLES, axis=1).astype(np.int64)
    similarity = fitting.similarity(PLAIN, steps.ravel(), source[steps.ravel()]).reshape(steps.shape)
    tells = fitting.tells(steps.ravel()).reshape(steps.shape)
    counts = np.count_nonzero(tells, axis=1)
    is_unlike = np.count_nonzero(tells & (similarity < UNLIKE), axis=1) * 2 > counts
    for at in np.flatnonzero(is_unlike & (3 * counts >= SAMPLES)).tolist():
        first, last = int(firsts[at]), int(lasts[at])
        begin, end = int(source[first]), int(source[last - 1]) + 1
        if not 1 / LONGER <= (end - begin) / (last - first) <= LONGER:  # a picture that is held
            continue
        line = likeliest_line(fitting, (first, last), (begin, end))
        is_likely = line.score >= LIKELY * counts[at] / SAMPLES
        part = fit_in_place(fitting, line, first, last) if is_likely else None
        if part is not None and fitting.is_altered(part, MATCHED_GAIN):
            shown = np.arange(first, last)
            source[shown], how[shown] = np.clip(part.line.sources(shown), begin, end - 1), kind_of(part.line)


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

    amount, as_matched = fitting.amount(steps), rest(source[steps])
    if amount < LEAST_MOTION or as_matched <= WELL * amount:
        return None
    middle = (shot[0] + shot[1] - 1) / 2

    def line(more: float, shift: float) -> Line:
        return Line(PLAIN, slope + more, (gap[0] + gap[1] - 1) / 2 + shift - (slope + more) * middle, 0.0, *shot)

    def rest_of(one: Line) -> float:
        return rest(np.clip(one.sources(steps), gap[0], gap[1] - 1))

    limit = min(EXPLAINED * as_matched, REMAINING * amount)
    if rest_of(line(0.0, 0.0)) > HOPELESS * limit:
        return None
    lines = [
        line(more, shift) for more in np.arange(-by, by + 0.001, 0.01) for shift in np.arange(-away, away + 0.1, 0.5)
    ]
    rests = [rest_of(one) for one in lines]
    best = int(np.rint(np.array(rests) * 1e4).argmin())
    if rests[best] > limit:
        return None
    offsets = range(min(0, there - length), max(0, there - length) + 1)
    at_its_own = min(rest(steps - shot[0] + gap[0] + offset) for offset in offsets)
    return lines[best] if rests[best] <= EXPLAINED * at_its_own else None


def _without_edges(gap: tuple[int, int], splices: Steps, reach: int) -> tuple[int, int] | None:
    """A gap of the first cut without what its neighbours lost of their shots, up to `reach` steps at either end."""
    begins = splices[(splices >= gap[0] - SLACK) & (splices <= gap[0] + reach)]
    ends = splices[(splices >= gap[1] - reach) & (splices <= gap[1] + SLACK)]
    begin, end = (int(begins[0]) if len(begins) else gap[0]), (int(ends[-1]) if len(ends) else gap[1])
    return (begin, end) if begin < end else None
