"""How a scene of the second cut shows the footage of a scene of the first: as it was, or treated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..altered import Match, Matches
from ..pictures import Steps
from ..shared_segments import SLACK
from ..sound import Flags
from .footage_change import ChangeKind, Treatment
from .overlap import Overlap

_TREATMENTS: dict[Match, Treatment] = {
    Match.MIRRORED: "mirrored",
    Match.REFRAMED: "reframed",
    Match.RETIMED: "retimed",
    Match.SOUND: "sound only",
}
MAIN_KINDS: dict[Treatment, ChangeKind] = {
    "mirrored": "mirrored",
    "reframed": "reframed",
    "retimed": "retimed",
    "sound only": "picture replaced",
    "other sound": "sound replaced",
}
"""The kind of a scene of which nothing else changed."""
MIN_SPEED, MIN_STEPS, RETIMED_SHARE = 0.015, 50, 0.25
"""Difference from one of a whole cut's speed that counts; retimed steps, and share of the matched ones, it takes."""
NEAR, MOST = 8, 0.8
"""Steps by which one may lie off the line of the whole cut, and the share of the steps that lie on it."""


def treatments_of(how: Matches) -> tuple[Treatment, ...]:
    """The treatment of most of the matched steps of a scene; empty where most show the picture as it was."""
    counts = np.bincount(how[how > Match.NONE], minlength=len(Match))
    return tuple(word for match, word in _TREATMENTS.items() if 2 * counts[match] > counts.sum())


def has_other_sound(how: Matches, other_sound: Flags) -> bool:
    """Whether most of the matched pictures of a scene have another sound."""
    return bool(2 * np.count_nonzero(other_sound) > np.count_nonzero(how > Match.NONE))


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
    covered: NDArray[np.int64] = source[matched]
    return Overlap(
        (int(covered.min()), int(covered.max()) + 1), (int(matched[0]), int(matched[-1]) + 1),
        head, tail, 0, int(matched[0] - covered[0]), is_in_order=bool((np.diff(covered) >= -SLACK).all()),
    )  # fmt: skip
