"""Scenes at another speed: whether two scenes of one take are, and what was trimmed of it.

The alignment follows footage at nearly its old speed step by step, and finds pieces of faster and slower footage.
Whether a scene as a whole is at another speed is told by its pictures: along a line from both beginnings to both ends
they must be far more alike than by any one offset.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ...observations import Layouts
from ..altered import Match, Matches
from ..pictures import Steps
from ..shared_segments import SLACK
from .overlap import Overlap

MIN_SPEED, MIN_STEPS, RETIMED_SHARE = 0.015, 50, 0.25
"""Difference from one of a whole cut's speed that counts; retimed steps, and share of the matched ones, it takes."""
NEAR, MOST = 8, 0.8
"""Steps by which one may lie off the line of the whole cut, and the share of the steps that lie on it."""
MIN_DRIFTING, MIN_DRIFT = 25, 2.5
"""Matched steps of a scene, and steps by which they drift in all, from which it may be at another speed."""
TWO_OFFSETS = 0.75
"""Part of them that have one of two offsets where something was cut out or put in: then there is no other speed."""
ON_LINE, MOST_ON_LINE = 1.2, 0.85
"""Steps by which they lie off their line, and the part of them that lie so near."""
WHOLE_NEAR = 2.5
"""Steps by which they may lie off the line on which both scenes begin and end together, which is preferred."""
SLOWEST, FASTEST = 0.45, 2.2
"""Speeds of a whole scene that are looked at."""
MIN_LENGTHS = 1.5
"""Steps by which the scenes' lengths differ at least."""
ENDS = (-1, 0, 1)
"""Steps by which the line of a whole scene may begin and end beside both scenes' edges."""
SAMPLES, OFFSETS = 90, 12
"""Pictures that are compared, evenly spread; offsets of the alignment, the most frequent ones, that are tried."""
Pace = Literal["plain", "other", "unknown"]
"""At one offset, whatever was trimmed; from the take's beginning to its end at another speed; neither for sure."""
PLAIN_REST, MOST_PLAIN = 0.02, 6.0
"""Part of the change about the mean picture that the best offset leaves at most, beside two codings' difference, where
a scene has its old speed; and levels squared beyond which it does not."""
PLAINER = 0.7
"""Times what a line from beginning to end leaves that the best offset leaves at most there."""
MOVING = 3.0
"""Mean square change about the mean picture, levels squared, from which a scene tells its speed."""
REST, CLEARER = 0.25, 0.65
"""Part of that change which a line leaves at most; times what the best offset leaves."""
ALL_OFFSETS = 48
"""Offsets between those of both edges that are tried besides where a line fits."""
FLOOR = 1.5
"""Mean square difference, levels squared, of two codings of the same picture."""


def whole_speed(source: Steps, how: Matches) -> tuple[float, float] | None:
    """Slope and start of the one line on which nearly all matched steps lie, many of them retimed; else None."""
    matched = np.flatnonzero((source >= 0) & (how != Match.SOUND))
    retimed = np.flatnonzero(how == Match.RETIMED)
    if len(retimed) < max(MIN_STEPS, RETIMED_SHARE * len(matched)):
        return None
    slope, start = (float(each) for each in np.polyfit(retimed, source[retimed], 1))
    is_near = np.abs(slope * matched + start - source[matched]) <= NEAR
    return (slope, start) if abs(slope - 1) >= MIN_SPEED and np.mean(is_near) >= MOST else None


def measure_retimed(
    source: Steps,
    matched: Steps,
    before: tuple[int, int],
    after: tuple[int, int],
    line: tuple[float, float] | None = None,
) -> Overlap:
    """The overlap of two scenes of one take at different speeds: its ends are where their line reaches the edges.

    `matched` are the steps of the second scene that show the first one, `before` and `after` both scenes' steps. `line`
    is the slope and start of the whole cut, see whole_speed.
    """
    slope, start = 1.0, float(source[matched[0]] - matched[0])
    if line is not None:
        slope, start = line
    elif len(matched) > 2:
        slope, start = (float(each) for each in np.polyfit(matched, source[matched], 1))
    slack = max(SLACK, round(SLACK * slope))
    head, tail = (
        0 if abs(steps) <= slack else round(steps)
        for steps in (slope * after[0] + start - before[0], before[1] - slope * after[1] - start)
    )
    if line is None and _is_whole(source, matched, before, after):
        head = tail = 0
    covered: NDArray[np.int64] = source[matched]
    return Overlap(
        (int(covered.min()), int(covered.max()) + 1), (int(matched[0]), int(matched[-1]) + 1),
        head, tail, 0, int(matched[0] - covered[0]), is_in_order=bool((np.diff(covered) >= -SLACK).all()),
    )  # fmt: skip


def whole_retimed(before: tuple[int, int], after: tuple[int, int]) -> Overlap:
    """The overlap of two scenes that show one take from its beginning to its end, see pace_of."""
    return Overlap(before, after, 0, 0, 0, after[0] - before[0], is_in_order=True)


def _is_whole(source: Steps, matched: Steps, before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether the matched steps lie on the line on which both scenes begin and end together."""
    slope = (before[1] - before[0]) / (after[1] - after[0])
    away = np.abs(before[0] + slope * (matched - after[0]) - source[matched])
    return bool(abs(slope - 1) >= MIN_SPEED and np.mean(away <= WHOLE_NEAR * max(1.0, slope)) >= MOST_ON_LINE)


def steady_speed(source: Steps, matched: Steps) -> tuple[float, float] | None:
    """Slope and start of the line along which the matched steps of a scene drift evenly; None where they do not."""
    if len(matched) < MIN_DRIFTING:
        return None
    slope, start = (float(each) for each in np.polyfit(matched, source[matched], 1))
    if abs(slope - 1) < MIN_SPEED or abs(slope - 1) * (matched[-1] - matched[0]) < MIN_DRIFT:
        return None
    _, counts = np.unique(source[matched] - matched, return_counts=True)
    if np.sort(counts)[-2:].sum() > TWO_OFFSETS * len(matched):
        return None
    is_near = np.abs(slope * matched + start - source[matched]) <= ON_LINE
    return (slope, start) if np.mean(is_near) >= MOST_ON_LINE else None


def pace_of(
    source: Steps, layouts: tuple[Layouts, Layouts], matched: Steps, before: tuple[int, int], after: tuple[int, int]
) -> Pace:
    """How the second of two scenes runs through the take of the first, told by its pictures.

    Arguments as of measure_retimed; `layouts` are both cuts', on its grid.
    """
    steps = np.unique(np.linspace(after[0], after[1] - 1, SAMPLES).astype(np.int64))
    shown = layouts[1][steps].astype(np.float64)
    shown -= shown.mean(axis=0)
    moves = float(np.mean(shown**2))
    if moves < MOVING:
        return "unknown"
    by_line = _rest_by_line(layouts[0], shown, steps, before, after)
    edges = before[0] - after[0], before[1] - after[1]
    values, counts = np.unique(source[matched] - matched, return_counts=True)
    offsets = {int(value) for value in values[np.argsort(-counts, kind="stable")[:OFFSETS]]} | set(edges)
    may_be_other = by_line <= REST * moves + FLOOR
    if may_be_other:  # the alignment need not have the offset of a scene that was trimmed at both ends
        offsets |= set(np.linspace(min(edges), max(edges), ALL_OFFSETS).astype(np.int64).tolist())
    by_offset = min(_rest(layouts[0], shown, steps + offset, before) for offset in offsets)
    if may_be_other and by_line <= CLEARER * by_offset:
        return "other"
    is_plain = by_offset <= min(FLOOR + PLAIN_REST * moves, MOST_PLAIN, PLAINER * by_line)
    return "plain" if is_plain else "unknown"


def _rest_by_line(
    first: Layouts, shown: NDArray[np.float64], steps: Steps, before: tuple[int, int], after: tuple[int, int]
) -> float:
    """What remains of the pictures `shown` by the best line from the beginning of both scenes to the end of both."""
    lengths = before[1] - before[0], after[1] - after[0]
    slope = lengths[0] / max(1, lengths[1])
    if not SLOWEST <= slope <= FASTEST or abs(slope - 1) < MIN_SPEED or abs(lengths[0] - lengths[1]) < MIN_LENGTHS:
        return np.inf
    rests = []
    for begin in ENDS:
        for end in ENDS:
            slope = (lengths[0] + end - begin) / lengths[1]
            sources = np.floor(slope * (steps - after[0]) + before[0] + begin).astype(np.int64)
            rests.append(_rest(first, shown, sources, before))
    return min(rests)


def _rest(before: Layouts, shown: NDArray[np.float64], sources: Steps, scene: tuple[int, int]) -> float:
    """What remains of the pictures `shown`, less their mean, if they are those at `sources` of the first cut."""
    first = before[np.clip(sources, scene[0], scene[1] - 1)].astype(np.float64)
    first -= first.mean(axis=0)
    both = float((first * first).mean())
    gain = float((first * shown).mean()) / both if both > 0 else 0.0
    return float(np.mean((shown - np.clip(gain, 0.3, 3.0) * first) ** 2))
