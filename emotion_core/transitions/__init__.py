"""The combined detector: hard cuts, passages through plain pictures, and dissolves, from a film's stored scores.

Each kind has its own evidence, told in its module: `hard`, `plain`, `dissolves`. All frames are decided at once.

Weights and thresholds were settled on spliced films: `python -m tests.benchmarks.cuts`.
"""

from __future__ import annotations

from bisect import bisect, insort
from dataclasses import replace

from ..observations import Scores
from .dissolves import dissolves
from .hard import FLASH, hard_cuts
from .layouts import Layouts
from .plain import passages
from .transition import Transition


GIVE = 3


def cuts(scores: Scores, threshold: float, min_scene_frames: int, held_frames: int = 30) -> list[int]:
    """First frames of the shots after the first, ascending; `threshold` is 1 by default, lower finds more.

    Neither the first shot nor one between two cuts is shorter than `min_scene_frames`. A plain picture that lasts for
    `held_frames` is a shot of its own. `scores` must have layouts.
    """
    return [t.frame for t in decided(scores, threshold, min_scene_frames, held_frames)]


def decided(scores: Scores, threshold: float, min_scene_frames: int, held_frames: int = 30) -> list[Transition]:
    if len(scores) < 2:
        return []
    layouts = Layouts(scores.layout)
    through, no_cut, no_dissolve = passages(layouts, held_frames)
    hard = hard_cuts(scores, layouts, min(FLASH, min_scene_frames - 1), threshold)
    mixed = dissolves(layouts, threshold)
    hard = [one for one in hard if not no_cut[one.frame]]
    mixed = [one for one in mixed if not no_dissolve[one.frame]]
    steps = [*hard, *(one for one in through if one.exact)]
    slopes = [one for one in through if not one.exact]
    kept: list[Transition] = []  # ascending
    for kind in (steps, slopes, mixed):
        for one in sorted(kind, key=lambda t: (-t.strength, t.frame)):
            if one.strength >= threshold:
                _put(one, kept, min_scene_frames)
    return kept


def _put(one: Transition, kept: list[Transition], shortest: int) -> None:
    """Add `one` if it leaves each shot `shortest` frames; a passage through a plain picture may move a little for it."""
    if one.frame < shortest:
        return
    widest = 300
    first, last = (bisect(kept, one.frame + side, key=_frame) for side in (-widest, widest))
    clashing = [i for i in range(first, last) if _clash(one, kept[i], shortest)]
    if not clashing:
        insort(kept, one, key=_frame)
        return
    other = kept[clashing[0]]
    if len(clashing) == 1 and "plain" in (one.kind, other.kind) and "hard" in (one.kind, other.kind):
        movable, fixed = (one, other) if one.kind == "plain" else (other, one)
        place = fixed.frame + (shortest if movable.frame > fixed.frame else -shortest)
        moved = replace(movable, frame=place)
        rest = [*kept[first : clashing[0]], *kept[clashing[0] + 1 : last]]
        if (
            abs(place - movable.frame) <= GIVE
            and movable.first <= place <= movable.last
            and place >= shortest
            and not any(_clash(moved, k, shortest) for k in rest)
        ):
            kept[clashing[0]] = fixed
            kept.remove(fixed)
            for t in (moved, fixed):
                insort(kept, t, key=_frame)


def _frame(transition: Transition) -> int:
    return transition.frame


def _clash(one: Transition, other: Transition, min_scene_frames: int) -> bool:
    """Whether two are too near to each other to be both cuts."""
    if abs(one.frame - other.frame) < min_scene_frames:
        return True
    kinds = {one.kind, other.kind}
    if kinds == {"plain"}:
        return one.first <= other.last and other.first <= one.last
    if kinds == {"dissolve", "plain"}:
        return one.first <= other.last and other.first <= one.last
    if "dissolve" in kinds:
        return one.first - 2 < other.frame < one.last + 2 or other.first - 2 < one.frame < other.last + 2
    return False
