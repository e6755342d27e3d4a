"""How long each expression is on screen in two cuts: its share times the time in which a usable face is seen.

A film's time of an expression is the sum over its scenes of seconds x coverage x share. The scenes' intervals, sampled
independently, add up as the roots of sums of squares, each side by itself; the interval of the difference follows from
both films' as in changes.py. Scenes whose frames are the same in both cuts count as equal where they were read alike:
what differs in them is chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ...analysis import Analysis, SceneEmotion
from ..changes import difference_interval
from ..compatibility import have_same_readings
from .footage_change import ChangeList

MIN_SECONDS = 0.5
"""Smallest change of screen time that is told."""


@dataclass(frozen=True, slots=True)
class ScreenTime:
    """Screen time of an expression in both cuts, seconds."""

    label: str
    before: float
    after: float
    low: float
    """Low end of the interval of `change`."""
    high: float

    @property
    def change(self) -> float:
        return self.after - self.before

    @property
    def is_clear(self) -> bool:
        """Whether the change is large enough to tell and its interval leaves out zero."""
        return abs(self.change) >= MIN_SECONDS and (self.low > 0 or self.high < 0)


def screen_times(before: Analysis, after: Analysis, changes: ChangeList) -> tuple[ScreenTime, ...]:
    """The screen time of each label; empty where no face was usable in either cut."""
    same = _same_scenes(changes) if have_same_readings(before, after) else (set(), set())
    films = [
        [row for row in analysis.scenes if row.shares is not None and row.scene.counts] for analysis in (before, after)
    ]
    if not any(films):
        return ()
    seen = [[(row, float(row.scene.span.seconds) * (row.coverage or 0.0)) for row in rows] for rows in films]
    others = [
        [(row, seconds) for row, seconds in rows if row.scene.number not in kept]
        for rows, kept in zip(seen, same, strict=True)
    ]
    result = []
    for k, label in enumerate(before.labels):
        times, changed = ([_seconds(rows, k) for rows in each] for each in (seen, others))
        (b, low_b, high_b), (a, low_a, high_a) = changed
        low, high = difference_interval(b, (low_b, high_b), a, (low_a, high_a))
        result.append(ScreenTime(label, times[0][0], times[0][0] + a - b, low, high))
    return tuple(result)


def _same_scenes(changes: ChangeList) -> tuple[set[int], set[int]]:
    """Numbers of the scenes of the first and the second cut that show the same frames."""
    rows = [c for c in changes.changes if c.shows_same_frames]
    return (
        {c.before.scene.number for c in rows if c.before is not None},
        {c.after.scene.number for c in rows if c.after is not None},
    )


def _seconds(rows: Iterable[tuple[SceneEmotion, float]], label: int) -> tuple[float, float, float]:
    """Screen time of a label in these scenes, and its interval, from the seconds in which each shows a usable face.
    Without an interval a share may be anything.
    """
    total = below = above = 0.0
    for row, seconds in rows:
        if row.shares is None:
            continue
        share, interval = row.shares[label], row.interval_of(label) or (0.0, 1.0)
        total += seconds * share
        below += (seconds * max(0.0, share - interval[0])) ** 2
        above += (seconds * max(0.0, interval[1] - share)) ** 2
    return total, total - math.sqrt(below), total + math.sqrt(above)
